import type { ActionContext } from "../../kit/action.ts";
import type { ActionError } from "../../kit/errors.ts";
import { isLockConflict, isOfConnection, sqlState } from "../database/database-errors.ts";
import type { MigrationLimits } from "../database/limits.ts";
import type { LockedDatabase } from "../database/locked-database.ts";
import { momentOf } from "./changes.ts";
import { executeMigration, historyOf, type MigrationTask, type Outcome } from "./execute.ts";
import { lookAfterFailure } from "./leftovers.ts";
import { describeMigrationError, noLock } from "./migration-errors.ts";
import { executeWith, writeHistory } from "./records.ts";

/**
 * Runs one migration to its end, again after lost locks as long as nothing of it is in the database. Throws `DatabaseBusy` or
 * `MigrationFailed`, which say what is.
 */
export async function runMigration(
  database: LockedDatabase,
  task: MigrationTask,
  limits: MigrationLimits,
  { runner, clock, signal }: Pick<ActionContext, "runner" | "clock" | "signal">,
): Promise<{ readonly outcome: Outcome; readonly ms: number }> {
  const started = performance.now();
  const before = await momentOf(executeWith(database.sequelize), !task.module.transaction);
  for (let attempt = 1; ; attempt += 1) {
    signal.throwIfAborted();
    const blockers = database.observeBlockers(Math.min(1000, limits.lockTimeoutMs / 3));
    try {
      const outcome = await executeMigration({ database, runner }, task, before);
      await database.resetSessions();
      return { outcome, ms: performance.now() - started };
    } catch (error) {
      await blockers.stop();
      signal.throwIfAborted();
      // The story of a session that is gone is told where it was opened; nobody can ask there what is left.
      if (isOfConnection(error)) throw error;
      const leftovers = await lookAfterFailure(database, task, before, runner);
      const isBusy = isLockConflict(error) && leftovers.changes?.length === 0;
      if (isBusy && attempt < limits.tries) {
        // Full jitter: whoever else is waiting does not come back at the same moment.
        const pause = Math.random() * Math.min(60_000, limits.retryMs * 2 ** (attempt - 1));
        runner.info(
          `  rolled back: no lock in time (${sqlState(error)}, ${blockers.last() ?? "holder unknown"}); try ${attempt + 1} of ${limits.tries} in ${(pause / 1000).toFixed(1)} s`,
        );
        await clock.sleep(pause, signal);
        continue;
      }
      const failure = isBusy
        ? noLock(error, task, attempt, blockers.last())
        : describeMigrationError(error, task, leftovers);
      await noteFailure(database, task, failure);
      throw failure;
    } finally {
      await blockers.stop();
    }
  }
}

/** The history of a failure is worth a try, and no reason to hide the failure itself. */
async function noteFailure(
  { sequelize }: Pick<LockedDatabase, "sequelize">,
  task: MigrationTask,
  failure: ActionError,
): Promise<void> {
  const row = { ...historyOf(task), status: "failed", error: failure.message.slice(0, 1000) } as const;
  await writeHistory(executeWith(sequelize), row, task.author).catch(() => {});
}
