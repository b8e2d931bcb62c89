// Migrations of an app whose API is one bundled file: each a self-contained module, too.
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type MigrationEntry, migrationsFolder } from "../../bundle/manifest.ts";
import { migrationFile } from "../../bundle/migration-names.ts";
import { sourceDigest } from "../../bundle/source-digest.ts";
import type { ActionContext } from "../../kit/action.ts";
import { sha256 } from "../../kit/sha256.ts";
import type { MigrationFile } from "../../workspace/migrations-folder.ts";
import { bundleWithMap } from "../esbuild.ts";
import { writeFiles } from "../output-folder.ts";
import { describeMigrations } from "./describe.ts";

interface BundledMigrations {
  readonly migrations: readonly MigrationEntry[];
  /** Source maps by name, with paths relative to the folder. */
  readonly maps: ReadonlyMap<string, string>;
}

/** Builds each migration of a folder into one ES module of the bundle in `directory`. */
export async function bundleMigrations(
  folder: string,
  files: readonly MigrationFile[],
  env: Readonly<Record<string, string>>,
  directory: string,
  context: ActionContext,
): Promise<BundledMigrations> {
  const modules = await Promise.all(
    files.map(async ({ file, name }) => {
      const { contents: content, map } = await bundleMigration(context.run.workspace, folder, { file, name });
      const sourceSha256 = sourceDigest(await readFile(join(folder, file)));
      return { source: file, content, map, entry: { name, sha256: sha256(content), sourceSha256 } };
    }),
  );
  await mkdir(context.run.temp, { recursive: true });
  // Away from the workspace, where they would find packages that they do not bring.
  const elsewhere = await mkdtemp(join(context.run.temp, "migrations-"));
  try {
    const made = modules.map((one) => ({ ...one, module: join(elsewhere, migrationFile(one.entry)) }));
    for (const { module, content } of made) await writeFile(module, content);
    const entries = await describeMigrations(made, { folder: elsewhere, env }, context);
    await writeFiles(
      directory,
      modules.map(({ entry, content }) => [`${migrationsFolder}/${migrationFile(entry)}`, content] as const),
    );
    return { migrations: entries, maps: new Map(modules.map(({ entry, map }) => [entry.name, map])) };
  } finally {
    await rm(elsewhere, { recursive: true, force: true });
  }
}

/** The module's own exports stay in one piece: those of CommonJS, or of an object of a class, cannot be listed. */
function bundleMigration(
  workspace: string,
  folder: string,
  { file, name }: MigrationFile,
): ReturnType<typeof bundleWithMap> {
  const stdin = {
    contents: `import * as migration from ${JSON.stringify(`./${file}`)};
export default migration;
export const source = ${JSON.stringify(name)};
`,
    resolveDir: folder,
    sourcefile: `${file}.source`,
    loader: "js",
  } as const;
  return bundleWithMap(workspace, `migration "${file}"`, stdin, folder);
}
