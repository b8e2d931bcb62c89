import type { MigrationEntry, Phase } from "../bundle/manifest.ts";
import { phaseOf } from "../bundle/migration-names.ts";
import type { AppliedMigration } from "./migration/records.ts";

interface PendingMigration {
  readonly name: string;
  readonly phase: Phase | "unchecked";
  readonly reversible: boolean;
  readonly outOfOrder: boolean;
  readonly reason: string;
}

export interface SchemaPlan {
  /** In the order in which they are to be applied. */
  readonly pending: readonly PendingMigration[];
  /** On record and in the bundle. */
  readonly applied: readonly string[];
  /** On record, but not in the bundle. */
  readonly unknown: readonly { readonly name: string; readonly reason: string }[];
  /** Applied with other content than the bundle has now. */
  readonly changed: readonly { readonly name: string; readonly reason: string }[];
}

/**
 * | in the bundle | on record | content | then |
 * |---|---|---|---|
 * | yes | no | | pending; out of order when a later one of the bundle is on record |
 * | yes | yes | same, or not known | applied |
 * | yes | yes | other | applied, and changed since |
 * | no | yes | | unknown: another release's |
 */
export function planMigrations(
  bundle: readonly MigrationEntry[],
  records: readonly AppliedMigration[],
): SchemaPlan {
  const byName = [...bundle].sort((a, b) => (a.name < b.name ? -1 : 1));
  const recorded = new Map(records.map((record) => [record.name, record]));
  const applied = byName.filter(({ name }) => recorded.has(name));
  const last = applied.at(-1)?.name ?? "";
  const known = new Set(byName.map(({ name }) => name));
  return {
    pending: byName
      .filter(({ name }) => !recorded.has(name))
      .map((migration) => {
        const { name, reversible } = migration;
        const outOfOrder = name < last;
        const reason = outOfOrder
          ? `not in the database, though "${last}" after it is: it was merged later`
          : "not in the database yet";
        return { name, phase: phaseOf(migration), reversible, outOfOrder, reason };
      }),
    applied: applied.map(({ name }) => name),
    unknown: records
      .filter(({ name }) => !known.has(name))
      .map(({ name }) => ({
        name,
        reason: "in the database, not in this release: another release applied it",
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    changed: applied
      .filter(({ name, sha256 }) => (recorded.get(name)?.sha256 ?? sha256) !== sha256)
      .map(({ name }) => ({
        name,
        reason: "applied, and changed since; what it does now is not in the database",
      })),
  };
}

/** The plan as lines of the log, one per fact, each with its reason. */
export function describePlan(plan: SchemaPlan): string[] {
  const line = (what: string, name: string, reason: string): string =>
    `${what.padEnd(9)} ${name}  (${reason})`;
  return [
    ...plan.pending.map(({ name, phase, reason }) => line(phase, name, reason)),
    ...plan.unknown.map(({ name, reason }) => line("unknown", name, reason)),
    ...plan.changed.map(({ name, reason }) => line("changed", name, reason)),
    plan.pending.length === 0
      ? `nothing to apply, ${plan.applied.length} in the database`
      : `${plan.pending.length} to apply, ${plan.applied.length} in the database`,
  ];
}
