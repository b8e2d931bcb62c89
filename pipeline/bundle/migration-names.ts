import type { MigrationEntry, Phase } from "./manifest.ts";

/** The built module of a migration, below the bundle's `migrations/` and in the archive of a stored release. */
export function migrationFile({ name }: Pick<MigrationEntry, "name">): string {
  return `${name}.mjs`;
}

/**
 * What tells migrations of two releases apart: the name without ending. One of the two may be of schema 1, whose names
 * have none. Within one database the whole file name counts, and `db-migrate` decides.
 */
export function migrationKey({ name }: Pick<MigrationEntry, "name">): string {
  return name.replace(/\.[cm]?[jt]s$/, "");
}

/** What is known of how a migration treats the release before. */
export function phaseOf({ phase }: Pick<MigrationEntry, "phase">): Phase | "unchecked" {
  return phase ?? "unchecked";
}
