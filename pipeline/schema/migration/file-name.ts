import type { MigrationEntry } from "../../bundle/manifest.ts";
import { migrationKey } from "../../bundle/migration-names.ts";

/** A migration's file name without its ending. */
export function stemOf(fileName: string): string {
  return migrationKey({ name: fileName });
}

/** How a database has a migration on record. */
export interface RecordName {
  /** What `SequelizeMeta` has, or will have. */
  readonly fileName: string;
  /** Whether another ending means the same migration: manifests of schema 1 name none. */
  readonly isOfAnyEnding: boolean;
}

/** `source` is the file name of a migration whose own name has no ending, where it is known. */
export function recordName({ name }: Pick<MigrationEntry, "name">, source = `${name}.js`): RecordName {
  const isOfAnyEnding = stemOf(name) === name;
  return { fileName: isOfAnyEnding ? source : name, isOfAnyEnding };
}

/** Whether a name of `SequelizeMeta` is that record. */
export function isRecord({ fileName, isOfAnyEnding }: RecordName, recorded: string): boolean {
  return recorded === fileName || (isOfAnyEnding && stemOf(recorded) === stemOf(fileName));
}

/** Every file name that is that record. */
export function fileNamesOf({ fileName, isOfAnyEnding }: RecordName): readonly string[] {
  if (!isOfAnyEnding) return [fileName];
  const stem = stemOf(fileName);
  return ["", ".js", ".cjs", ".mjs", ".ts", ".cts", ".mts"].map((ending) => stem + ending);
}
