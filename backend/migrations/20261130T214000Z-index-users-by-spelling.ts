import type { QueryInterface } from "sequelize";

export const phase = "expand";

/** CREATE INDEX CONCURRENTLY lets people register meanwhile, and refuses to run in a transaction. */
export const transaction = false;

/**
 * An e-mail address counts in any spelling from now on. Not unique, and no row changes: two people who registered with
 * spellings of one address keep their accounts, their posts and their tokens.
 */
export async function up(queryInterface: QueryInterface): Promise<void> {
  // One that was cut off leaves an invalid index of the same name.
  await queryInterface.sequelize.query("DROP INDEX CONCURRENTLY IF EXISTS users_by_spelling");
  await queryInterface.sequelize.query(
    'CREATE INDEX CONCURRENTLY users_by_spelling ON "Users" (lower("email"))',
  );
}

export async function down(queryInterface: QueryInterface): Promise<void> {
  await queryInterface.sequelize.query("DROP INDEX CONCURRENTLY IF EXISTS users_by_spelling");
}
