import type pg from "pg";
import type { Sequelize } from "sequelize";
import type { ActionContext } from "../../kit/action.ts";
import { ActionError } from "../../kit/errors.ts";
import { type Direction, executeMigration, type Outcome } from "../execute.ts";
import type { MigrationModule } from "../migration-module.ts";
import { type Author, type Execute, executeWith, writeHistory } from "../records.ts";
import type { DatabaseAddress } from "./address.ts";
import { takeLock } from "./advisory-lock.ts";
import { watchBlockers } from "./blockers.ts";
import { Cancellation } from "./cancellation.ts";
import { applicationName, connectClient, openSequelize } from "./connect.ts";
import { describeMigrationError, isLockConflict, sqlState } from "./database-errors.ts";
import type { MigrationLimits } from "./limits.ts";

/** A database, locked for this run. */
export interface MigrationSession {
  readonly lockWaitMs: number;
  readonly execute: Execute;
  /** Runs one migration to its end, again after lost locks. Throws `DatabaseBusy` or `MigrationFailed`. */
  migrate(module: MigrationModule, direction: Direction): Promise<{ outcome: Outcome; ms: number }>;
}

/** Locks the database for the time of `body`. A cancelled job cancels the statement that runs, which rolls it back. */
export async function withSession<T>(
  address: DatabaseAddress,
  limits: MigrationLimits,
  author: Author,
  context: ActionContext,
  body: (session: MigrationSession) => Promise<T>,
): Promise<T> {
  const name = applicationName(context);
  const client = await connectClient(address, name, context);
  let print = (_statement: string): void => {};
  const sequelize = openSequelize(address, name, (statement) => print(statement));
  const cancellation = new Cancellation(client, context.signal);
  try {
    const lockWaitMs = await takeLock(client, limits.lockWaitSeconds, context);
    return await body({
      lockWaitMs,
      execute: executeWith(sequelize),
      migrate: async (module, direction) => {
        print = (statement) => context.runner.info(`  ${statement.replace(/\s+/g, " ").slice(0, 300)}`);
        try {
          return await migrateOne({
            client,
            sequelize,
            cancellation,
            module,
            direction,
            limits,
            author,
            context,
          });
        } finally {
          print = () => {};
        }
      },
    });
  } catch (error) {
    // What the database says of a cancelled statement is not why it ended.
    context.signal.throwIfAborted();
    throw error;
  } finally {
    await cancellation.stop();
    await Promise.allSettled([sequelize.close(), client.end()]);
  }
}

interface Work {
  readonly client: pg.Client;
  readonly sequelize: Sequelize;
  readonly cancellation: Cancellation;
  readonly module: MigrationModule;
  readonly direction: Direction;
  readonly limits: MigrationLimits;
  readonly author: Author;
  readonly context: ActionContext;
}

async function migrateOne(work: Work): Promise<{ outcome: Outcome; ms: number }> {
  const { client, module, direction, limits, context } = work;
  const { name } = module.entry;
  const started = performance.now();
  for (let attempt = 1; ; attempt += 1) {
    context.signal.throwIfAborted();
    const watch = watchBlockers(client, Math.min(1000, limits.lockTimeoutMs / 3), context.runner);
    try {
      const outcome = await executeMigration(work);
      return { outcome, ms: performance.now() - started };
    } catch (error) {
      await watch.stop();
      context.signal.throwIfAborted();
      const conflict = isLockConflict(error) && module.transaction;
      if (conflict && attempt < limits.tries) {
        // Full jitter: whoever else is waiting does not come back at the same moment.
        const pause = Math.random() * Math.min(60_000, limits.retryMs * 2 ** (attempt - 1));
        context.runner.info(
          `  rolled back: no lock in time (${sqlState(error)}, ${watch.last() ?? "holder unknown"}); try ${attempt + 1} of ${limits.tries} in ${(pause / 1000).toFixed(1)} s`,
        );
        await context.clock.sleep(pause, context.signal);
        continue;
      }
      const failure = conflict
        ? busy(name, direction, attempt, watch.last(), error)
        : describeMigrationError(error, name, direction);
      await noteFailure(work, failure);
      throw failure;
    } finally {
      await watch.stop();
    }
  }
}

function busy(
  name: string,
  direction: Direction,
  tries: number,
  blocker: string | undefined,
  cause: unknown,
): ActionError {
  return new ActionError(
    "DatabaseBusy",
    `migration "${name}" (${direction}) got no lock in ${tries} tries${blocker ? `; in its way: ${blocker}` : ""}`,
    {
      hint: "end the transaction that is in the way, or run again when the database is quieter; nothing of the migration is in the database",
      cause,
    },
  );
}

/** The history of a failure is worth a try, and no reason to hide the failure itself. */
async function noteFailure(
  { sequelize, module, direction, author }: Work,
  failure: ActionError,
): Promise<void> {
  const { name, sha256 } = module.entry;
  const row = { name, direction, status: "failed", sha256, error: failure.message.slice(0, 1000) } as const;
  await writeHistory(executeWith(sequelize), row, author).catch(() => {});
}
