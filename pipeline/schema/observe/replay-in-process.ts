import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { ActionContext } from "../../kit/action.ts";
import { runCommand } from "../../kit/child-process.ts";
import { ownProgram } from "../../kit/own-program.ts";
import type { MigrationFacts } from "../judge/facts.ts";
import type { ReplayDatabase } from "./replay.ts";

/** A migration as it was built. */
export interface BuiltModule {
  readonly name: string;
  /** Absolute path of its source. */
  readonly source: string;
  readonly content: Uint8Array;
  /** Source map of the content, with paths relative to the folder of the source; "" where there is none. */
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
  migrations: readonly BuiltModule[],
  database: ReplayDatabase,
  context: Pick<ActionContext, "run" | "env" | "signal">,
): Promise<readonly Seen[]> {
  await mkdir(context.run.temp, { recursive: true });
  const folder = await mkdtemp(join(context.run.temp, "replay-"));
  try {
    const tasks = await Promise.all(
      migrations.map(async ({ name, source, content, map }) => {
        const file = join(folder, `${name}.mjs`);
        await writeFile(file, `${Buffer.from(content).toString()}${sourceMapOf(map, source)}`);
        return { name, source, url: pathToFileURL(file).href };
      }),
    );
    const seen: Seen[] = [];
    while (seen.length < tasks.length) {
      const rest = tasks.slice(seen.length);
      const { facts, end } = await replaySome(rest, folder, database, context);
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
  migrations: readonly { readonly name: string }[],
  folder: string,
  database: ReplayDatabase,
  context: Pick<ActionContext, "env" | "signal">,
): Promise<{ readonly facts: readonly MigrationFacts[]; readonly end: string }> {
  const [task, results] = [join(folder, "task.json"), join(folder, "results.ndjson")];
  await Promise.all([
    writeFile(task, JSON.stringify({ migrations, database, results })),
    writeFile(results, ""),
  ]);
  const lines: string[] = [];
  const limit = AbortSignal.timeout(limitMs.base + limitMs.each * migrations.length);
  const program = fileURLToPath(ownProgram(import.meta.url, "observe-worker"));
  const code = await runCommand(
    {
      command: process.execPath,
      args: ["--enable-source-maps", "--no-warnings", program, task],
      cwd: folder,
      onLine: (line) => lines.push(line),
    },
    { ...context, signal: AbortSignal.any([context.signal, limit]) },
  ).catch((error: unknown) => {
    context.signal.throwIfAborted();
    if (!limit.aborted) throw error;
    return undefined;
  });
  const text = await readFile(results, "utf8");
  const facts = text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as MigrationFacts]));
  const last = lines.findLast((line) => /Error/.test(line)) ?? lines.at(-1) ?? "";
  const end =
    code === undefined
      ? "it did not end in time"
      : `it ended its process with code ${code}${last === "" ? "" : `: ${last.trim().slice(0, 200)}`}`;
  return { facts, end };
}

/** With absolute sources, and without their text. */
function sourceMapOf(map: string, source: string): string {
  if (map === "") return "";
  const { sourcesContent: _, ...rest } = JSON.parse(map) as {
    readonly sources: readonly string[];
    readonly sourcesContent?: unknown;
  };
  const sources = rest.sources.map((one) => new URL(one, pathToFileURL(source)).href);
  const text = Buffer.from(JSON.stringify({ ...rest, sources })).toString("base64");
  return `\n//# sourceMappingURL=data:application/json;base64,${text}\n`;
}
