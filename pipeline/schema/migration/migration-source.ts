import type { QueryInterface } from "sequelize";
import type { MigrationEntry } from "../../bundle/manifest.ts";
import type { Library } from "../database/library.ts";
import type { RecordName } from "./file-name.ts";

export type Step = (queryInterface: QueryInterface, library: unknown) => Promise<unknown>;

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

/** Migrations, and where they are from. */
export interface MigrationSource {
  /** What the history says of the origin; the release is empty where there is none. */
  readonly release: string;
  readonly commit: string;
  readonly entries: readonly MigrationEntry[];
  load(entry: MigrationEntry): Promise<MigrationModule>;
  /** The Sequelize that the migrations are written for. */
  library(): Promise<Library>;
}
