import { basename } from "node:path";
import type { MigrationEntry } from "../../bundle/manifest.ts";
import type { Observation } from "../../bundle/observation.ts";
import type { ActionContext } from "../../kit/action.ts";
import { explain } from "../../kit/errors.ts";
import { type InstalledServer, installedServers, npmPackage } from "../../postgres/installed-servers.ts";
import { installServer } from "../../postgres/packaged-servers.ts";
import { startThrowAwayServer } from "../../postgres/throw-away-server.ts";
import { judge } from "../judge/judge.ts";
import type { MigrationSource } from "../migration/migration-source.ts";
import { type Replay, replayInProcess } from "./replay-in-process.ts";

export interface ObserveOptions {
  /** The wanted major; 0 for whichever there is. */
  readonly postgres: number;
  /** Path of the migrations' folder in the repository. */
  readonly folder: string;
  /** Where their sources lie, and their source maps, by name; those of which there is no map are their own sources. */
  readonly sources: ReadonlyMap<string, { readonly path: string; readonly map: string }>;
}

type Context = Pick<ActionContext, "run" | "env" | "clock" | "signal" | "runner">;

/**
 * Replays all migrations of a source, from the first one on, on a throw-away PostgreSQL, and judges what each did. What could not be
 * replayed is not checked, with the reason. Never fails but for a cancelled job.
 */
export async function observeMigrations(
  source: MigrationSource,
  options: ObserveOptions,
  context: Context,
): Promise<ReadonlyMap<string, Observation>> {
  const none = (reason: string) =>
    new Map(source.entries.map(({ name }) => [name, { notChecked: reason }] as const));
  if (source.entries.length === 0) return none("");
  const wanted = options.postgres;
  try {
    const servers = installedServers(context.run.workspace, context.env.PATH ?? "");
    const server =
      servers.find(({ major }) => wanted === 0 || major === wanted) ?? (await installServer(wanted, context));
    if (server === undefined) return none(noServer(wanted, servers));
    return await observeOn(server, source, options, context);
  } catch (error) {
    context.signal.throwIfAborted();
    return none(`they could not be replayed: ${explain(error)}`);
  }
}

async function observeOn(
  server: InstalledServer,
  source: MigrationSource,
  { folder, sources }: ObserveOptions,
  context: Context,
): Promise<ReadonlyMap<string, Observation>> {
  const ordered = [...source.entries].sort((a, b) => (a.name < b.name ? -1 : 1));
  const migrations = await Promise.all(
    ordered.map(async (entry) => {
      const file = await source.fileOf(entry);
      const { path = file, map = "" } = sources.get(entry.name) ?? {};
      return { name: entry.name, file, source: path, map };
    }),
  );
  const replay: Replay = { migrations, libraryFrom: source.libraryFrom, environment: source.environment };
  context.runner.info(`migrations are replayed on ${server.origin}`);
  await using started = await startThrowAwayServer(server, context);
  const { host, port, user, database } = started;
  const seen = await replayInProcess(replay, { host, port, user, database }, context);
  const files = new Map(migrations.map(({ name, source: path }) => [name, `${folder}/${basename(path)}`]));
  return new Map(
    seen.map((one) => [
      one.name,
      "unseen" in one
        ? { notChecked: `it could not be replayed: ${one.unseen}` }
        : judge(one, { file: files.get(one.name) ?? "", postgres: server.major }),
    ]),
  );
}

function noServer(wanted: number, servers: readonly InstalledServer[]): string {
  const there = [...new Set(servers.map(({ major }) => major))].join(", ");
  return wanted === 0
    ? `this machine has no PostgreSQL to replay it on; ubuntu-24.04 brings one, as does the package ${npmPackage}`
    : `this machine has no PostgreSQL ${wanted} to replay it on${there === "" ? "" : `, only ${there}`}, and npm has none for it`;
}

/** The entry with what was observed of it. Its phase is the one that it declares, else the one that it has by what it did. */
export function withObservation(entry: MigrationEntry, observed: Observation | undefined): MigrationEntry {
  if (observed === undefined) return entry;
  if ("notChecked" in observed) return { ...entry, observed };
  const findings = observed.findings
    .filter(({ severity, accepted }) => severity !== "info" && accepted === undefined)
    .map(({ message }) => message);
  return { ...entry, phase: entry.phase ?? observed.derived, findings, observed };
}
