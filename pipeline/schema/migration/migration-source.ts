import type { QueryInterface } from "sequelize";
import type { MigrationEntry } from "../../bundle/manifest.ts";
import type { ErrorCode } from "../../kit/errors.ts";
import type { RecordName } from "./file-name.ts";

export type Step = (queryInterface: QueryInterface, library: unknown) => Promise<unknown>;

/** What is said of a migration that cannot be used. */
export interface Objection {
  readonly code: ErrorCode;
  readonly hint: string;
}

/** A migration, ready to run. */
export interface MigrationModule {
  readonly entry: MigrationEntry;
  readonly up: Step;
  /** False where there is no way back. */
  readonly down: Step | false;
  /** Whether it runs in a transaction; false for statements such as CREATE INDEX CONCURRENTLY that refuse one. */
  readonly transaction: boolean;
  readonly record: RecordName;
}

/** Migrations, and where they are from; disposed of, what was made to run them is gone. */
export interface MigrationSource extends AsyncDisposable {
  /** What the history says of the origin; the release is empty where there is none. */
  readonly release: string;
  readonly commit: string;
  readonly entries: readonly MigrationEntry[];
  /** The module of a migration, checked to be what the entry promises. Throws the objection. */
  fileOf(entry: MigrationEntry): Promise<string>;
  /** What is said of a migration that cannot be used. */
  readonly objection: Objection;
  /** The folder from which the Sequelize is found that they are written for, once a file was asked for; undefined for this pipeline's. */
  readonly libraryFrom: string | undefined;
  /** Added to the environment in which they run. */
  readonly environment: Readonly<Record<string, string>>;
}
