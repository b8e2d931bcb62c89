import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { QueryInterface } from "sequelize";
import type { MigrationEntry } from "../../bundle/manifest.ts";
import { migrationFile } from "../../bundle/migration-names.ts";
import { ActionError } from "../../kit/errors.ts";
import { sha256 } from "../../kit/sha256.ts";

type Step = (queryInterface: QueryInterface, library: unknown) => Promise<void>;

/** A migration, ready to run. */
export interface MigrationModule {
  readonly entry: MigrationEntry;
  readonly up: Step;
  /** False where there is no way back. */
  readonly down: Step | false;
  /** Whether it runs in a transaction; false for statements such as CREATE INDEX CONCURRENTLY that refuse one. */
  readonly transaction: boolean;
  /** The name that sequelize-cli would record. */
  readonly fileName: string;
}

/** Imports a built migration after checking that it is the one that the manifest promises. */
export async function loadMigration(directory: string, entry: MigrationEntry): Promise<MigrationModule> {
  const file = join(directory, migrationFile(entry));
  const content = await readFile(file).catch((cause: unknown) => {
    throw broken(entry, `"${file}" cannot be read`, cause);
  });
  if (sha256(content) !== entry.sha256) throw broken(entry, `"${file}" is not what the manifest promises`);
  const module = (await import(pathToFileURL(file).href).catch((cause: unknown) => {
    throw broken(entry, "it cannot be imported", cause);
  })) as { up?: Step; down?: Step | false; transaction?: boolean; source?: string };
  if (typeof module.up !== "function") throw broken(entry, "it has no function up");
  return {
    entry,
    up: module.up,
    down: typeof module.down === "function" ? module.down : false,
    transaction: module.transaction !== false,
    fileName: module.source ?? `${entry.name}.js`,
  };
}

function broken({ name }: MigrationEntry, reason: string, cause?: unknown): ActionError {
  return new ActionError("InvalidBundle", `migration "${name}": ${reason}`, {
    hint: "download the bundle's artifact again; if it is the same, build the release again",
    cause,
  });
}
