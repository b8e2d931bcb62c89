import type { QueryInterface } from "sequelize";

export const phase = "expand";

/** CREATE INDEX CONCURRENTLY lets posts be written meanwhile, and refuses to run in a transaction. */
export const transaction = false;

/** Whether a post shows an upload is asked of every upload that expires. */
export async function up(queryInterface: QueryInterface): Promise<void> {
  // One that was cut off leaves an invalid index of the same name.
  await queryInterface.sequelize.query("DROP INDEX CONCURRENTLY IF EXISTS feed_items_by_preview");
  await queryInterface.sequelize.query(
    'CREATE INDEX CONCURRENTLY feed_items_by_preview ON "FeedItems" ("preview")',
  );
}

export async function down(queryInterface: QueryInterface): Promise<void> {
  await queryInterface.sequelize.query("DROP INDEX CONCURRENTLY IF EXISTS feed_items_by_preview");
}
