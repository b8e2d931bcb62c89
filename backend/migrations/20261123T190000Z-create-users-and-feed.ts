import type { QueryInterface } from "sequelize";

type Library = typeof import("sequelize");

export const phase = "expand";

/**
 * The tables as the original's `sequelize.sync()` made them, nullability included, so that a database that already has them
 * is adopted as it is (`createTable` says IF NOT EXISTS).
 */
export async function up(queryInterface: QueryInterface, { DataTypes }: Library): Promise<void> {
  await queryInterface.createTable("Users", {
    email: { type: DataTypes.STRING(255), primaryKey: true },
    passwordHash: { type: DataTypes.STRING(255) },
    createdAt: { type: DataTypes.DATE },
    updatedAt: { type: DataTypes.DATE },
  });
  await queryInterface.createTable("FeedItems", {
    id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
    caption: { type: DataTypes.STRING(255) },
    url: { type: DataTypes.STRING(255) },
    createdAt: { type: DataTypes.DATE },
    updatedAt: { type: DataTypes.DATE },
  });
}

export async function down(queryInterface: QueryInterface): Promise<void> {
  await queryInterface.dropTable("FeedItems");
  await queryInterface.dropTable("Users");
}
