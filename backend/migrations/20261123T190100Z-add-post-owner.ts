import type { QueryInterface } from "sequelize";

type Library = typeof import("sequelize");

export const phase = "expand";

/** Posts made before this have no owner and belong to nobody. */
export async function up(queryInterface: QueryInterface, { DataTypes }: Library): Promise<void> {
  await queryInterface.addColumn("FeedItems", "owner", { type: DataTypes.STRING(255) });
}

export async function down(queryInterface: QueryInterface): Promise<void> {
  await queryInterface.removeColumn("FeedItems", "owner");
}
