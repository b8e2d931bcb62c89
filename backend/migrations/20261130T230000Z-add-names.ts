import type { QueryInterface } from "sequelize";

type Library = typeof import("sequelize");

export const phase = "expand";

/** What a person wants to be called; null for whoever did not say. */
export async function up(queryInterface: QueryInterface, { DataTypes }: Library): Promise<void> {
  await queryInterface.addColumn("Users", "name", { type: DataTypes.STRING(255) });
}

export async function down(queryInterface: QueryInterface): Promise<void> {
  await queryInterface.removeColumn("Users", "name");
}
