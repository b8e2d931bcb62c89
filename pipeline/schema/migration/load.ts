import { createRequire } from "node:module";
import { join } from "node:path";
import type { MigrationEntry } from "../../bundle/manifest.ts";
import { ActionError } from "../../kit/errors.ts";
import type { Runner } from "../../kit/runner.ts";
import type { Library } from "../database/library.ts";
import { importMigration } from "./migration-module.ts";
import type { MigrationModule, MigrationSource } from "./migration-source.ts";

/** Imports one migration. Throws the source's objection where it is none. */
export async function loadMigration(
  source: MigrationSource,
  entry: MigrationEntry,
): Promise<MigrationModule> {
  return importMigration(await source.fileOf(entry), entry, source.objection);
}

/** The Sequelize that is installed where the migrations are from; this pipeline's own where there is none. Throws where it is too new. */
export async function loadLibrary(
  { libraryFrom, entries, fileOf }: Pick<MigrationSource, "libraryFrom" | "entries" | "fileOf">,
  { info }: Pick<Runner, "info">,
): Promise<Library> {
  const own = async (): Promise<Library> => (await import("../database/library.ts")).ownLibrary;
  const [first] = entries;
  if (libraryFrom === undefined || first === undefined) return own();
  await fileOf(first);
  const require = createRequire(join(libraryFrom, "package.json"));
  let library: Library;
  let version: string;
  try {
    library = require("sequelize") as Library;
    version = (require("sequelize/package.json") as { version: string }).version;
  } catch {
    return own();
  }
  const major = Number.parseInt(version, 10);
  if (major < 5 || major > 6) {
    throw new ActionError("InvalidInputs", `the migrations have Sequelize "${version}"`, {
      hint: "give them Sequelize 5 or 6",
    });
  }
  info(`with Sequelize ${version} of the migrations' folder`);
  return library;
}
