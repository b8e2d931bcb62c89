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

/** What tells the content of a migration; the built module's digest is for manifests of schema 1, which have no other. */
interface Content {
  readonly sha256?: string;
  readonly sourceSha256?: string;
}

/**
 * Whether a migration was written anew, as far as that can be known: told by its source, since what is built of it changes with its
 * packages and its builder.
 */
export function isRewritten(now: Content, before: Content): boolean {
  // Of one that was taken over only the name is known.
  if (before.sha256 === "") return false;
  const field =
    now.sourceSha256 === undefined && before.sourceSha256 === undefined ? "sha256" : "sourceSha256";
  const [one, other] = [now[field], before[field]];
  return one !== undefined && other !== undefined && one !== other;
}

/** What is known of how a migration treats the release before. */
export function phaseOf({ phase }: Pick<MigrationEntry, "phase">): Phase | "unchecked" {
  return phase ?? "unchecked";
}
