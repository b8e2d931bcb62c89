// A PostgreSQL that nobody wants afterwards, on a free port of 127.0.0.1.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { chown, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client } from "pg";
import type { ActionContext } from "../kit/action.ts";
import { freePort } from "../kit/free-port.ts";
import type { InstalledServer } from "./installed-servers.ts";

export interface ThrowAwayServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** The superuser; it needs no password. */
  readonly user: string;
  /** An empty database. */
  readonly database: string;
  /** What the server writes down. */
  readonly logFile: string;
}

/** How programs find a database of it: DATABASE_URL, libpq's variables, and those of the image `postgres`. */
export function databaseVariables({
  host,
  port,
  user,
  database,
}: Pick<ThrowAwayServer, "host" | "port" | "user" | "database">): Readonly<Record<string, string>> {
  const [password, at] = ["postgres", String(port)];
  return {
    DATABASE_URL: `postgres://${user}:${password}@${host}:${at}/${database}`,
    PGHOST: host,
    PGPORT: at,
    PGUSER: user,
    PGPASSWORD: password,
    PGDATABASE: database,
    POSTGRES_HOST: host,
    POSTGRES_PORT: at,
    POSTGRES_USER: user,
    POSTGRES_PASSWORD: password,
    POSTGRES_DB: database,
  };
}

const run = promisify(execFile);
const user = "postgres";
const database = "test";
const host = "127.0.0.1";

/** PostgreSQL refuses to run as root; this is "nobody" of most systems. */
const unprivileged = 65534;
/** As root: another user, who may pass through root's private folders, where the packages may lie. */
const asUnprivileged = [
  "--securebits=+no_setuid_fixup",
  `--reuid=${unprivileged}`,
  `--regid=${unprivileged}`,
  "--clear-groups",
  "--inh-caps=+dac_override",
  "--ambient-caps=+dac_override",
  "--",
];

/** Starts the server with an empty database, and `name=value` settings of its own; it never waits for the disk. Rejects where it does not start within a minute. */
export async function startThrowAwayServer(
  { bin }: Pick<InstalledServer, "bin">,
  context: Pick<ActionContext, "env" | "clock" | "signal">,
  settings: readonly string[] = [],
): Promise<ThrowAwayServer> {
  const isRoot = process.getuid?.() === 0;
  const directory = await mkdtemp(join(tmpdir(), "throw-away-postgres-"));
  const env = { PATH: context.env.PATH, LANG: "C" };
  const wrap = (program: string, args: readonly string[]): [string, string[]] =>
    isRoot ? ["setpriv", [...asUnprivileged, join(bin, program), ...args]] : [join(bin, program), [...args]];
  const removing = { recursive: true, force: true } as const;
  try {
    if (isRoot) await chown(directory, unprivileged, unprivileged);
    const data = join(directory, "data");
    const making = ["--pgdata", data, "--username", user, "--auth=trust", "--encoding=UTF8", "--no-sync"];
    await run(...wrap("initdb", making), { env, cwd: directory });
    const port = await freePort(host);
    const options = [
      "-h",
      host,
      "-p",
      String(port),
      "-k",
      directory,
      ...["fsync=off", "jit=off", ...settings].flatMap((one) => ["-c", one]),
    ];
    const logFile = join(directory, "server.log");
    const log = openSync(logFile, "w");
    const server = spawn(...wrap("postgres", ["-D", data, ...options]), {
      env,
      cwd: directory,
      stdio: ["ignore", log, log],
    });
    closeSync(log);
    const ended = once(server, "exit");
    const close = async (): Promise<void> => {
      // A fast shutdown: whoever is connected is sent away.
      server.kill("SIGINT");
      await ended;
      await rm(directory, removing);
    };
    try {
      await createDatabase(port, ended, context);
    } catch (error) {
      await close();
      throw error;
    }
    return { host, port, user, database, logFile, [Symbol.asyncDispose]: close };
  } catch (error) {
    await rm(directory, removing);
    throw error;
  }
}

/** Waits for the server, for a minute at most, and makes the database. */
async function createDatabase(
  port: number,
  ended: Promise<unknown>,
  { clock, signal }: Pick<ActionContext, "clock" | "signal">,
): Promise<void> {
  const deadline = clock.now().getTime() + 60_000;
  let isOver = false;
  ended.then(
    () => (isOver = true),
    () => (isOver = true),
  );
  for (;;) {
    const client = new Client({ host, port, user, database: "postgres" });
    try {
      await client.connect();
      await client.query(`CREATE DATABASE ${database}`);
      return;
    } catch (error) {
      if (isOver) throw new Error("it ended at once", { cause: error });
      if (clock.now().getTime() > deadline) throw error;
      await clock.sleep(50, signal);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
