import type { ActionContext } from "../../kit/action.ts";
import type { ActionError } from "../../kit/errors.ts";
import { isLockConflict, sqlState } from "../database/database-errors.ts";
import type { MigrationLimits } from "../database/limits.ts";
import type { LockedDatabase } from "../database/locked-database.ts";
import type { Session } from "../relay/session.ts";
import type { Crew } from "./crew.ts";
import { type Executed, executeMigration } from "./execute.ts";
import { lookAfterFailure } from "./leftovers.ts";
import { describeMigrationError, noLock } from "./migration-errors.ts";
import { type Opened, open } from "./opening.ts";
import { historyStatement } from "./records.ts";
import { MigrationStatements } from "./statements.ts";
import { historyOf, type MigrationTask } from "./task.ts";

interface Surroundings {
  readonly database: LockedDatabase;
  readonly crew: Crew;
  readonly limits: MigrationLimits;
  readonly context: Pick<ActionContext, "runner" | "clock" | "signal">;
}

interface Turn {
  readonly task: MigrationTask;
  /** Where it is opened already, together with the end of the one before. */
  readonly opened: Opened | undefined;
  readonly next: MigrationTask | undefined;
}

/**
 * Runs one migration to its end, again after lost locks as long as nothing of it is in the database. Throws `DatabaseBusy`, or what
 * came of it, with what is in the database.
 */
export async function runMigration(
  { database, crew, limits, context: { runner, clock, signal } }: Surroundings,
  { task, opened, next }: Turn,
): Promise<Executed & { readonly ms: number }> {
  const started = performance.now();
  const { work } = crew;
  const execution = { database, crew, timeoutSeconds: limits.migrationTimeoutSeconds };
  const rules = {
    work,
    openSession: () => database.openSession(),
    patienceMs: limits.statementTimeoutSeconds * 1000,
    runner,
  };
  let now = opened;
  for (let attempt = 1; ; attempt += 1) {
    signal.throwIfAborted();
    const blockers = database.observeBlockers(Math.min(1000, limits.lockTimeoutMs / 3));
    try {
      now ??= await open(work, task);
      const statements = new MigrationStatements(task, rules);
      const executed = await executeMigration(execution, task, now, statements, next);
      return { ...executed, ms: performance.now() - started };
    } catch (error) {
      await blockers.stop();
      signal.throwIfAborted();
      // The story of a session that is gone is told where it was opened; nobody can ask there what is left.
      if (work.lost) throw work.lost;
      const leftovers = await lookAfterFailure(work, task, now?.moment, runner);
      now = undefined;
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
      await noteFailure(work, task, failure);
      throw failure;
    } finally {
      await blockers.stop();
    }
  }
}

/** The history of a failure is worth a try, and no reason to hide the failure itself. */
async function noteFailure(work: Session, task: MigrationTask, failure: ActionError): Promise<void> {
  const row = { ...historyOf(task), status: "failed", error: failure.message.slice(0, 1000) } as const;
  await work.execute(historyStatement(row, task.author)).catch(() => {});
}
