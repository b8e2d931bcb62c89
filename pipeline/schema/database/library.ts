import pg from "pg";
import * as own from "sequelize";

/** A Sequelize as a program that uses it imports it, 5 or 6. */
export type Library = Pick<typeof own, "Sequelize" | "DataTypes">;

/** The Sequelize of this pipeline, for migrations that do not bring theirs. */
export const ownLibrary: Library = own;

/** Sequelize looks for its driver by name, which a bundle in one file cannot answer; every version takes this one. */
export const driver = pg;
