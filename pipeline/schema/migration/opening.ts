import { BatchFailed, type Session } from "../relay/session.ts";
import { type Moment, momentOf, nextTransaction, relationsStatement } from "./changes.ts";
import { fenceStatement, historyStatement, isRecorded } from "./records.ts";
import { historyOf, type MigrationTask } from "./task.ts";

/** A migration that may run now, unless it is done already. */
export interface Opened {
  /** Whether somebody got there first: on record before an up, off record before a down. */
  readonly isDone: boolean;
  /** Of the transaction: the same for all its statements, and for no other's. */
  readonly begun: string;
  readonly moment: Moment;
}

/** When the transaction began, in microseconds, whatever the session's settings. */
export const transactionStart = "(extract(epoch FROM now()) * 1000000)::bigint::text";

type Rows = readonly Record<string, unknown>[];

interface Opening {
  readonly statements: readonly string[];
  readonly read: (answers: readonly Rows[]) => Opened;
}

/**
 * Begins the transaction that a migration is to run in. Without one, the history says that it started, since a process that dies leaves
 * no record and perhaps half of the work.
 */
function openingOf(task: MigrationTask): Opening {
  const { migration, direction, author } = task;
  const recorded = isRecorded(migration.record);
  const look = `SELECT ${recorded} AS "isRecorded", ${transactionStart} AS begun, ${nextTransaction}`;
  const opened = (row: Record<string, unknown> = {}, relations: Rows = []): Opened => ({
    isDone: (direction === "up") === row.isRecorded,
    begun: String(row.begun),
    moment: momentOf(row.next, relations),
  });
  if (migration.transaction) {
    return { statements: ["BEGIN", fenceStatement, look], read: (answers) => opened(answers[2]?.[0]) };
  }
  const isToDo = direction === "up" ? `NOT ${recorded}` : recorded;
  const started = historyStatement({ ...historyOf(task), status: "started" }, author, isToDo);
  return {
    statements: ["BEGIN", fenceStatement, started, look, "COMMIT", relationsStatement],
    read: (answers) => opened(answers[3]?.[0], answers[5]),
  };
}

export async function open(work: Session, task: MigrationTask): Promise<Opened> {
  const { statements, read } = openingOf(task);
  return read(await work.enter(() => work.batch(statements)));
}

/**
 * Ends what a migration began, and opens the next one in the same round trip. Resolves once the first is done, with the next where that
 * could be opened too; where not, it is to be opened in a try of its own.
 */
export async function closeAndOpen(
  work: Session,
  closing: readonly string[],
  next: MigrationTask | undefined,
): Promise<Opened | undefined> {
  const opening = next === undefined ? undefined : openingOf(next);
  const statements = [...closing, ...(opening?.statements ?? [])];
  if (statements.length === 0) return undefined;
  return work.enter(async () => {
    try {
      const answers = await work.batch(statements);
      return opening?.read(answers.slice(closing.length));
    } catch (error) {
      // Done is what the server says it did, and nothing else.
      if (!(error instanceof BatchFailed) || error.done[closing.length - 1] !== closing.at(-1)) throw error;
      await work.execute("ROLLBACK").catch(() => {});
      return undefined;
    }
  });
}
