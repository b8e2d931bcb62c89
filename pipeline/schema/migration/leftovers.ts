import type { Runner } from "../../kit/runner.ts";
import { resetSession } from "../database/reset-session.ts";
import type { Session } from "../relay/session.ts";
import { changesSince, dropIndex, type Moment, newInvalidIndexes } from "./changes.ts";
import { type Execute, literal } from "./records.ts";
import { historyOf, type MigrationTask } from "./task.ts";

/** What a migration that failed has left behind. */
export interface Leftovers {
  /** What of the schema it changed, in words; undefined where the database could not be asked. */
  readonly changes?: readonly string[];
  /** Whether an earlier try of it had begun, and may have left what this one met. */
  readonly hasEarlierTry?: boolean;
}

/**
 * Asks the database what is there after a failure. An index that was not finished is dropped: nobody uses it, everybody keeps it up to
 * date, and IF NOT EXISTS would take it for the index.
 */
export async function lookAfterFailure(
  work: Session,
  task: MigrationTask,
  before: Moment | undefined,
  runner: Pick<Runner, "info">,
): Promise<Leftovers> {
  const { execute } = work;
  try {
    await work.execute("ROLLBACK");
    await work.batch(resetSession);
    if (before === undefined) return { changes: [], hasEarlierTry: false };
    if (!task.migration.transaction) {
      for (const index of await newInvalidIndexes(execute, before)) {
        await dropIndex(execute, index);
        runner.info(`  dropped ${index}, which was left invalid`);
      }
    }
    const [changes, hasEarlierTry] = [await changesSince(execute, before), await triedBefore(execute, task)];
    return { changes, hasEarlierTry };
  } catch {
    // The migration's own failure is what matters; this one is that nobody knows what it left.
    return {};
  }
}

/** Without a transaction, this try too has begun by the history's word. */
async function triedBefore(execute: Execute, task: MigrationTask): Promise<boolean> {
  const { name, direction } = historyOf(task);
  const [row] = await execute(
    `SELECT count(*) FILTER (WHERE status = 'started')::int AS begun FROM "SequelizeMetaHistory"
      WHERE name = ${literal(name)} AND direction = ${literal(direction)}
        AND id > coalesce((SELECT max(id) FROM "SequelizeMetaHistory" WHERE name = ${literal(name)} AND status = 'succeeded'), 0)`,
  );
  return Number(row?.begun) > (task.migration.transaction ? 0 : 1);
}
