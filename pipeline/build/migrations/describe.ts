// What migrations say about themselves, asked in a process of their own: what they do on import cannot reach the action.
import { fileURLToPath, pathToFileURL } from "node:url";
import type { MigrationEntry, Phase } from "../../bundle/manifest.ts";
import type { ActionContext } from "../../kit/action.ts";
import { runCommand } from "../../kit/child-process.ts";
import { ActionError } from "../../kit/errors.ts";
import { ownProgram } from "../../kit/own-program.ts";
import { type Described, migrationProblems } from "./migration-exports.ts";

/** A migration whose module is on disk. */
export interface MadeMigration {
  /** In its folder of the repository. */
  readonly source: string;
  /** The path of its module. */
  readonly module: string;
  readonly entry: Pick<MigrationEntry, "name" | "file" | "sha256" | "sourceSha256">;
}

/** Where migrations are imported, and with what in their environment. */
export interface ImportFrom {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Imports each migration and adds what it says to its entry. Throws `BuildFailed` with everything that is no migration. */
export async function describeMigrations(
  made: readonly MadeMigration[],
  from: ImportFrom,
  context: ActionContext,
): Promise<MigrationEntry[]> {
  const described = made.length === 0 ? {} : await importAll(made, from, context);
  const problems = made.flatMap(({ source, entry }) => migrationProblems(source, described[entry.name]));
  if (problems.length > 0) {
    throw new ActionError("BuildFailed", problems.join("; "), {
      hint: 'a migration exports up, and down or `down = false` where there is no way back; its phase, where it declares one, is "expand" or "contract". What its code reads from the environment is given as `migration-env`; TypeScript that Node.js cannot run as it is is compiled by `api-command`',
    });
  }
  return made.map(({ entry }) => {
    const { phase, reversible = false } = described[entry.name] ?? {};
    const whole = { ...entry, reversible, findings: [] };
    return phase === undefined ? whole : { ...whole, phase: phase as Phase };
  });
}

async function importAll(
  made: readonly MadeMigration[],
  { folder, env }: ImportFrom,
  context: ActionContext,
): Promise<Record<string, Described>> {
  const urls = Object.fromEntries(made.map(({ module, entry }) => [entry.name, pathToFileURL(module).href]));
  const lines: string[] = [];
  const code = await runCommand(
    {
      command: process.execPath,
      args: [fileURLToPath(ownProgram(import.meta.url, "describe-worker")), JSON.stringify(urls)],
      cwd: folder,
      env,
      onLine: (line) => lines.push(line),
    },
    context,
  );
  // Warnings of Node.js come by another way, before it or after.
  const last = lines.findLast((line) => line.startsWith("{"));
  if (code === 0 && last !== undefined) return JSON.parse(last) as Record<string, Described>;
  throw new ActionError(
    "BuildFailed",
    `the migrations cannot be imported: ${lines.join(" ").slice(0, 500)}`,
    { hint: "a migration does nothing when it is imported; all its work is in up and down" },
  );
}
