import { randomBytes } from "node:crypto";
import pg from "pg";
import { Sequelize } from "sequelize";
import type { ActionContext } from "../../kit/action.ts";
import type { DatabaseAddress } from "./address.ts";
import { describeConnectionError, isTransient, sqlState } from "./database-errors.ts";
import { nestTransactions } from "./transaction-scope.ts";

/**
 * Settings of every session. When this process dies, the server notices within a second and ends what it was doing;
 * otherwise a statement, its locks and the advisory lock would live on until the statement ends.
 */
const sessionOptions = [
  "tcp_keepalives_idle=30",
  "tcp_keepalives_interval=10",
  "tcp_keepalives_count=3",
  "client_connection_check_interval=1s",
]
  .map((setting) => `-c ${setting}`)
  .join(" ");

/** What this run's sessions are called in pg_stat_activity: at most 63 bytes, different for every process. */
export function applicationName({ run }: Pick<ActionContext, "run">): string {
  const suffix = ` run ${run.runId}/${run.runAttempt} ${randomBytes(2).toString("hex")}`;
  return `db-migrate ${run.owner}/${run.repository}`.slice(0, 63 - suffix.length) + suffix;
}

const connectTries = 4;

/** One session of its own, for the advisory lock. Throws what `describeConnectionError` makes of a refusal. */
export async function connectClient(
  address: DatabaseAddress,
  name: string,
  { runner, clock, signal }: Pick<ActionContext, "runner" | "clock" | "signal">,
): Promise<pg.Client> {
  for (let attempt = 1; ; attempt += 1) {
    const client = new pg.Client({
      ...address,
      application_name: name,
      options: sessionOptions,
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
      signal.throwIfAborted();
      if (attempt === connectTries || !isTransient(error)) throw describeConnectionError(error, address);
      runner.info(`the database is not ready (${sqlState(error)}); trying again`);
      await clock.sleep(attempt * 1000, signal);
    }
  }
}

/** Sequelize as migrations get it: they may ignore transactions, and each still runs in one. */
export function openSequelize(
  address: DatabaseAddress,
  name: string,
  log: (statement: string) => void,
): Sequelize {
  const sequelize = new Sequelize({
    dialect: "postgres",
    dialectModule: pg,
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
      options: sessionOptions,
      keepAlive: true,
      connectionTimeoutMillis: 15_000,
    },
  });
  return nestTransactions(sequelize);
}
