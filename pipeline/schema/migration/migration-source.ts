import type { MigrationEntry } from "../../bundle/manifest.ts";
import type { ErrorCode } from "../../kit/errors.ts";
import type { RecordName } from "./file-name.ts";

/** What is said of a migration that cannot be used. */
export interface Objection {
  readonly code: ErrorCode;
  readonly hint: string;
}

/** Migrations, and where they are from; disposed of, what was made to run them is gone. */
export interface MigrationSource extends AsyncDisposable {
  /** What the history says of the origin; the release is empty where there is none. */
  readonly release: string;
  readonly commit: string;
  readonly entries: readonly MigrationEntry[];
  readonly objection: Objection;
  /** The file of a migration, found to be the one that was promised. Throws the objection. */
  fileOf(entry: MigrationEntry): Promise<string>;
  /** The folder from which the Sequelize is found that they are written for, once a file was asked for; undefined for this pipeline's. */
  readonly libraryFrom: string | undefined;
  /** What the migrations' process gets of an environment, beside what every program needs. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A migration that the process of the migrations has loaded. */
export interface LoadedMigration {
  readonly entry: MigrationEntry;
  readonly hasDown: boolean;
  /** Whether it runs in a transaction; false for statements such as CREATE INDEX CONCURRENTLY that refuse one. */
  readonly transaction: boolean;
  readonly record: RecordName;
}
