// The migrations of a release: from where they are to what they run out of.
import { join, relative } from "node:path";
import { apiFile, type Manifest, type MigrationEntry, migrationsArchiveFile } from "../../bundle/manifest.ts";
import { environmentOf } from "../../bundle/migration-env.ts";
import type { ActionContext } from "../../kit/action.ts";
import { equalNumbers, listMigrations, locateMigrations } from "../../workspace/migrations-folder.ts";
import { foldersOfOthers } from "../folders-of-others.ts";
import type { BuildInputs } from "../inputs.ts";
import { archivedMigrations } from "./archived-migrations.ts";
import { bundleMigrations } from "./bundle-migrations.ts";
import { packMigrations } from "./pack-migrations.ts";

export interface BuiltMigrations {
  readonly parts: Pick<Manifest, "migrations" | "migrationsArchive">;
  /** Path of their folder. */
  readonly folder: string;
  /** Source maps by name, with paths relative to the folder; of those that are modules of their own. */
  readonly maps: ReadonlyMap<string, string>;
}

/** What is there before the migrations are built. */
interface Beforehand {
  /** The API is in the bundle's folder once this resolves; with its migrations where an earlier run described them. */
  readonly api: Promise<{ readonly migrations?: readonly MigrationEntry[] } | undefined>;
  /** Environment of package managers. */
  readonly installEnv: Readonly<Record<string, string>>;
}

/**
 * | the app | its migrations |
 * |---|---|
 * | `api-entry` | each bundled into one module, as the API is |
 * | `api-directory`, and they lie in it, or its command writes them there | run out of the unpacked API |
 * | `api-directory` elsewhere, or no API | run out of an archive of their own: the package they lie in, with what it needs in production |
 */
export async function buildMigrations(
  inputs: BuildInputs,
  directory: string,
  beforehand: Beforehand,
  context: ActionContext,
): Promise<BuiltMigrations> {
  const built = await buildAny(inputs, directory, beforehand, context);
  const names = (built.parts.migrations ?? []).map(({ name }) => name);
  for (const warning of equalNumbers(names)) context.runner.warning(warning);
  return built;
}

async function buildAny(
  inputs: BuildInputs,
  directory: string,
  { api, installEnv }: Beforehand,
  context: ActionContext,
): Promise<BuiltMigrations> {
  const { workspace } = context.run;
  const { "api-directory": apiFolder, "api-entry": apiEntry } = inputs;
  const { "recorded-extension": recordedExtension } = inputs;
  const env = environmentOf(inputs["migration-env"], context.env);
  const folder = await locateMigrations(inputs["migrations-directory"], context);
  if (apiEntry !== "") {
    const files = await listMigrations(folder, recordedExtension);
    const { migrations, maps } = await bundleMigrations(folder, files, env, directory, context);
    return { parts: { migrations }, folder, maps };
  }
  const inApi = apiFolder === "" ? ".." : relative(join(workspace, apiFolder), folder);
  if (inApi.split("/")[0] !== "..") {
    const migrations = (await api)?.migrations;
    const archive = join(directory, apiFile);
    const found =
      migrations ?? (await archivedMigrations({ archive, folder: inApi, recordedExtension, env }, context));
    return { parts: { migrations: found }, folder, maps: new Map() };
  }
  const archive = join(directory, migrationsArchiveFile);
  // What cannot be used is said before anything is installed for it.
  await listMigrations(folder, recordedExtension);
  const packed = await packMigrations(
    { folder: relative(workspace, folder), others: foldersOfOthers(inputs, workspace), installEnv },
    archive,
    context,
  );
  const within = { archive, folder: packed.folder, recordedExtension, env };
  const { sha256, bytes } = packed;
  const migrations = await archivedMigrations(within, context);
  return { parts: { migrations, migrationsArchive: { sha256, bytes } }, folder, maps: new Map() };
}
