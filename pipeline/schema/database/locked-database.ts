import type { Sequelize } from "sequelize";
import type { ActionContext } from "../../kit/action.ts";
import { ActionError } from "../../kit/errors.ts";
import { takeLock } from "./advisory-lock.ts";
import { type BlockerObserver, observeBlockers } from "./blockers.ts";
import { Cancellation } from "./cancellation.ts";
import { applicationName, connectClient, openSequelize } from "./connect.ts";
import { describeConnectionError, isOfConnection } from "./database-errors.ts";
import { openDriver } from "./driver.ts";
import type { Library } from "./library.ts";
import type { MigrationLimits } from "./limits.ts";
import { type AddressSource, Login } from "./login.ts";
import { readSessionState, refusePooler, refuseUnwritable } from "./session-state.ts";
import { shownSql } from "./sql-text.ts";

/** A database that no other run migrates meanwhile. */
export interface LockedDatabase {
  /** What migrations run on; the log shows their statements. */
  readonly sequelize: Sequelize;
  /** Throws `DatabaseRefused` where the database can be read only. */
  refuseUnwritable(): void;
  /** Undoes what a migration left of settings, roles and temporary tables in its sessions; none is in a transaction then. */
  resetSessions(): Promise<void>;
  /** Runs what has to be finished even in a cancelled job. */
  spare<T>(body: () => Promise<T>): Promise<T>;
  /** Tells who keeps `sequelize` waiting, until it is stopped. */
  observeBlockers(everyMs: number): BlockerObserver;
}

/** Locks the database for the time of `body`. A cancelled job cancels the statement that runs, which rolls it back. */
export async function withLockedDatabase<T>(
  { source, library }: { readonly source: AddressSource; readonly library: Library },
  limits: MigrationLimits,
  context: ActionContext,
  body: (database: LockedDatabase) => Promise<T>,
): Promise<T> {
  const { runner, signal } = context;
  const name = applicationName(context);
  const login = new Login(source, context);
  const client = await connectClient(login, name, context);
  const address = await login.address();
  const state = await readSessionState(client);
  const driver = openDriver(limits.statementTimeoutSeconds);
  const sequelize = await openSequelize(
    { library, driver, limits, watchesClient: state.watchesClient },
    login,
    name,
    (statement) => runner.info(`  ${shownSql(statement).slice(0, 300)}`),
  );
  const cancellation = new Cancellation(client, signal);
  try {
    await refusePooler(client, state, () => connectClient(login, name, context));
    await takeLock(client, limits.lockWaitSeconds, context);
    return await body({
      sequelize,
      refuseUnwritable: () => refuseUnwritable(state, address),
      resetSessions: () => driver.resetSessions(),
      spare: (work) => cancellation.spare(work),
      observeBlockers: (everyMs) => observeBlockers(client, everyMs, runner),
    });
  } catch (error) {
    // What the database says of a cancelled statement is not why it ended.
    signal.throwIfAborted();
    if (error instanceof ActionError) throw error;
    throw isOfConnection(error) ? describeConnectionError(error, address) : error;
  } finally {
    await cancellation.stop();
    await Promise.allSettled([sequelize.close(), client.end()]);
  }
}
