import { pathToFileURL } from "node:url";
import type { MigrationEntry } from "../../bundle/manifest.ts";
import { migrationExports } from "../../bundle/migration-exports.ts";
import { ActionError } from "../../kit/errors.ts";
import { recordName } from "./file-name.ts";
import type { MigrationModule, Objection, Step } from "./migration-source.ts";

/** Imports a migration from its file. Throws the objection when it is none. */
export async function importMigration(
  file: string,
  entry: MigrationEntry,
  objection: Objection,
): Promise<MigrationModule> {
  const namespace = (await import(pathToFileURL(file).href).catch((cause: unknown) => {
    throw unusable(entry, "it cannot be imported", objection, cause);
  })) as { readonly source?: string };
  const { up, down, transaction, holder } = migrationExports(namespace);
  if (typeof up !== "function") throw unusable(entry, "it has no function up", objection);
  return {
    entry,
    up: up.bind(holder) as Step,
    down: typeof down === "function" ? (down.bind(holder) as Step) : false,
    transaction: transaction !== false,
    record: recordName(entry, namespace.source),
  };
}

export function unusable(
  { name }: MigrationEntry,
  reason: string,
  { code, hint }: Objection,
  cause?: unknown,
): ActionError {
  return new ActionError(code, `migration "${name}": ${reason}`, { hint, cause });
}
