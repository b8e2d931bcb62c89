import type { ActionContext } from "../../kit/action.ts";
import { ActionError } from "../../kit/errors.ts";
import {
  type AppliedMigration,
  type RecordTables,
  readRecords,
  recordTablesStatement,
} from "../migration/records.ts";
import { Session } from "../relay/session.ts";
import type { DatabaseAddress } from "./address.ts";
import { takeLock, tryLockStatement } from "./advisory-lock.ts";
import { type BlockerObserver, observeBlockers } from "./blockers.ts";
import { Cancellation } from "./cancellation.ts";
import { applicationName, connectClient, limitSettings } from "./connect.ts";
import { describeConnectionError, isOfConnection } from "./database-errors.ts";
import type { MigrationLimits } from "./limits.ts";
import { type AddressSource, Login } from "./login.ts";
import {
  protocolProcess,
  refusePooler,
  refuseUnwritable,
  refuseWithoutSettings,
  type SessionState,
  sessionStateStatement,
} from "./session-state.ts";

/** A database that no other run migrates meanwhile. */
export interface LockedDatabase {
  /** The lock's own session: idle but for those who look at the others. */
  readonly control: Session;
  readonly address: DatabaseAddress;
  readonly state: SessionState;
  /** As they were when the lock was taken. */
  readonly tables: RecordTables;
  /** What the database has on record. */
  readRecords(): Promise<readonly AppliedMigration[]>;
  /** Throws `DatabaseRefused` where the database can be read only. */
  refuseUnwritable(): void;
  /** Opens a session with the limits of migrations; it ends with the lock at the latest. */
  openSession(): Promise<Session>;
  /** Runs what has to be finished even in a cancelled job. */
  spare<T>(body: () => Promise<T>): Promise<T>;
  /** Ends the statements of the other sessions until `body` ends. */
  cancelling<T>(body: () => Promise<T>): Promise<T>;
  /** Tells who keeps the other sessions waiting, until it is stopped. */
  observeBlockers(everyMs: number): BlockerObserver;
}

/** How long a database is waited for that does not listen: a failover, or a server that is started. */
const listeningMs = 20_000;

/** How long a cancelled job waits for the database to give its statements up. */
const patienceMs = 7000;

/** Locks the database for the time of `body`. A cancelled job cancels the statement that runs, which rolls it back. */
export async function withLockedDatabase<T>(
  source: AddressSource,
  limits: MigrationLimits,
  context: ActionContext,
  body: (database: LockedDatabase) => Promise<T>,
): Promise<T> {
  const { runner, signal } = context;
  const name = applicationName(context);
  const login = new Login(source, context);
  const client = await connectClient(login, name, context, {}, listeningMs);
  const address = await login.address();
  const control = new Session(client);
  const sessions = [control];
  const cancellation = new Cancellation(control, signal);
  const giveUp = abandonAfter(patienceMs, sessions, signal);
  try {
    const openOther = () => connectClient(login, name, context);
    const { state, tables } = await untilAborted(lock(control, limits, context, openOther), signal);
    return await body({
      control,
      address,
      state,
      tables,
      readRecords: () => untilAborted(readRecords(client, tables), signal),
      refuseUnwritable: () => refuseUnwritable(state, address),
      openSession: async () => {
        const session = new Session(await connectClient(login, name, context, limitSettings(limits)));
        sessions.push(session);
        return session;
      },
      spare: (work) => cancellation.spare(work),
      cancelling: (work) => cancellation.during(work),
      observeBlockers: (everyMs) => observeBlockers(control, everyMs, runner),
    });
  } catch (error) {
    // What the database says of a cancelled statement is not why it ended.
    signal.throwIfAborted();
    if (error instanceof ActionError) throw error;
    throw isOfConnection(error) ? describeConnectionError(error, address) : error;
  } finally {
    cancellation.stop();
    await Promise.all(sessions.map((session) => session.end()));
    giveUp.stop();
  }
}

/** Takes the lock and says what it found then: in one round trip where nobody else has it, and nobody is in between. */
async function lock(
  control: Session,
  { lockWaitSeconds }: MigrationLimits,
  context: ActionContext,
  openOther: () => Promise<Session["client"]>,
): Promise<{ readonly state: SessionState; readonly tables: RecordTables }> {
  const { client } = control;
  const look = [sessionStateStatement, recordTablesStatement];
  const tried = await rowsOf(control, [tryLockStatement(protocolProcess(client)), ...look]);
  const [{ locked }, state, tables] = tried as [{ locked: boolean | null }, SessionState, RecordTables];
  refuseWithoutSettings(state);
  if (locked === true) return { state, tables };
  if (locked === null) await refusePooler(client, state, openOther);
  await takeLock(client, lockWaitSeconds, context);
  const [, tablesNow] = await rowsOf(control, look);
  return { state, tables: tablesNow as RecordTables };
}

/** What waits in the lock's own session cannot be ended from there: whoever is cancelled does not wait for it. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

async function rowsOf(session: Session, statements: readonly string[]): Promise<unknown[]> {
  return (await session.batch(statements)).map(([row]) => row);
}

/** Ends the sessions of a cancelled job that still wait after a while: nothing may keep it. */
function abandonAfter(ms: number, sessions: readonly Session[], signal: AbortSignal): { stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  const start = (): void => {
    timer = setTimeout(() => {
      for (const session of sessions) session.destroy();
    }, ms);
  };
  signal.addEventListener("abort", start, { once: true });
  return {
    stop: () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", start);
    },
  };
}
