import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The folder of the app that the migrations in a folder are of: relative paths are meant from there, as by sequelize-cli. */
export function homeFolder(migrations: string): string {
  for (let folder = migrations; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json"))) return folder;
    if (folder === dirname(folder)) return migrations;
  }
}
