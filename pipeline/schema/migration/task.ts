import type { LoadedMigration } from "./migration-source.ts";
import type { Author } from "./records.ts";

/** One migration to run, and on whose behalf. */
export interface MigrationTask {
  readonly migration: LoadedMigration;
  readonly direction: "up" | "down";
  readonly author: Author;
}

/** What the history says of a migration, whatever becomes of it. Rows of a release of schema 1 go by its own name. */
export function historyOf({ migration, direction }: Pick<MigrationTask, "migration" | "direction">) {
  const { entry, record } = migration;
  const name = record.isOfAnyEnding ? entry.name : record.fileName;
  return { name, direction, sha256: entry.sha256, sourceSha256: entry.sourceSha256 };
}
