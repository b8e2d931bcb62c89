// What a replay saw of migrations: all that is judged.
import type { Phase } from "../../bundle/manifest-phase.ts";

/** The modes of locks on tables, the weakest first, as pg_locks writes them without their ending "Lock". */
export const lockModes = [
  "AccessShare",
  "RowShare",
  "RowExclusive",
  "ShareUpdateExclusive",
  "Share",
  "ShareRowExclusive",
  "Exclusive",
  "AccessExclusive",
] as const;

export type LockMode = (typeof lockModes)[number];

export interface Lock {
  readonly table: string;
  readonly mode: LockMode;
}

export type ConstraintKind = "check" | "foreign key" | "primary key" | "unique" | "exclusion";

/** What a statement changed in the catalogue. `isNew`: of a table that this migration made itself. */
export type Change = { readonly table: string; readonly isNew: boolean } & (
  | { readonly kind: "table created" | "table dropped"; readonly of: string }
  | { readonly kind: "table renamed"; readonly to: string }
  | {
      readonly kind: "column added";
      readonly column: string;
      readonly type: string;
      readonly isRequired: boolean;
      readonly isComputed: boolean;
      readonly hasDefault: boolean;
    }
  | {
      readonly kind:
        | "column dropped"
        | "not null set"
        | "not null dropped"
        | "default set"
        | "default changed"
        | "default dropped";
      readonly column: string;
    }
  | { readonly kind: "column renamed"; readonly column: string; readonly to: string }
  | { readonly kind: "type changed"; readonly column: string; readonly from: string; readonly to: string }
  | {
      readonly kind: "constraint added" | "constraint dropped" | "constraint validated";
      readonly constraint: string;
      readonly of: ConstraintKind;
      readonly isValid: boolean;
      /** Of a foreign key. */
      readonly references?: string;
    }
  | {
      readonly kind: "index added" | "index dropped" | "index rebuilt";
      readonly index: string;
      readonly isUnique: boolean;
    }
  | { readonly kind: "trigger added" | "trigger dropped"; readonly trigger: string }
  /** Of a type, a function or a sequence, by which `table` goes here. */
  | { readonly kind: "value added" | "value removed"; readonly value: string }
  | { readonly kind: "object dropped"; readonly of: string }
);

export interface StatementFacts {
  /** As it may be shown: without what it says of rows. */
  readonly sql: string;
  /** Line of the migration's source that asked for it, from 1. */
  readonly line?: number;
  /** The method of `queryInterface` that made it, and the properties that it was given for a column. */
  readonly call?: { readonly method: string; readonly attributes: readonly string[] };
  /** Statements of one transaction have the same number; none for one that ran outside of any. */
  readonly transaction?: number;
  /** Those that it took and nothing before it in its transaction had, each table's strongest; sorted by table. */
  readonly locks: readonly Lock[];
  /** Those that its transaction held then, of tables that were there before the migration. */
  readonly held: readonly Lock[];
  /** Existing tables that were written anew. */
  readonly rewrites: readonly string[];
  /** Existing tables that were read from end to end. */
  readonly scans: readonly string[];
  readonly changes: readonly Change[];
  /** Where the locks are those of the documents: a statement that runs in no transaction lets go of them before anybody can look. */
  readonly isDocumented?: boolean;
  /** Where PostgreSQL refused it: SQLSTATE and words. */
  readonly error?: { readonly state: string; readonly message: string };
}

/** What became of the way back, tried on the same database. */
export type DownFacts =
  | { readonly kind: "missing" | "declared" | "empty" | "right" }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "differs"; readonly differences: readonly string[] };

export interface MigrationFacts {
  readonly name: string;
  readonly isTransactional: boolean;
  /** As it declares it. */
  readonly phase?: Phase;
  /** Rules that it breaks on purpose, each with its reason. */
  readonly accepted: Readonly<Record<string, string>>;
  readonly statements: readonly StatementFacts[];
  readonly down: DownFacts;
  /** Why it failed when it ran a second time; only tried of those without a transaction. */
  readonly secondRun?: string;
  /** Why it could not be replayed to its end. */
  readonly failure?: string;
}
