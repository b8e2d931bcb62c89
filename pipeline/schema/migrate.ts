import type { Manifest, MigrationEntry } from "../bundle/manifest.ts";
import type { ActionContext } from "../kit/action.ts";
import { ActionError } from "../kit/errors.ts";
import { parseAddress } from "./database/address.ts";
import type { MigrationLimits } from "./database/limits.ts";
import type { MigrationSession } from "./database/session.ts";
import { loadMigration } from "./migration-module.ts";
import { type AppliedMigration, planMigrations, type SchemaPlan } from "./plan.ts";
import { type Author, type Execute, ensureTables, readRecords } from "./records.ts";

// Sequelize is loaded with the first call: actions that migrate only sometimes start without it.
const loadSession = () => import("./database/session.ts");

/** A database and the migrations that are meant for it. */
export interface SchemaOptions {
  /** postgres://user:password@host:port/name; never printed. */
  readonly databaseUrl: string;
  /** PEM text of the CA; "" for Node's own roots. */
  readonly databaseCa: string;
  readonly limits: MigrationLimits;
  readonly manifest: Manifest;
  /** The folder that holds `<name>.mjs` of the manifest's migrations. */
  readonly migrationsDirectory: string;
  readonly context: ActionContext;
}

export interface MigrateOptions extends SchemaOptions {
  /** Called with every plan, before anything changes. */
  readonly onPlan?: (plan: SchemaPlan) => void;
  /** Called once before the first change, when there is something to apply; may refuse by throwing. */
  readonly beforeFirstChange?: (plan: SchemaPlan) => Promise<void>;
}

export interface MigrationDone {
  readonly name: string;
  readonly ms: number;
}

export interface MigrateResult {
  readonly plan: SchemaPlan;
  /** In order; without those that somebody else applied meanwhile. */
  readonly applied: readonly MigrationDone[];
  readonly lockWaitMs: number;
}

/**
 * Applies what the manifest has and the database has not, in order, one runner at a time. When it rejects, the migrations
 * before the failed one are applied and recorded, and nothing of the failed one is in the database.
 */
export async function migrateSchema(options: MigrateOptions): Promise<MigrateResult> {
  return locked(options, async (session) => {
    const plan = planMigrations(options.manifest.migrations, await readRecords(session.execute));
    options.onPlan?.(plan);
    const { lockWaitMs } = session;
    if (plan.pending.length === 0) return { plan, applied: [], lockWaitMs };
    const modules = await loadAll(
      options,
      plan.pending.map(({ name }) => name),
    );
    await options.beforeFirstChange?.(plan);
    await ensureTables(session.execute);
    const applied: MigrationDone[] = [];
    for (const module of modules) {
      const { name } = module.entry;
      const done = await options.context.runner.group(`Apply ${name}`, () => session.migrate(module, "up"));
      if (done.outcome === "done") applied.push({ name, ms: done.ms });
    }
    return { plan, applied, lockWaitMs };
  });
}

/**
 * Reverts those of the named migrations that the database has on record, newest first, each by its own `down`.
 * Throws `MigrationIrreversible` before anything changes when one of them has no way back.
 */
export async function revertMigrations(
  options: SchemaOptions & {
    readonly names: readonly string[];
    readonly beforeFirstChange?: (names: readonly string[]) => Promise<void>;
  },
): Promise<readonly MigrationDone[]> {
  return locked(options, async (session) => {
    const recorded = new Set((await readRecords(session.execute)).map(({ name }) => name));
    const names = [...new Set(options.names)]
      .filter((name) => recorded.has(name))
      .sort()
      .reverse();
    if (names.length === 0) return [];
    const modules = await loadAll(options, names);
    const oneWay = modules.filter(({ down }) => down === false).map(({ entry }) => `"${entry.name}"`);
    if (oneWay.length > 0) {
      throw new ActionError("MigrationIrreversible", `no way back from migration ${oneWay.join(", ")}`, {
        hint: "leave the schema as it is and mend it with a new migration",
      });
    }
    await options.beforeFirstChange?.(names);
    await ensureTables(session.execute);
    const reverted: MigrationDone[] = [];
    for (const module of modules) {
      const { name } = module.entry;
      const done = await options.context.runner.group(`Revert ${name}`, () =>
        session.migrate(module, "down"),
      );
      if (done.outcome === "done") reverted.push({ name, ms: done.ms });
    }
    return reverted;
  });
}

/** What the database has on record, sorted by name. Takes no lock and changes nothing. */
export async function appliedMigrations(
  options: Pick<SchemaOptions, "databaseUrl" | "databaseCa" | "context">,
): Promise<readonly AppliedMigration[]> {
  const address = parseAddress(options.databaseUrl, options.databaseCa, options.context);
  const { applicationName, connectClient } = await import("./database/connect.ts");
  const client = await connectClient(address, applicationName(options.context), options.context);
  const execute: Execute = async (sql, values = []) => (await client.query(sql, [...values])).rows;
  try {
    return await readRecords(execute);
  } finally {
    await client.end();
  }
}

async function locked<T>(
  options: SchemaOptions,
  body: (session: MigrationSession) => Promise<T>,
): Promise<T> {
  const { manifest, context, limits } = options;
  const address = parseAddress(options.databaseUrl, options.databaseCa, context);
  const author: Author = { release: manifest.id, commit: manifest.commit, run: context.run.url };
  const { withSession } = await loadSession();
  return withSession(address, limits, author, context, body);
}

async function loadAll({ manifest, migrationsDirectory }: SchemaOptions, names: readonly string[]) {
  const entries = new Map<string, MigrationEntry>(manifest.migrations.map((entry) => [entry.name, entry]));
  return Promise.all(
    names.map((name) => {
      const entry = entries.get(name);
      if (entry === undefined) {
        throw new ActionError("InvalidBundle", `release "${manifest.id}" has no migration "${name}"`, {
          hint: "give the bundle of the release that applied it",
        });
      }
      return loadMigration(migrationsDirectory, entry);
    }),
  );
}
