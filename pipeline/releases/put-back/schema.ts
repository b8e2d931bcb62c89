import type { Manifest } from "../../bundle/manifest.ts";
import { fetchMigrations } from "../begin/upload.ts";
import { need, type Session } from "../session.ts";
import type { JsonValue } from "../store/entries.ts";
import type { BeforeChange } from "./tiers.ts";

/** Reverts those of the names that the database has on record, by the release's own `down`; returns what was reverted. */
export async function revertSchema(
  session: Session,
  manifest: Manifest,
  names: readonly string[],
): Promise<readonly string[]> {
  const { revertMigrations } = await import("../../schema/migrate.ts");
  const reverted = await revertMigrations({ ...(await database(session, manifest)), names });
  return reverted.map(({ name }) => name);
}

/** Applies what a stored release has and the database has not; says what that was. */
export async function migrateUp(
  session: Session,
  manifest: Manifest,
  beforeChange?: BeforeChange,
): Promise<string> {
  if (manifest.migrations.length === 0) return "the release has no migrations";
  const { migrateSchema } = await import("../../schema/migrate.ts");
  const { applied } = await migrateSchema({
    ...(await database(session, manifest)),
    ...(beforeChange
      ? { beforeFirstChange: (plan) => beforeChange({ pending: plan.pending.map(({ name }) => name) }) }
      : {}),
  });
  return applied.length === 0
    ? "every migration of the release is applied"
    : `applied ${applied.map(({ name }) => name).join(", ")}`;
}

/** The migrations that `db-migrate` recorded as pending before its first change. */
export function pendingOf(from: JsonValue): readonly string[] {
  return namesIn(from, "pending");
}

/** The migrations that a rollback recorded before it ran their `down`. */
export function revertedOf(from: JsonValue): readonly string[] {
  return namesIn(from, "reverted");
}

function namesIn(from: JsonValue, field: string): readonly string[] {
  if (typeof from !== "object" || from === null || Array.isArray(from)) return [];
  const names = (from as { readonly [name: string]: JsonValue })[field];
  return Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
}

async function database(session: Session, manifest: Manifest) {
  const { place, store, context } = session;
  const { standardLimits } = await import("../../schema/database/limits.ts");
  return {
    databaseUrl: need(place, ["database-url"], "to change the schema")["database-url"],
    databaseCa: place["database-ca"],
    limits: standardLimits,
    manifest,
    migrationsDirectory: await fetchMigrations(store, manifest, context.run.temp),
    context,
  };
}
