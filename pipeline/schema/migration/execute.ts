import type { Sequelize } from "sequelize";
import type { MigrationLimits } from "../database/limits.ts";
import type { LockedDatabase } from "../database/locked-database.ts";
import type { MigrationModule } from "./migration-source.ts";
import { type Author, type Execute, executeWith, fence, recordMigration, writeHistory } from "./records.ts";

type Direction = "up" | "down";

/** What came of one migration: applied now, or found to be done already by somebody else. */
export type Outcome = "done" | "already";

/** One migration to run, and on whose behalf. */
export interface MigrationTask {
  readonly module: MigrationModule;
  readonly direction: Direction;
  readonly author: Author;
}

type Timeouts = Pick<MigrationLimits, "lockTimeoutMs" | "statementTimeoutSeconds">;

/** Runs one migration once, together with its record. With a transaction, all of it happens or nothing. */
export async function executeMigration(
  database: Pick<LockedDatabase, "sequelize" | "spare">,
  task: MigrationTask,
  timeouts: Timeouts,
): Promise<Outcome> {
  return task.module.transaction
    ? inOneTransaction(database.sequelize, task, timeouts)
    : withoutTransaction(database, task, timeouts);
}

async function inOneTransaction(
  sequelize: Sequelize,
  task: MigrationTask,
  timeouts: Timeouts,
): Promise<Outcome> {
  const execute = executeWith(sequelize);
  return sequelize.transaction({ logging: false }, async () => {
    await setTimeouts(execute, timeouts);
    if (await isDone(execute, task)) return "already";
    const started = performance.now();
    await runStep(sequelize, task);
    await record(execute, task, performance.now() - started);
    return "done";
  });
}

/**
 * The step's own statements wait for locks as long as they need: one that gives up half-way leaves an invalid index behind.
 * The history says that it started, since a process that dies here leaves no record and perhaps half of the work.
 */
async function withoutTransaction(
  { sequelize, spare }: Pick<LockedDatabase, "sequelize" | "spare">,
  task: MigrationTask,
  timeouts: Timeouts,
): Promise<Outcome> {
  const execute = executeWith(sequelize);
  const fenced = (body: () => Promise<void>): Promise<Outcome> =>
    sequelize.transaction({ logging: false }, async (): Promise<Outcome> => {
      await setTimeouts(execute, timeouts);
      if (await isDone(execute, task)) return "already";
      await body();
      return "done";
    });
  const begun = await fenced(() =>
    writeHistory(execute, { ...historyOf(task), status: "started" }, task.author),
  );
  if (begun === "already") return "already";
  const invalidBefore = await invalidIndexes(execute);
  const started = performance.now();
  await runStep(sequelize, task);
  const left = (await invalidIndexes(execute)).filter((index) => !invalidBefore.includes(index));
  if (left.length > 0) {
    throw new Error(`it left invalid indexes: ${left.join(", ")}; drop them with DROP INDEX CONCURRENTLY`);
  }
  return spare(() => fenced(() => record(execute, task, performance.now() - started)));
}

async function runStep(sequelize: Sequelize, { module, direction }: MigrationTask): Promise<void> {
  const step = direction === "up" ? module.up : module.down;
  if (step === false) throw new Error("it has no way back");
  await step(sequelize.getQueryInterface(), sequelize.Sequelize);
}

async function record(execute: Execute, task: MigrationTask, durationMs: number): Promise<void> {
  await recordMigration(execute, task.direction, task.module.record);
  await writeHistory(execute, { ...historyOf(task), status: "succeeded", durationMs }, task.author);
}

/** What the history says of a migration, whatever becomes of it. Rows of a release of schema 1 go by its own name. */
export function historyOf({ module, direction }: Pick<MigrationTask, "module" | "direction">) {
  const { entry, record: recorded } = module;
  const name = recorded.isOfAnyEnding ? entry.name : recorded.fileName;
  return { name, direction, sha256: entry.sha256, sourceSha256: entry.sourceSha256 };
}

/** Whether somebody got there first: on record before an up, off record before a down. */
async function isDone(execute: Execute, { module, direction }: MigrationTask): Promise<boolean> {
  const recorded = await fence(execute, module.record);
  return direction === "up" ? recorded : !recorded;
}

async function setTimeouts(
  execute: Execute,
  { lockTimeoutMs, statementTimeoutSeconds }: Timeouts,
): Promise<void> {
  await execute(`SET LOCAL lock_timeout = ${lockTimeoutMs}`);
  await execute(`SET LOCAL statement_timeout = ${statementTimeoutSeconds * 1000}`);
  await execute("SET LOCAL idle_in_transaction_session_timeout = '5min'");
}

async function invalidIndexes(execute: Execute): Promise<string[]> {
  const rows = await execute("SELECT indexrelid::regclass::text AS name FROM pg_index WHERE NOT indisvalid");
  return rows.map(({ name }) => String(name));
}
