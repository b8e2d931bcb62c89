import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { MigrationEntry } from "../../bundle/manifest.ts";
import { sourceDigest } from "../../bundle/source-digest.ts";
import type { ActionContext } from "../../kit/action.ts";
import { sha256 } from "../../kit/sha256.ts";
import { equalNumbers, listMigrations, locateMigrations } from "../../workspace/migrations-folder.ts";
import type { MigrationSource, Objection } from "./migration-source.ts";

const objection: Objection = {
  code: "MigrationFailed",
  hint: "correct it until `npx sequelize-cli db:migrate` takes it; the packages that it needs have to be installed",
};

/** Migrations as they lie in a folder of the workspace, with the packages and the Sequelize that are installed there. */
export async function folderMigrations(
  directory: string,
  recordedExtension: string,
  environment: Readonly<Record<string, string>>,
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
    environment,
    objection,
    libraryFrom: folder,
    fileOf: async ({ name }) => fileOf.get(name) ?? "",
    [Symbol.asyncDispose]: async () => undefined,
  };
}
