import { randomBytes } from "node:crypto";
import pg from "pg";
import type { Sequelize } from "sequelize";
import type { ActionContext } from "../../kit/action.ts";
import { ActionError } from "../../kit/errors.ts";
import type { DatabaseAddress } from "./address.ts";
import { describeConnectionError, isTransient, sqlState } from "./database-errors.ts";
import type { Driver } from "./driver.ts";
import type { Library } from "./library.ts";
import type { StatementLimits } from "./limits.ts";
import type { Login } from "./login.ts";
import { nestTransactions, useTransactionScope } from "./transaction-scope.ts";

/**
 * Settings of every session. When this process dies, the server notices within a second and ends what it was doing;
 * otherwise a statement, its locks and the advisory lock would live on until the statement ends.
 */
const sessionSettings = {
  tcp_keepalives_idle: 30,
  tcp_keepalives_interval: 10,
  tcp_keepalives_count: 3,
  client_connection_check_interval: "1s",
};

function optionsOf(settings: Readonly<Record<string, string | number>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(" ");
}

/**
 * What holds for every statement of a migration, whichever session it takes. Sequelize sets the last three of its sessions itself,
 * where a reset would lose them.
 */
function limitSettings({ lockTimeoutMs, statementTimeoutSeconds }: StatementLimits) {
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

/** One session of its own, for the advisory lock. Throws what `describeConnectionError` makes of a refusal. */
export async function connectClient(
  login: Login,
  name: string,
  { runner, clock, signal }: Pick<ActionContext, "runner" | "clock" | "signal">,
): Promise<pg.Client> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await login.enter((address) => openSession(address, name));
    } catch (error) {
      signal.throwIfAborted();
      // The address itself could not be read.
      if (error instanceof ActionError) throw error;
      if (attempt === connectTries || !isTransient(error)) {
        throw describeConnectionError(error, await login.address());
      }
      runner.info(`the database is not ready (${sqlState(error)}); trying again`);
      await clock.sleep(attempt * 1000, signal);
    }
  }
}

/** PostgreSQL 13 does not know of looking after its clients. */
function settingsFor(watchesClient: boolean): Partial<typeof sessionSettings> {
  const { client_connection_check_interval: _, ...older } = sessionSettings;
  return watchesClient ? sessionSettings : older;
}

/** What is refused as unknown is left out. */
async function openSession(address: DatabaseAddress, name: string): Promise<pg.Client> {
  try {
    return await openWith(settingsFor(true), address, name);
  } catch (error) {
    if (sqlState(error) !== "42704") throw error;
    return openWith(settingsFor(false), address, name);
  }
}

async function openWith(
  settings: Partial<typeof sessionSettings>,
  address: DatabaseAddress,
  name: string,
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
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
}

interface Tools {
  readonly library: Library;
  readonly driver: Driver;
  readonly limits: StatementLimits;
  /** Whether the server can be asked to look after its clients. */
  readonly watchesClient: boolean;
}

/** Sequelize as migrations get it: they may ignore transactions, and each still runs in one. */
export async function openSequelize(
  { library, driver, limits, watchesClient }: Tools,
  login: Login,
  name: string,
  log: (statement: string) => void,
): Promise<Sequelize> {
  const address = await login.address();
  useTransactionScope(library);
  const sequelize = new library.Sequelize({
    dialect: "postgres",
    dialectModule: driver.module,
    host: address.host,
    port: address.port,
    username: address.user,
    password: address.password,
    database: address.database,
    logging: (statement) => log(statement.replace(/^Execut(ing|ed) \([^)]*\): /, "")),
    pool: { min: 0, max: 4, acquire: 20_000 },
    dialectOptions: {
      ssl: address.ssl,
      application_name: name,
      options: optionsOf({ ...settingsFor(watchesClient), ...limitSettings(limits) }),
      keepAlive: true,
      connectionTimeoutMillis: 15_000,
    },
  });
  return nestTransactions(followRotation(sequelize, login));
}

type Connect = (config: object) => Promise<object>;

/** Opens every session of the pool with the password of that moment: it may be rotated while migrations run. */
function followRotation(sequelize: Sequelize, login: Login): Sequelize {
  const manager = sequelize.connectionManager as unknown as { connect: Connect };
  const connect = manager.connect.bind(manager);
  manager.connect = (config) =>
    login.enter(({ user, password }) => connect({ ...config, username: user, password }));
  return sequelize;
}
