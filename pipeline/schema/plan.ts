import type { MigrationEntry, Phase } from "../bundle/manifest.ts";
import { isRewritten, phaseOf } from "../bundle/migration-names.ts";
import { ActionError } from "../kit/errors.ts";
import { isRecord, recordName, stemOf } from "./migration/file-name.ts";
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
  /** Not on record, but under another ending: the same migration, or one that would run again. */
  readonly misnamed: readonly { readonly name: string; readonly recorded: string; readonly reason: string }[];
  /** On record, but not in the bundle. */
  readonly unknown: readonly { readonly name: string; readonly reason: string }[];
  /** Applied with other content than the bundle has now. */
  readonly changed: readonly { readonly name: string; readonly reason: string }[];
}

/**
 * | in the bundle | on record | content | then |
 * |---|---|---|---|
 * | yes | no | | pending; out of order when a later one of the bundle is on record |
 * | yes | with another ending | | misnamed: to be refused |
 * | yes | yes | same, or not known | applied |
 * | yes | yes | other | applied, and changed since |
 * | no | yes | | unknown: another release's |
 */
export function planMigrations(
  bundle: readonly MigrationEntry[],
  records: readonly AppliedMigration[],
): SchemaPlan {
  const wanted = [...bundle]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((entry) => ({ entry, name: recordName(entry) }))
    .map(({ entry, name }) => ({ entry, record: records.find((one) => isRecord(name, one.name)) }));
  const stems = new Map(records.map(({ name }) => [stemOf(name), name]));
  const missing = wanted.filter(({ record }) => record === undefined).map(({ entry }) => entry);
  const misnamed = missing.filter(({ name }) => stems.has(stemOf(name)));
  const applied = wanted.flatMap(({ entry, record }) => (record === undefined ? [] : [{ entry, record }]));
  const last = applied.at(-1)?.entry.name ?? "";
  const known = new Set(wanted.map(({ entry }) => stemOf(entry.name)));
  return {
    pending: missing
      .filter((entry) => !misnamed.includes(entry))
      .map((entry) => {
        const { name, reversible } = entry;
        const outOfOrder = name < last;
        const reason = outOfOrder
          ? `not in the database, though "${last}" after it is: it was merged later`
          : "not in the database yet";
        return { name, phase: phaseOf(entry), reversible, outOfOrder, reason };
      }),
    applied: applied.map(({ entry }) => entry.name),
    misnamed: misnamed.map(({ name }) => {
      const recorded = stems.get(stemOf(name)) ?? "";
      return { name, recorded, reason: `the database has "${recorded}" on record` };
    }),
    unknown: records
      .filter(({ name }) => !known.has(stemOf(name)))
      .map(({ name }) => ({
        name,
        reason: "in the database, not in this release: another release applied it",
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    changed: applied
      .filter(({ entry, record }) => isRewritten(entry, record))
      .map(({ entry: { name } }) => ({
        name,
        reason: "applied, and changed since; what it does now is not in the database",
      })),
  };
}

/** Throws `MigrationMisnamed` for a migration that the database has under another ending: it might run a second time. */
export function refuseMisnamed({ misnamed }: SchemaPlan): void {
  if (misnamed.length === 0) return;
  const each = misnamed.map(({ name, recorded }) => `"${name}" is on record as "${recorded}"`);
  const extensions = [
    ...new Set(misnamed.map(({ recorded }) => recorded.slice(stemOf(recorded).length + 1))),
  ];
  throw new ActionError(
    "MigrationMisnamed",
    `migrations have another ending than their records: ${each.join(", ")}`,
    {
      hint:
        extensions.length === 1 && extensions[0] !== ""
          ? `if they are the same, as for TypeScript that was compiled before, give input \`recorded-extension\`: ${extensions[0]}; else rename the new ones`
          : "rename the files to what is on record; if they are other migrations, give them other names",
    },
  );
}

/** The plan as lines of the log, one per fact, each with its reason. */
export function describePlan(plan: SchemaPlan): string[] {
  const line = (what: string, name: string, reason: string): string =>
    `${what.padEnd(9)} ${name}  (${reason})`;
  return [
    ...plan.pending.map(({ name, phase, reason }) => line(phase, name, reason)),
    ...plan.misnamed.map(({ name, reason }) => line("misnamed", name, reason)),
    ...plan.unknown.map(({ name, reason }) => line("unknown", name, reason)),
    ...plan.changed.map(({ name, reason }) => line("changed", name, reason)),
    plan.pending.length === 0
      ? `nothing to apply, ${plan.applied.length} in the database`
      : `${plan.pending.length} to apply, ${plan.applied.length} in the database`,
  ];
}
