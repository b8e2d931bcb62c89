import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import pg from "pg";
import type { ActionContext } from "../../kit/action.ts";
import { ActionError } from "../../kit/errors.ts";
import type { DatabaseAddress } from "./address.ts";
import { describeConnectionError, isTransient, sqlState } from "./database-errors.ts";
import type { StatementLimits } from "./limits.ts";
import type { Login } from "./login.ts";
import { settingsMark } from "./session-state.ts";

/**
 * Settings of every session. When this process dies, the server notices within a second and ends what it was doing;
 * otherwise a statement, its locks and the advisory lock would live on until the statement ends.
 */
const sessionSettings = {
  tcp_keepalives_idle: 30,
  tcp_keepalives_interval: 10,
  tcp_keepalives_count: 3,
  client_connection_check_interval: "1s",
  // Tells that the settings of a connection reached the server: a pooler may drop them without a word.
  [settingsMark]: "taken",
};

function optionsOf(settings: Settings): string {
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(" ");
}

/** What holds for every statement of a migration, whichever session it takes, and what Sequelize takes for granted in its sessions. */
export function limitSettings({ lockTimeoutMs, statementTimeoutSeconds }: StatementLimits) {
  return {
    lock_timeout: lockTimeoutMs,
    statement_timeout: statementTimeoutSeconds * 1000,
    idle_in_transaction_session_timeout: "5min",
    timezone: "UTC",
    client_min_messages: "warning",
    standard_conforming_strings: "on",
  };
}

/** What this run's sessions are called in pg_stat_activity: at most 63 bytes, different for every process. */
export function applicationName({ run }: Pick<ActionContext, "run">): string {
  const suffix = ` run ${run.runId}/${run.runAttempt} ${randomBytes(2).toString("hex")}`;
  return `db-migrate ${run.owner}/${run.repository}`.slice(0, 63 - suffix.length) + suffix;
}

const connectTries = 4;

/** How long a server is waited for that says that it is starting: a failover of RDS takes one to two minutes. */
const startingMs = 120_000;

type Settings = Readonly<Record<string, string | number>>;

/**
 * One session, with settings of its own. `refusedMs` is how long an address is tried again at which nobody listens: a server that fails over,
 * or is started again, or a wrong address. Throws what `describeConnectionError` makes of a refusal.
 */
export async function connectClient(
  login: Login,
  name: string,
  { runner, clock, signal }: Pick<ActionContext, "runner" | "clock" | "signal">,
  settings: Settings = {},
  refusedMs = 0,
): Promise<pg.Client> {
  let startingUntil: number | undefined;
  let refusedUntil: number | undefined;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await login.enter((address) => openSession(address, name, settings, signal));
    } catch (error) {
      signal.throwIfAborted();
      // The address itself could not be read.
      if (error instanceof ActionError) throw error;
      const state = sqlState(error);
      const now = clock.now().getTime();
      const isRefused = state === "ECONNREFUSED";
      if (state === "57P03") startingUntil ??= now + startingMs;
      if (isRefused && refusedMs > 0) refusedUntil ??= now + refusedMs;
      // Between two of its lives a server that was starting refuses connections.
      const waitUntil = startingUntil ?? (isRefused ? refusedUntil : undefined);
      const isStarting = waitUntil !== undefined && (isTransient(error) || isRefused);
      const isOver =
        isStarting && waitUntil !== undefined
          ? now >= waitUntil
          : attempt >= connectTries || !isTransient(error);
      if (isOver) throw describeConnectionError(error, await login.address());
      runner.info(
        isStarting
          ? `the database ${isRefused ? "does not listen" : "is starting or recovering"} (${state}); waiting for it, ${Math.ceil(((waitUntil ?? now) - now) / 1000)} s more at most`
          : `the database is not ready (${state}); trying again`,
      );
      await clock.sleep(Math.min(attempt, 5) * 1000, signal);
    }
  }
}

/** PostgreSQL 13 does not know of looking after its clients: what is refused as unknown is left out. */
async function openSession(
  address: DatabaseAddress,
  name: string,
  settings: Settings,
  signal: AbortSignal,
): Promise<pg.Client> {
  try {
    return await openWith({ ...sessionSettings, ...settings }, address, name, signal);
  } catch (error) {
    if (sqlState(error) !== "42704") throw error;
    const { client_connection_check_interval: _, ...older } = sessionSettings;
    return openWith({ ...older, ...settings }, address, name, signal);
  }
}

async function openWith(
  settings: Settings,
  address: DatabaseAddress,
  name: string,
  signal: AbortSignal,
): Promise<pg.Client> {
  const { host, port, user, password, database, ssl } = address;
  const client = new pg.Client({
    ...{ host, port, user, password, database, ssl },
    application_name: name,
    options: optionsOf(settings),
    keepAlive: true,
    connectionTimeoutMillis: 15_000,
  });
  // A session that breaks while idle is noticed by the next query on it.
  client.on("error", () => {});
  const giveUp = (): void => {
    (client as unknown as { readonly connection: { readonly stream: Socket } }).connection.stream.destroy();
  };
  signal.addEventListener("abort", giveUp, { once: true });
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}
