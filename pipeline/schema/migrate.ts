import type { ActionContext } from "../kit/action.ts";
import { ActionError } from "../kit/errors.ts";
import type { MigrationLimits } from "./database/limits.ts";
import type { LockedDatabase } from "./database/locked-database.ts";
import { type AddressSource, Login } from "./database/login.ts";
import { isRecord, recordName } from "./migration/file-name.ts";
import { loadLibrary, loadMigration } from "./migration/load.ts";
import type { MigrationModule, MigrationSource } from "./migration/migration-source.ts";
import {
  type AppliedMigration,
  type Execute,
  ensureTables,
  executeWith,
  readRecords,
} from "./migration/records.ts";
import { runMigration } from "./migration/run-migration.ts";
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

interface MigrationDone {
  readonly name: string;
  readonly ms: number;
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
    const recorded = await readRecords(executeWith(database.sequelize));
    const plan = planMigrations(options.migrations.entries, recorded);
    options.onPlan?.(plan);
    refuseMisnamed(plan);
    if (plan.pending.length === 0) return { plan, applied: [] };
    database.refuseUnwritable();
    const modules = await loadAll(
      options.migrations,
      plan.pending.map(({ name }) => name),
    );
    await options.beforeFirstChange?.(plan);
    return { plan, applied: await runAll(database, modules, "up", options) };
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
    const records = await readRecords(executeWith(database.sequelize));
    const names = [...new Set(options.names)]
      .filter((name) => records.some((one) => isRecord(recordName({ name }), one.name)))
      .sort()
      .reverse();
    if (names.length === 0) return [];
    database.refuseUnwritable();
    const modules = await loadAll(options.migrations, names);
    const oneWay = modules.filter(({ down }) => down === false).map(({ entry }) => `"${entry.name}"`);
    if (oneWay.length > 0) {
      throw new ActionError("MigrationIrreversible", `no way back from migration ${oneWay.join(", ")}`, {
        hint: "leave the schema as it is and mend it with a new migration",
      });
    }
    return runAll(database, modules, "down", options);
  });
}

/** What the database has on record, sorted by name. Takes no lock and changes nothing. */
export async function appliedMigrations(
  options: Pick<SchemaOptions, "database" | "context">,
): Promise<readonly AppliedMigration[]> {
  const { applicationName, connectClient } = await import("./database/connect.ts");
  const login = new Login(options.database, options.context);
  const client = await connectClient(login, applicationName(options.context), options.context);
  const execute: Execute = async (sql, values = []) => (await client.query(sql, [...values])).rows;
  try {
    return await readRecords(execute);
  } finally {
    await client.end();
  }
}

/** Sequelize is loaded only here: actions that migrate only sometimes start without it. */
async function withDatabase<T>(
  { database, limits, migrations, context }: SchemaOptions,
  body: (database: LockedDatabase) => Promise<T>,
): Promise<T> {
  const { withLockedDatabase } = await import("./database/locked-database.ts");
  const library = await loadLibrary(migrations, context.runner);
  return withLockedDatabase({ source: database, library }, limits, context, body);
}

/** Runs the migrations one after the other; resolves with those that nobody else had run meanwhile. */
async function runAll(
  database: LockedDatabase,
  modules: readonly MigrationModule[],
  direction: "up" | "down",
  { migrations, limits, context }: Pick<SchemaOptions, "migrations" | "limits" | "context">,
): Promise<readonly MigrationDone[]> {
  const author = { release: migrations.release, commit: migrations.commit, run: context.run.url };
  await ensureTables(executeWith(database.sequelize));
  const done: MigrationDone[] = [];
  for (const module of modules) {
    const { name } = module.entry;
    const task = { module, direction, author };
    const title = `${direction === "up" ? "Apply" : "Revert"} ${name}`;
    const { outcome, ms } = await context.runner.group(title, () =>
      runMigration(database, task, limits, context),
    );
    if (outcome === "done") done.push({ name, ms });
  }
  return done;
}

async function loadAll(
  source: MigrationSource,
  names: readonly string[],
): Promise<readonly MigrationModule[]> {
  return Promise.all(
    names.map((name) => {
      const entry = source.entries.find((one) => one.name === name);
      if (entry === undefined) {
        throw new ActionError("InvalidBundle", `release "${source.release}" has no migration "${name}"`, {
          hint: "give the bundle of the release that applied it",
        });
      }
      return loadMigration(source, entry);
    }),
  );
}
