import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { MigrationEntry, Phase } from "../bundle/manifest.ts";
import { sourceDigest } from "../bundle/source-digest.ts";
import type { ActionContext } from "../kit/action.ts";
import { runCommand } from "../kit/child-process.ts";
import { ActionError } from "../kit/errors.ts";
import { ownProgram } from "../kit/own-program.ts";
import { sha256 } from "../kit/sha256.ts";
import { equalNumbers, listMigrations, locateMigrations } from "../workspace/migrations-folder.ts";
import { bundleModule } from "./esbuild.ts";
import { type Described, migrationProblems } from "./migration-exports.ts";

interface BuiltMigration {
  readonly content: Uint8Array;
  readonly entry: MigrationEntry;
}

/**
 * Builds each migration into one self-contained ES module and reads what it exports. In the order of the names by which databases
 * have them on record: those of their files, with `recordedExtension` where it is not empty.
 */
export async function buildMigrations(
  directory: string,
  recordedExtension: string,
  context: ActionContext,
): Promise<BuiltMigration[]> {
  const folder = await locateMigrations(directory, context);
  const files = await listMigrations(folder, recordedExtension);
  for (const warning of equalNumbers(files.map(({ file }) => file))) context.runner.warning(warning);
  const built = await Promise.all(
    files.map(async ({ file, name }) => ({
      file,
      name,
      sourceSha256: sourceDigest(await readFile(join(folder, file))),
      content: await bundleMigration(context.run.workspace, folder, { file, name }),
    })),
  );
  const described = await describe(built, context);
  const problems = built.flatMap(({ file, name }) => migrationProblems(file, described[name]));
  if (problems.length > 0) {
    throw new ActionError("BuildFailed", problems.join("; "), {
      hint: 'a migration exports up, and down or `down = false` where there is no way back; its phase, where it declares one, is "expand" or "contract"',
    });
  }
  return built.map(({ name, content, sourceSha256 }) => {
    const { phase, reversible = false } = described[name] ?? {};
    const entry = { name, sha256: sha256(content), sourceSha256, reversible, findings: [] };
    return { content, entry: phase === undefined ? entry : { ...entry, phase: phase as Phase } };
  });
}

/** The module's own exports stay in one piece: those of CommonJS, or of an object of a class, cannot be listed. */
function bundleMigration(
  workspace: string,
  folder: string,
  { file, name }: { readonly file: string; readonly name: string },
): Promise<Uint8Array> {
  return bundleModule(workspace, `migration "${file}"`, {
    stdin: {
      contents: `import * as migration from ${JSON.stringify(`./${file}`)};
export default migration;
export const source = ${JSON.stringify(name)};
`,
      resolveDir: folder,
      sourcefile: `${file}.source`,
      loader: "js",
    },
  });
}

/** Imports the built modules in a process of their own: what they do on import cannot reach the action. */
async function describe(
  built: readonly { readonly name: string; readonly content: Uint8Array }[],
  context: ActionContext,
): Promise<Record<string, Described>> {
  if (built.length === 0) return {};
  await mkdir(context.run.temp, { recursive: true });
  const folder = await mkdtemp(join(context.run.temp, "migrations-"));
  try {
    const urls: Record<string, string> = {};
    for (const { name, content } of built) {
      const file = join(folder, `${name}.mjs`);
      await writeFile(file, content);
      urls[name] = pathToFileURL(file).href;
    }
    const lines: string[] = [];
    const code = await runCommand(
      {
        command: process.execPath,
        args: [fileURLToPath(ownProgram(import.meta.url, "describe-worker")), JSON.stringify(urls)],
        cwd: folder,
        onLine: (line) => lines.push(line),
      },
      context,
    );
    const last = lines.at(-1) ?? "";
    if (code !== 0 || !last.startsWith("{")) {
      throw new ActionError(
        "BuildFailed",
        `the migrations cannot be imported: ${lines.join(" ").slice(0, 500)}`,
        {
          hint: "a migration does nothing when it is imported; all its work is in up and down",
        },
      );
    }
    return JSON.parse(last) as Record<string, Described>;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
