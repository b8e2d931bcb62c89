// What a replay of a migration showed, as a manifest keeps it. Newer versions may add rules and fields: readers take what they know.
import type { Phase } from "./manifest-phase.ts";

/** error: not safe to go live. warn: worth a look. info: worth knowing. */
export type Severity = "error" | "warn" | "info";

/** What a finding is about, by the names of the schema. */
export interface Subject {
  readonly table: string;
  readonly column?: string;
  /** Of an index, a constraint or a value. */
  readonly name?: string;
  /** The other table of a foreign key. */
  readonly references?: string;
  /** A type, or a new name. */
  readonly to?: string;
}

/** One thing that hurts. */
export interface Finding {
  /** Id of the rule, such as `create-index`. */
  readonly rule: string;
  readonly severity: Severity;
  /** What happens and why it hurts, in one sentence. */
  readonly message: string;
  readonly on: Subject;
  /** The mode of the lock under which it happens, as pg_locks writes it without its ending "Lock". */
  readonly lock?: string;
  /** Line of the source, from 1. */
  readonly line?: number;
  /** The reason by which the migration says that it is meant. */
  readonly accepted?: string;
}

export interface ObservedStatement {
  readonly sql: string;
  readonly line?: number;
  /** Of tables that were there before: `AccessExclusive users`. */
  readonly locks?: readonly string[];
  readonly rewrites?: readonly string[];
  readonly scans?: readonly string[];
}

export interface ObservedMigration {
  /** Major of the PostgreSQL that it was replayed on. */
  readonly postgres: number;
  /** Path of its source in the repository. */
  readonly file: string;
  /** What it is by what it did; where it declares a phase, that counts. */
  readonly derived: Phase;
  /** Tables that it made: to whoever lacks them too, nothing about them can hurt. */
  readonly creates: readonly string[];
  /** In order; of very many, the first. */
  readonly statements: readonly ObservedStatement[];
  /** How many statements more there were. */
  readonly more?: number;
  readonly findings: readonly Finding[];
}

/** Why nothing was seen of a migration. */
export interface UnobservedMigration {
  readonly notChecked: string;
}

export type Observation = ObservedMigration | UnobservedMigration;
