import type { QueryInterface } from "sequelize";

type Library = typeof import("sequelize");

export const phase = "expand";

/** What a person wants to be called, and the key of the small picture that the feed shows of a photo; null for none. */
export async function up(queryInterface: QueryInterface, { DataTypes }: Library): Promise<void> {
  await queryInterface.addColumn("Users", "name", { type: DataTypes.STRING(255) });
  await queryInterface.addColumn("FeedItems", "preview", { type: DataTypes.STRING(255) });
}

export async function down(queryInterface: QueryInterface): Promise<void> {
  await queryInterface.removeColumn("FeedItems", "preview");
  await queryInterface.removeColumn("Users", "name");
}
