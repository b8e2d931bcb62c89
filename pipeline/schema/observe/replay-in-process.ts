import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { ActionContext } from "../../kit/action.ts";
import { runCommand } from "../../kit/child-process.ts";
import { ownProgram } from "../../kit/own-program.ts";
import type { MigrationFacts } from "../judge/facts.ts";
import { homeFolder } from "../migration/home-folder.ts";
import { reason } from "./reason.ts";
import type { ReplayDatabase, ReplayTask } from "./replay.ts";

/** Migrations to replay, in order, as a deploy would run them. */
export interface Replay {
  readonly migrations: readonly ReplayModule[];
  /** The folder from which their Sequelize is found; undefined for this pipeline's. */
  readonly libraryFrom: string | undefined;
  /** Added to the environment in which they run. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface ReplayModule {
  readonly name: string;
  /** Path of what is run. */
  readonly file: string;
  /** Path of what it was made from. */
  readonly source: string;
  /** Source map of the module, with paths relative to the folder of the source; "" where it is its own source. */
  readonly map: string;
}

/** What a replay saw of a migration, or why it saw nothing. */
export type Seen = MigrationFacts | { readonly name: string; readonly unseen: string };

/** For all migrations of a process, and some for each. */
const limitMs = { base: 30_000, each: 1_000 };

/**
 * Replays migrations in a process of their own, which has nothing of the action's inputs. One that ends the process, or does not end,
 * is told, and the rest goes on in another.
 */
export async function replayInProcess(
  { migrations, libraryFrom, environment }: Replay,
  database: ReplayDatabase,
  context: Pick<ActionContext, "run" | "env" | "signal">,
): Promise<readonly Seen[]> {
  await mkdir(context.run.temp, { recursive: true });
  const folder = await mkdtemp(join(context.run.temp, "replay-"));
  try {
    const tasks = await Promise.all(
      migrations.map(async ({ name, file, source, map }) => {
        if (map === "") return { name, source, url: pathToFileURL(file).href };
        const mapped = join(folder, `${name}.mjs`);
        await writeFile(mapped, `${await readFile(file, "utf8")}${sourceMapOf(map, source)}`);
        return { name, source, url: pathToFileURL(mapped).href };
      }),
    );
    const within = { database, libraryFrom };
    const seen: Seen[] = [];
    while (seen.length < tasks.length) {
      const rest = tasks.slice(seen.length);
      const { facts, end } = await replaySome(
        { migrations: rest, ...within },
        { folder, home: libraryFrom === undefined ? folder : homeFolder(libraryFrom), environment },
        context,
      );
      seen.push(...facts);
      const next = rest[facts.length];
      if (next !== undefined) seen.push({ name: next.name, unseen: end });
    }
    return seen;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function replaySome(
  given: Omit<ReplayTask, "results">,
  {
    folder,
    home,
    environment,
  }: { readonly folder: string; readonly home: string } & Pick<Replay, "environment">,
  context: Pick<ActionContext, "run" | "env" | "signal">,
): Promise<{ readonly facts: readonly MigrationFacts[]; readonly end: string }> {
  const [task, results] = [join(folder, "task.json"), join(folder, "results.ndjson")];
  await Promise.all([writeFile(task, JSON.stringify({ ...given, results })), writeFile(results, "")]);
  const lines: string[] = [];
  const limit = AbortSignal.timeout(limitMs.base + limitMs.each * given.migrations.length);
  const program = fileURLToPath(ownProgram(import.meta.url, "observe-worker"));
  const code = await runCommand(
    {
      command: process.execPath,
      args: ["--enable-source-maps", "--no-warnings", program, task],
      cwd: home,
      env: environment,
      onLine: (line) => lines.push(line),
    },
    { ...context, signal: AbortSignal.any([context.signal, limit]) },
  ).catch((error: unknown) => {
    context.signal.throwIfAborted();
    if (!limit.aborted) throw error;
    return undefined;
  });
  const text = withoutFolders(await readFile(results, "utf8"), context.run.temp);
  const facts = text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as MigrationFacts]));
  const last = lines.findLast((line) => /Error/.test(line)) ?? lines.at(-1) ?? "";
  const end =
    code === undefined
      ? "it did not end in time"
      : `it ended its process with code ${code}${last === "" ? "" : `: ${reason(withoutFolders(last, context.run.temp))}`}`;
  return { facts, end };
}

/** What is made for one replay has another name in the next; what is seen says nothing of it. */
function withoutFolders(text: string, temp: string): string {
  return text
    .split(`${temp}/`)
    .map((part, index) => (index === 0 ? part : part.replace(/^(replay|migrations)-[^/"\\\s]+\//, "")))
    .join("");
}

/** With absolute sources, and without their text. */
function sourceMapOf(map: string, source: string): string {
  const { sourcesContent: _, ...rest } = JSON.parse(map) as {
    readonly sources: readonly string[];
    readonly sourcesContent?: unknown;
  };
  const sources = rest.sources.map((one) => new URL(one, pathToFileURL(source)).href);
  const text = Buffer.from(JSON.stringify({ ...rest, sources })).toString("base64");
  return `\n//# sourceMappingURL=data:application/json;base64,${text}\n`;
}
