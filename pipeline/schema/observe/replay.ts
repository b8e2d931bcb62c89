import { createRequire } from "node:module";
import { join } from "node:path";
import type { QueryInterface, Sequelize } from "sequelize";
import * as ownLibrary from "sequelize";
import { type MigrationExports, migrationExports } from "../../bundle/migration-exports.ts";
import type { DownFacts, MigrationFacts } from "../judge/facts.ts";
import { shapeOf } from "./differences.ts";
import { currentOrigin, ForeignTransactionEnd, queriesToEnd, tracedInterface } from "./origins.ts";
import { reason } from "./reason.ts";
import type { Snapshot } from "./snapshot.ts";
import { StatementWatch, takeSnapshot } from "./statement-watch.ts";
import { nestTransactions, useTransactionScope } from "./transaction-scope.ts";
import { WatchedDriver } from "./watched-driver.ts";

/** A migration to replay: its built module, and where its source lies. */
export interface Replayed {
  readonly name: string;
  readonly url: string;
  readonly source: string;
}

/** The throw-away database. */
export interface ReplayDatabase {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
}

/** What the program of the replay is given. */
export interface ReplayTask {
  readonly migrations: readonly Replayed[];
  readonly database: ReplayDatabase;
  /** The folder from which the migrations' Sequelize is found; absent for this pipeline's. */
  readonly libraryFrom?: string | undefined;
  /** The file to which what is seen of each is added as a line of JSON. */
  readonly results: string;
}

type Step = (queryInterface: QueryInterface, library: unknown) => Promise<unknown>;

/** Runs migrations one after the other, each as a deploy would, and tells of each what it did; `onFacts` is called after each. */
export async function replay(
  { migrations, database, libraryFrom }: Omit<ReplayTask, "results">,
  onFacts: (facts: MigrationFacts) => void,
): Promise<void> {
  const driver = new WatchedDriver();
  const sequelize = openSequelize(libraryOf(libraryFrom), driver, database);
  const ask = async (sql: string) => {
    const [rows] = await sequelize.query(sql);
    return rows as Record<string, unknown>[];
  };
  await ask(
    'CREATE TABLE IF NOT EXISTS "SequelizeMeta" (name VARCHAR(255) NOT NULL UNIQUE, PRIMARY KEY (name))',
  );
  // What the last migration left, where nothing of its trials stayed.
  let known: Snapshot | undefined;
  for (const migration of migrations) {
    onFacts(await replayOne(migration));
    await driver.resetSessions();
  }
  await sequelize.close();

  async function replayOne({ name, url, source }: Replayed): Promise<MigrationFacts> {
    const module = migrationExports((await import(url)) as Record<string, unknown>);
    const up = (module.up as Step).bind(module.holder);
    const isTransactional = module.transaction !== false;
    const queryInterface = tracedInterface({ sequelize, source, isTransactional });
    const inScope = (body: () => Promise<unknown>): Promise<unknown> =>
      isTransactional ? sequelize.transaction(body) : body();
    const before = known ?? (await takeSnapshot({ ask }));
    known = undefined;
    const watch = new StatementWatch(before);
    const facts = { name, isTransactional, statements: watch.statements, ...declarations(module) };
    driver.watching = { watch, origin: currentOrigin };
    try {
      await inScope(async () => {
        await up(queryInterface, sequelize.Sequelize);
        await queriesToEnd();
      });
    } catch (error) {
      // SQLSTATE 2D000: invalid transaction termination.
      if (error instanceof ForeignTransactionEnd) watch.noteRefused(error.message, error.origin, "2D000");
      return { ...facts, down: { kind: "right" }, failure: words(error) };
    } finally {
      driver.watching = undefined;
    }
    await driver.resetSessions();
    const again = async (): Promise<string | undefined> => {
      try {
        await inScope(async () => {
          await up(queryInterface, sequelize.Sequelize);
          await queriesToEnd();
        });
      } catch (error) {
        return words(error);
      } finally {
        await driver.resetSessions();
      }
      return undefined;
    };
    const secondRun = isTransactional ? undefined : await again();
    if (isTransactional) known = watch.snapshot;
    const then = isTransactional ? watch.snapshot : await takeSnapshot({ ask });
    const down = await tryDown(module, { before, then }, inScope, queryInterface);
    if (!isTransactional && down.kind !== "missing" && down.kind !== "declared") await again();
    await sequelize.query('INSERT INTO "SequelizeMeta" (name) VALUES ($1) ON CONFLICT DO NOTHING', {
      bind: [name],
    });
    return { ...facts, down, ...(secondRun === undefined ? {} : { secondRun }) };
  }

  /** Where there is a transaction, nothing of it stays. */
  async function tryDown(
    module: MigrationExports,
    { before, then }: { readonly before: Snapshot; readonly then: Snapshot },
    inScope: (body: () => Promise<unknown>) => Promise<unknown>,
    queryInterface: QueryInterface,
  ): Promise<DownFacts> {
    if (module.down === false) return { kind: "declared" };
    if (typeof module.down !== "function") return { kind: "missing" };
    const down = (module.down as Step).bind(module.holder);
    const enough = new Error("looked at");
    let now: readonly string[] = [];
    try {
      await inScope(async () => {
        await down(queryInterface, sequelize.Sequelize);
        await queriesToEnd();
        now = shapeOf(await takeSnapshot({ ask }));
        throw enough;
      });
    } catch (error) {
      if (error !== enough) return { kind: "failed", message: words(error) };
    } finally {
      await driver.resetSessions();
    }
    const wanted = shapeOf(before);
    const missing = wanted.filter((line) => !now.includes(line)).map((line) => `lacks ${line}`);
    const left = now.filter((line) => !wanted.includes(line)).map((line) => `keeps ${line}`);
    if (missing.length + left.length === 0) return { kind: "right" };
    if (String(shapeOf(then)) === String(now)) return { kind: "empty" };
    return { kind: "differs", differences: [...missing, ...left] };
  }
}

type Library = Pick<typeof ownLibrary, "Sequelize">;

/** The Sequelize that migrations run on: the one that is installed for them. */
function libraryOf(folder: string | undefined): Library {
  if (folder === undefined) return ownLibrary;
  try {
    return createRequire(join(folder, "package.json"))("sequelize") as Library;
  } catch {
    return ownLibrary;
  }
}

function openSequelize(
  library: Library,
  driver: WatchedDriver,
  { user, ...database }: ReplayDatabase,
): Sequelize {
  useTransactionScope(library.Sequelize);
  return nestTransactions(
    new library.Sequelize({
      dialect: "postgres",
      dialectModule: driver.module,
      ...database,
      username: user,
      password: "",
      logging: false,
      pool: { min: 0, max: 4, acquire: 20_000 },
      dialectOptions: { statement_timeout: 20_000, lock_timeout: 5_000, client_min_messages: "warning" },
    }),
  );
}

/** What a migration says about itself. */
function declarations({ phase, accept }: MigrationExports): Pick<MigrationFacts, "phase" | "accepted"> {
  const given = accept !== null && typeof accept === "object" ? Object.entries(accept) : [];
  const accepted = Object.fromEntries(
    given.flatMap(([rule, reason]) =>
      typeof reason === "string" && reason.trim() !== "" ? [[rule, reason.trim()] as const] : [],
    ),
  );
  return { ...(phase === "expand" || phase === "contract" ? { phase } : {}), accepted };
}

function words(error: unknown): string {
  const { original, code } = (error ?? {}) as {
    readonly original?: { readonly code?: unknown };
    readonly code?: unknown;
  };
  return reason(error instanceof Error ? error.message : String(error), String(original?.code ?? code ?? ""));
}
