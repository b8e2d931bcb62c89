import type { QueryInterface } from "sequelize";

type Library = typeof import("sequelize");

export const phase = "expand";

/** Every place that a user was given to upload a photo to. */
export async function up(queryInterface: QueryInterface, { DataTypes, literal }: Library): Promise<void> {
  await queryInterface.createTable("Uploads", {
    id: { type: DataTypes.UUID, primaryKey: true },
    owner: { type: DataTypes.STRING(255), allowNull: false },
    name: { type: DataTypes.STRING(255), allowNull: false },
    key: { type: DataTypes.STRING(255), allowNull: false, unique: true },
    createdAt: { type: DataTypes.DATE, allowNull: false, defaultValue: literal("now()") },
    checkedAt: { type: DataTypes.DATE },
  });
  await queryInterface.addIndex("Uploads", ["owner", "name", "createdAt"], {
    name: "uploads_by_owner_and_name",
  });
  await queryInterface.addIndex("Uploads", ["createdAt"], { name: "uploads_by_age" });
}

export async function down(queryInterface: QueryInterface): Promise<void> {
  await queryInterface.dropTable("Uploads");
}
