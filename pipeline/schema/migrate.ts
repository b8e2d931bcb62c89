import type { MigrationEntry } from "../bundle/manifest.ts";
import type { ActionContext } from "../kit/action.ts";
import { ActionError } from "../kit/errors.ts";
import type { MigrationLimits } from "./database/limits.ts";
import type { LockedDatabase } from "./database/locked-database.ts";
import { type AddressSource, Login } from "./database/login.ts";
import type { Crew } from "./migration/crew.ts";
import { isRecord, recordName } from "./migration/file-name.ts";
import type { MigrationSource } from "./migration/migration-source.ts";
import {
  type AppliedMigration,
  type RecordTables,
  readRecords,
  recordTablesStatement,
} from "./migration/records.ts";
import { type MigrationDone, runInOrder } from "./migration/run-in-order.ts";
import { planMigrations, refuseMisnamed, type SchemaPlan } from "./plan.ts";

/** A database and the migrations that are meant for it. */
export interface SchemaOptions {
  readonly database: AddressSource;
  readonly limits: MigrationLimits;
  readonly migrations: MigrationSource;
  readonly context: ActionContext;
}

interface MigrateOptions extends SchemaOptions {
  /** Called with every plan, before anything changes. */
  readonly onPlan?: (plan: SchemaPlan) => void;
  /** Called once before the first change, when there is something to apply; may refuse by throwing. */
  readonly beforeFirstChange?: (plan: SchemaPlan) => Promise<void>;
}

export interface MigrateResult {
  readonly plan: SchemaPlan;
  /** In order; without those that somebody else applied meanwhile. */
  readonly applied: readonly MigrationDone[];
}

/**
 * Applies what the migrations have and the database has not, in order, one runner at a time. When it rejects, the migrations
 * before the failed one are applied and recorded, and what of the failed one is in the database is in the message.
 */
export async function migrateSchema(options: MigrateOptions): Promise<MigrateResult> {
  return withDatabase(options, async (database) => {
    const recorded = await database.readRecords();
    const plan = planMigrations(options.migrations.entries, recorded);
    options.onPlan?.(plan);
    refuseMisnamed(plan);
    if (plan.pending.length === 0) return { plan, applied: [] };
    database.refuseUnwritable();
    const entries = entriesOf(
      options.migrations,
      plan.pending.map(({ name }) => name),
    );
    const applied = await withCrew(database, options, entries, async (crew) => {
      await options.beforeFirstChange?.(plan);
      return runInOrder({ ...options, database, crew }, "up");
    });
    return { plan, applied };
  });
}

/**
 * Reverts those of the named migrations that the database has on record, newest first, each by its own `down`.
 * Throws `MigrationIrreversible` before anything changes when one of them has no way back.
 */
export async function revertMigrations(
  options: SchemaOptions & { readonly names: readonly string[] },
): Promise<readonly MigrationDone[]> {
  return withDatabase(options, async (database) => {
    const records = await database.readRecords();
    const names = [...new Set(options.names)]
      .filter((name) => records.some((one) => isRecord(recordName({ name }), one.name)))
      .sort()
      .reverse();
    if (names.length === 0) return [];
    database.refuseUnwritable();
    const entries = entriesOf(options.migrations, names);
    return withCrew(database, options, entries, async (crew) => {
      const oneWay = crew.migrations.filter(({ hasDown }) => !hasDown).map(({ entry }) => `"${entry.name}"`);
      if (oneWay.length > 0) {
        throw new ActionError("MigrationIrreversible", `no way back from migration ${oneWay.join(", ")}`, {
          hint: "leave the schema as it is and mend it with a new migration",
        });
      }
      return runInOrder({ ...options, database, crew }, "down");
    });
  });
}

/** What the database has on record, sorted by name. Takes no lock and changes nothing. */
export async function appliedMigrations(
  options: Pick<SchemaOptions, "database" | "context">,
): Promise<readonly AppliedMigration[]> {
  const { applicationName, connectClient } = await import("./database/connect.ts");
  const login = new Login(options.database, options.context);
  const client = await connectClient(login, applicationName(options.context), options.context);
  try {
    const { rows } = await client.query<RecordTables>(recordTablesStatement);
    return rows[0] === undefined ? [] : await readRecords(client, rows[0]);
  } finally {
    await client.end();
  }
}

/** The driver is loaded only here: actions that migrate only sometimes start without it. */
async function withDatabase<T>(
  { database, limits, context }: Pick<SchemaOptions, "database" | "limits" | "context">,
  body: (database: LockedDatabase) => Promise<T>,
): Promise<T> {
  const { withLockedDatabase } = await import("./database/locked-database.ts");
  return withLockedDatabase(database, limits, context, body);
}

async function withCrew<T>(
  database: LockedDatabase,
  { migrations, context }: Pick<SchemaOptions, "migrations" | "context">,
  entries: readonly MigrationEntry[],
  body: (crew: Crew) => Promise<T>,
): Promise<T> {
  const crew = await import("./migration/crew.ts");
  return crew.withCrew(database, migrations, entries, context, body);
}

function entriesOf({ entries, release }: MigrationSource, names: readonly string[]): MigrationEntry[] {
  return names.map((name) => {
    const entry = entries.find((one) => one.name === name);
    if (entry === undefined) {
      throw new ActionError("InvalidBundle", `release "${release}" has no migration "${name}"`, {
        hint: "give the bundle of the release that applied it",
      });
    }
    return entry;
  });
}
