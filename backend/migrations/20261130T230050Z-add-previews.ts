import type { QueryInterface } from "sequelize";

type Library = typeof import("sequelize");

export const phase = "expand";

/** Key of the small picture that lists show of a photo; null where there is none. */
export async function up(queryInterface: QueryInterface, { DataTypes }: Library): Promise<void> {
  await queryInterface.addColumn("FeedItems", "preview", { type: DataTypes.STRING(255) });
}

export async function down(queryInterface: QueryInterface): Promise<void> {
  await queryInterface.removeColumn("FeedItems", "preview");
}
