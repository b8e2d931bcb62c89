import type { Runner } from "../../kit/runner.ts";
import { resetSession } from "../database/driver.ts";
import type { LockedDatabase } from "../database/locked-database.ts";
import { type Moment, newInvalidIndexes } from "./changes.ts";
import type { MigrationModule } from "./migration-source.ts";
import { type Author, type Execute, executeWith, fence, recordMigration, writeHistory } from "./records.ts";
import { TransactionEnded, withStatements } from "./step-statements.ts";

type Direction = "up" | "down";

/** What came of one migration: applied now, or found to be done already by somebody else. */
export type Outcome = "done" | "already";

/** One migration to run, and on whose behalf. */
export interface MigrationTask {
  readonly module: MigrationModule;
  readonly direction: Direction;
  readonly author: Author;
}

/** What a migration runs on, and who is told of what is done about it. */
export interface Execution {
  readonly database: Pick<LockedDatabase, "sequelize" | "spare" | "resetSessions">;
  readonly runner: Pick<Runner, "info">;
}

/** Runs one migration once, together with its record. With a transaction, all of it happens or nothing. */
export async function executeMigration(
  execution: Execution,
  task: MigrationTask,
  before: Moment,
): Promise<Outcome> {
  return task.module.transaction
    ? inOneTransaction(execution, task)
    : withoutTransaction(execution, task, before);
}

async function inOneTransaction(execution: Execution, task: MigrationTask): Promise<Outcome> {
  const { sequelize } = execution.database;
  const execute = executeWith(sequelize);
  return sequelize.transaction({ logging: false }, async () => {
    if (await isDone(execute, task)) return "already";
    const begun = await transactionStart(execute);
    const started = performance.now();
    await runStep(execution, task);
    // The record is written as whoever connected, wherever the step left its session.
    await execute(resetSession);
    if ((await transactionStart(execute)) !== begun) throw new TransactionEnded("");
    await record(execute, task, performance.now() - started);
    return "done";
  });
}

/** The same for all statements of one transaction, and for no other's. */
async function transactionStart(execute: Execute): Promise<string> {
  const [row] = await execute("SELECT now()::text AS now");
  return String(row?.now);
}

/**
 * The history says that it started, since a process that dies here leaves no record and perhaps half of the work.
 */
async function withoutTransaction(
  execution: Execution,
  task: MigrationTask,
  before: Moment,
): Promise<Outcome> {
  const { sequelize, spare, resetSessions } = execution.database;
  const execute = executeWith(sequelize);
  const fenced = (body: () => Promise<void>): Promise<Outcome> =>
    sequelize.transaction({ logging: false }, async (): Promise<Outcome> => {
      if (await isDone(execute, task)) return "already";
      await body();
      return "done";
    });
  const begun = await fenced(() =>
    writeHistory(execute, { ...historyOf(task), status: "started" }, task.author),
  );
  if (begun === "already") return "already";
  const started = performance.now();
  await runStep(execution, task);
  await resetSessions();
  const left = await newInvalidIndexes(execute, before);
  if (left.length > 0) throw new Error(`it left invalid indexes: ${left.join(", ")}`);
  return spare(() => fenced(() => record(execute, task, performance.now() - started)));
}

async function runStep({ database, runner }: Execution, { module, direction }: MigrationTask): Promise<void> {
  const { sequelize } = database;
  const step = direction === "up" ? module.up : module.down;
  if (step === false) throw new Error("it has no way back");
  const options = {
    isInTransaction: module.transaction,
    onDropped: (index: string) => runner.info(`  dropped ${index}, which an earlier try left invalid`),
  };
  await withStatements(sequelize, options, () => step(sequelize.getQueryInterface(), sequelize.Sequelize));
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
