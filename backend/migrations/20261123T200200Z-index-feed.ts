import type { QueryInterface } from "sequelize";

export const phase = "expand";

/** CREATE INDEX CONCURRENTLY lets posts be written meanwhile, and refuses to run in a transaction. */
export const transaction = false;

const indexes = {
  feed_items_by_owner: '("owner", "id")',
  feed_items_by_url: '("url")',
};

/** One that was cut off leaves an invalid index of the same name, so each begins by dropping it. */
export async function up(queryInterface: QueryInterface): Promise<void> {
  for (const [name, columns] of Object.entries(indexes)) {
    await queryInterface.sequelize.query(`DROP INDEX CONCURRENTLY IF EXISTS ${name}`);
    await queryInterface.sequelize.query(`CREATE INDEX CONCURRENTLY ${name} ON "FeedItems" ${columns}`);
  }
}

export async function down(queryInterface: QueryInterface): Promise<void> {
  for (const name of Object.keys(indexes)) {
    await queryInterface.sequelize.query(`DROP INDEX CONCURRENTLY IF EXISTS ${name}`);
  }
}
