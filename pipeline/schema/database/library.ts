import * as own from "sequelize";

/** A Sequelize as a program that uses it imports it, 5 or 6. */
export type Library = Pick<typeof own, "Sequelize" | "DataTypes">;

/** The Sequelize of this pipeline, for migrations that do not bring theirs. */
export const ownLibrary: Library = own;
