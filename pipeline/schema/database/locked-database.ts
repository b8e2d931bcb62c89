import type { Sequelize } from "sequelize";
import type { ActionContext } from "../../kit/action.ts";
import { takeLock } from "./advisory-lock.ts";
import { type BlockerObserver, observeBlockers } from "./blockers.ts";
import { Cancellation } from "./cancellation.ts";
import { applicationName, connectClient, openSequelize } from "./connect.ts";
import type { Library } from "./library.ts";
import { type AddressSource, Login } from "./login.ts";

/** A database that no other run migrates meanwhile. */
export interface LockedDatabase {
  /** What migrations run on; the log shows their statements. */
  readonly sequelize: Sequelize;
  /** Runs what has to be finished even in a cancelled job. */
  spare<T>(body: () => Promise<T>): Promise<T>;
  /** Tells who keeps `sequelize` waiting, until it is stopped. */
  observeBlockers(everyMs: number): BlockerObserver;
}

/** Locks the database for the time of `body`. A cancelled job cancels the statement that runs, which rolls it back. */
export async function withLockedDatabase<T>(
  { source, library }: { readonly source: AddressSource; readonly library: Library },
  lockWaitSeconds: number,
  context: ActionContext,
  body: (database: LockedDatabase) => Promise<T>,
): Promise<T> {
  const { runner, signal } = context;
  const name = applicationName(context);
  const login = new Login(source, context);
  const client = await connectClient(login, name, context);
  const sequelize = await openSequelize(library, login, name, (statement) =>
    runner.info(`  ${statement.replace(/\s+/g, " ").slice(0, 300)}`),
  );
  const cancellation = new Cancellation(client, signal);
  try {
    await takeLock(client, lockWaitSeconds, context);
    return await body({
      sequelize,
      spare: (work) => cancellation.spare(work),
      observeBlockers: (everyMs) => observeBlockers(client, everyMs, runner),
    });
  } catch (error) {
    // What the database says of a cancelled statement is not why it ended.
    signal.throwIfAborted();
    throw error;
  } finally {
    await cancellation.stop();
    await Promise.allSettled([sequelize.close(), client.end()]);
  }
}
