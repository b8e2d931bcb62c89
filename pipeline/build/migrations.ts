import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { MigrationEntry } from "../bundle/manifest.ts";
import { migrationName } from "../bundle/manifest-problems.ts";
import type { ActionContext } from "../kit/action.ts";
import { runCommand } from "../kit/child-process.ts";
import { ActionError } from "../kit/errors.ts";
import { sha256 } from "../kit/sha256.ts";
import { bundleModule } from "./esbuild.ts";
import { type Described, describeScript, migrationProblems } from "./migration-exports.ts";

interface BuiltMigration {
  readonly content: Uint8Array;
  readonly entry: MigrationEntry;
}

/** Builds each migration into one self-contained ES module and reads what it exports. Sorted by name. */
export async function buildMigrations(directory: string, context: ActionContext): Promise<BuiltMigration[]> {
  const { workspace } = context.run;
  const files = await migrationFiles(join(workspace, directory), directory);
  const built = await Promise.all(
    files.map(async (file) => ({
      file,
      name: basename(file, extname(file)),
      content: await bundleMigration(workspace, directory, file),
    })),
  );
  const described = await describe(built, context);
  const problems = built.flatMap(({ file, name }) => migrationProblems(file, described[name]));
  if (problems.length > 0) {
    throw new ActionError("BuildFailed", problems.join("; "), {
      hint: 'a migration exports up, down (or `down = false` where there is no way back) and phase ("expand" or "contract")',
    });
  }
  return built.map(({ name, content }) => {
    const { phase = "expand", reversible = false } = described[name] ?? {};
    return {
      content,
      entry: { name, sha256: sha256(content), phase: phase as "expand", reversible, findings: [] },
    };
  });
}

/**
 * `source` tells `db-migrate` the name that sequelize-cli would record; it keeps the rows of the two interchangeable.
 */
function bundleMigration(workspace: string, directory: string, file: string): Promise<Uint8Array> {
  return bundleModule(workspace, `migration "${file}"`, {
    stdin: {
      contents: `export * from "./${file}";\nexport const source = ${JSON.stringify(file)};\n`,
      resolveDir: join(workspace, directory),
      sourcefile: `${file}.source`,
      loader: "js",
    },
  });
}

async function migrationFiles(path: string, shown: string): Promise<string[]> {
  const entries = await readdir(path).catch((cause: unknown) => {
    throw new ActionError("BuildFailed", `the migrations' folder "${shown}" cannot be read`, {
      hint: "give the folder of the migrations as input `migrations-directory`",
      cause,
    });
  });
  const files = entries
    .filter((file) => /\.[cm]?[jt]s$/.test(file) && !/\.(test|d)\.[cm]?ts$/.test(file))
    .sort();
  const misnamed = files.filter((file) => {
    const name = basename(file, extname(file));
    return name !== "index" && !migrationName.test(name);
  });
  if (misnamed.length > 0) {
    throw new ActionError("BuildFailed", `misnamed migrations in "${shown}": ${misnamed.join(", ")}`, {
      hint: "name them YYYYMMDDTHHMMSSZ-kebab-name, by the time of their creation in UTC",
    });
  }
  return files.filter((file) => basename(file, extname(file)) !== "index");
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
        args: ["--input-type=module", "--eval", describeScript, JSON.stringify(urls)],
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
