import type { Phase } from "../../bundle/manifest-phase.ts";
import type { Severity, Subject } from "../../bundle/observation.ts";
import { type Change, type LockMode, lockModes, type MigrationFacts, type StatementFacts } from "./facts.ts";

/** One place where a rule is broken. */
export interface Hit {
  /** undefined where the rule has none for it in that phase, and nothing is said. */
  readonly severity: Severity | undefined;
  readonly message: string;
  readonly on: Subject;
  readonly statement?: StatementFacts;
}

export interface Rule {
  /** By which a migration says that it is meant. */
  readonly id: string;
  /** The lock that it is about, as the documents have it; a test compares it with the one that is observed. */
  readonly lock?: LockMode;
  readonly find: (facts: MigrationFacts) => readonly Hit[];
}

type OfKind<Kind, One = Change> = One extends { readonly kind: infer Own }
  ? [Extract<Own, Kind>] extends [never]
    ? never
    : One
  : never;

/** The changes of tables that were there before, each with its statement. */
export function changesOf<Kind extends Change["kind"]>(
  { statements }: MigrationFacts,
  ...kinds: readonly Kind[]
): readonly { readonly statement: StatementFacts; readonly change: OfKind<Kind> }[] {
  return statements.flatMap((statement) =>
    statement.changes
      .filter((change) => !change.isNew && (kinds as readonly string[]).includes(change.kind))
      .map((change) => ({ statement, change: change as OfKind<Kind> })),
  );
}

/** The lock that a statement's transaction held on a table. */
export function heldOn({ held }: StatementFacts, table: string): LockMode | undefined {
  return held.find((lock) => lock.table === table)?.mode;
}

/** Whether a lock is as strong as another mode, or stronger. */
export function isAtLeast(mode: LockMode | undefined, other: LockMode): boolean {
  return mode !== undefined && lockModes.indexOf(mode) >= lockModes.indexOf(other);
}

/** What takes something away from the release before: an error, unless the migration says that it uses it no longer. */
export function unlessContract(phase: Phase | undefined, otherwise?: Severity): Severity | undefined {
  return phase === "contract" ? otherwise : "error";
}
