import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { MigrationEntry } from "../../bundle/manifest.ts";
import { sourceDigest } from "../../bundle/source-digest.ts";
import type { ActionContext } from "../../kit/action.ts";
import { ActionError } from "../../kit/errors.ts";
import { sha256 } from "../../kit/sha256.ts";
import { equalNumbers, listMigrations, locateMigrations } from "../../workspace/migrations-folder.ts";
import type { Library } from "../database/library.ts";
import { importMigration, type Objection } from "./migration-module.ts";
import type { MigrationSource } from "./migration-source.ts";

const objection: Objection = {
  code: "MigrationFailed",
  hint: "correct it until `npx sequelize-cli db:migrate` takes it; the packages that it needs have to be installed",
};

/** Migrations as they lie in a folder of the workspace, with the packages and the Sequelize that are installed there. */
export async function folderMigrations(
  directory: string,
  recordedExtension: string,
  context: ActionContext,
): Promise<MigrationSource> {
  const folder = await locateMigrations(directory, context);
  const files = await listMigrations(folder, recordedExtension);
  const entries = await Promise.all(
    files.map(async ({ file, name }): Promise<MigrationEntry> => {
      const content = await readFile(join(folder, file));
      const digests = { sha256: sha256(content), sourceSha256: sourceDigest(content) };
      return { name, ...digests, reversible: true, findings: [] };
    }),
  );
  for (const warning of equalNumbers(files.map(({ file }) => file))) context.runner.warning(warning);
  const fileOf = new Map(files.map(({ file, name }) => [name, join(folder, file)]));
  return {
    release: "",
    commit: context.run.sha,
    entries,
    load: (entry) => importMigration(fileOf.get(entry.name) ?? "", entry, objection),
    library: () => folderLibrary(folder, context),
  };
}

/** The Sequelize that is installed for the folder; this pipeline's own where there is none. Throws where it is too new. */
async function folderLibrary(folder: string, { runner }: ActionContext): Promise<Library> {
  const require = createRequire(join(folder, "package.json"));
  let library: Library;
  let version: string;
  try {
    library = require("sequelize") as Library;
    version = (require("sequelize/package.json") as { version: string }).version;
  } catch {
    return (await import("../database/library.ts")).ownLibrary;
  }
  const major = Number.parseInt(version, 10);
  if (major < 5 || major > 6) {
    throw new ActionError("InvalidInputs", `the migrations' folder has Sequelize "${version}"`, {
      hint: "give its migrations Sequelize 5 or 6",
    });
  }
  runner.info(`with Sequelize ${version} of the migrations' folder`);
  return library;
}
