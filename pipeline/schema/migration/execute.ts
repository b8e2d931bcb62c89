import type { LockedDatabase } from "../database/locked-database.ts";
import { resetSession } from "../database/reset-session.ts";
import type { Session } from "../relay/session.ts";
import { newInvalidIndexes } from "./changes.ts";
import type { Crew } from "./crew.ts";
import { closeAndOpen, type Opened, transactionStart } from "./opening.ts";
import { fenceStatement, historyStatement, isRecorded, recordStatement } from "./records.ts";
import type { MigrationStatements } from "./statements.ts";
import { historyOf, type MigrationTask } from "./task.ts";
import { TransactionEnded } from "./transaction-ended.ts";

/** What came of one migration: applied now, or found to be done already by somebody else. */
export type Outcome = "done" | "already";

export interface Executed {
  readonly outcome: Outcome;
  /** The next migration, where that is opened. */
  readonly next: Opened | undefined;
}

/** What a migration runs on. */
export interface Execution {
  readonly database: Pick<LockedDatabase, "spare" | "cancelling">;
  readonly crew: Pick<Crew, "work" | "relay" | "program">;
  readonly timeoutSeconds: number;
}

/** Runs one migration once, together with its record. With a transaction, all of it happens or nothing. */
export async function executeMigration(
  execution: Execution,
  task: MigrationTask,
  opened: Opened,
  statements: MigrationStatements,
  next: MigrationTask | undefined,
): Promise<Executed> {
  const { work } = execution.crew;
  const { transaction } = task.migration;
  if (opened.isDone) {
    return { outcome: "already", next: await closeAndOpen(work, transaction ? ["ROLLBACK"] : [], next) };
  }
  const started = performance.now();
  const others = await runStep(execution, task, statements);
  const took = performance.now() - started;
  return transaction
    ? { outcome: "done", next: await recordTogether(work, closingOf(task, opened, took), next) }
    : recordAlone(execution, { task, opened, took, next }, others);
}

/** The record is written as whoever connected, wherever the step left its session, and in the transaction that was begun for it. */
function closingOf(task: MigrationTask, { begun }: Opened, durationMs: number): string[] {
  return [
    ...resetSession,
    `SELECT 1 / (${transactionStart} = '${begun}')::int`,
    recordStatement(task.direction, task.migration.record),
    historyStatement({ ...historyOf(task), status: "succeeded", durationMs }, task.author),
    "COMMIT",
  ];
}

async function recordTogether(
  work: Session,
  closing: readonly string[],
  next: MigrationTask | undefined,
): Promise<Opened | undefined> {
  try {
    return await closeAndOpen(work, closing, next);
  } catch (error) {
    // Division by zero: it is another transaction than the one that was begun.
    throw (error as { readonly code?: unknown }).code === "22012" ? new TransactionEnded("") : error;
  }
}

interface Done {
  readonly task: MigrationTask;
  readonly opened: Opened;
  readonly took: number;
  readonly next: MigrationTask | undefined;
}

async function recordAlone(
  { database, crew: { work } }: Execution,
  { task, opened, took, next }: Done,
  others: readonly Session[],
): Promise<Executed> {
  await refuseOpenTransactions([work, ...others]);
  await Promise.all(others.map((session) => session.end()));
  await work.batch(resetSession);
  const left = await newInvalidIndexes(work.execute, opened.moment);
  if (left.length > 0) throw new Error(`it left invalid indexes: ${left.join(", ")}`);
  const { direction, migration, author } = task;
  const recorded = isRecorded(migration.record);
  const isToDo = direction === "up" ? `NOT ${recorded}` : recorded;
  const closing = [
    "BEGIN",
    fenceStatement,
    historyStatement({ ...historyOf(task), status: "succeeded", durationMs: took }, author, isToDo),
    recordStatement(direction, migration.record, isToDo),
    "COMMIT",
  ];
  return { outcome: "done", next: await database.spare(() => closeAndOpen(work, closing, next)) };
}

/** What was not committed is lost with its session, whatever the migration thinks. */
async function refuseOpenTransactions(sessions: readonly Session[]): Promise<void> {
  const open = sessions.filter(({ status }) => status !== "I");
  if (open.length === 0) return;
  await Promise.all(open.map((session) => session.execute("ROLLBACK")));
  throw new Error("it left a transaction open, so that what it did in it is gone");
}

/** Runs a step until nothing of it is under way; resolves with the sessions that it used beside the shared one. */
async function runStep(
  { database, crew, timeoutSeconds }: Execution,
  { migration, direction }: MigrationTask,
  statements: MigrationStatements,
): Promise<readonly Session[]> {
  crew.relay.traffic = statements;
  const order = { name: migration.entry.name, direction, isInTransaction: migration.transaction };
  try {
    await crew.program.run(order, timeoutSeconds);
  } catch (error) {
    await database.cancelling(() => statements.end());
    throw statements.refused ?? error;
  } finally {
    crew.relay.traffic = undefined;
  }
  const others = await statements.end();
  if (statements.refused) throw statements.refused;
  return others;
}
