import type { QueryInterface } from "sequelize";

type Library = typeof import("sequelize");

export const phase = "expand";

/** Counters of what is limited, each within its window of time; shared by all instances. */
export async function up(queryInterface: QueryInterface, { DataTypes }: Library): Promise<void> {
  await queryInterface.createTable("Limits", {
    key: { type: DataTypes.STRING(255), primaryKey: true },
    count: { type: DataTypes.INTEGER, allowNull: false },
    endsAt: { type: DataTypes.DATE, allowNull: false },
  });
}

export async function down(queryInterface: QueryInterface): Promise<void> {
  await queryInterface.dropTable("Limits");
}
