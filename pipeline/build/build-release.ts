import { join } from "node:path";
import { apiFile, type Manifest, migrationsFolder, siteFolder, writeManifest } from "../bundle/manifest.ts";
import { migrationFile } from "../bundle/migration-names.ts";
import type { ActionContext } from "../kit/action.ts";
import type { Commit } from "../workspace/git-tree.ts";
import { buildApi } from "./api.ts";
import { buildApiDirectory } from "./api-directory/build-api-directory.ts";
import type { BuiltApi } from "./built-api.ts";
import { foldersOfOthers } from "./folders-of-others.ts";
import type { BuildInputs } from "./inputs.ts";
import { buildMigrations } from "./migrations.ts";
import { writeFiles } from "./output-folder.ts";
import { releaseIdentity } from "./release-identity.ts";
import { buildSite } from "./site.ts";

/** What is there before the parts are built. */
interface Beforehand {
  /** An API that is in the folder already. */
  readonly earlierApi: BuiltApi | undefined;
  /** Environment of package managers. */
  readonly installEnv: Readonly<Record<string, string>>;
}

/**
 * Builds the parts of a release at once and writes them as a bundle; a part whose input is empty is left out. Reports every
 * part that fails.
 */
export async function buildRelease(
  commit: Commit,
  directory: string,
  inputs: BuildInputs,
  { earlierApi, installEnv }: Beforehand,
  context: ActionContext,
): Promise<Manifest> {
  const { "site-directory": siteDirectory, "migrations-directory": migrationsDirectory } = inputs;
  const parts = [
    earlierApi ?? buildAnyApi(inputs, join(directory, apiFile), installEnv, context),
    siteDirectory === "" ? undefined : buildSite(inputs, context),
    migrationsDirectory === ""
      ? undefined
      : buildMigrations(migrationsDirectory, inputs["recorded-extension"], context),
  ] as const;
  const failed = (await Promise.allSettled(parts)).flatMap((part) =>
    part.status === "rejected" ? [part.reason as unknown] : [],
  );
  if (failed.length > 0) throw failed.length === 1 ? failed[0] : new AggregateError(failed);
  const [api, site, migrations] = await Promise.all(parts);
  await writeFiles(directory, [
    ...[...(site?.files ?? [])].map(([key, { content }]) => [`${siteFolder}/${key}`, content] as const),
    ...(migrations ?? []).map(
      ({ entry, content }) => [`${migrationsFolder}/${migrationFile(entry)}`, content] as const,
    ),
  ]);
  const manifest: Manifest = {
    schema: 2,
    ...releaseIdentity(commit),
    ...(api && { api }),
    ...(site && {
      site: { files: Object.fromEntries([...site.files].map(([key, { served }]) => [key, served])) },
    }),
    ...(migrations && { migrations: migrations.map(({ entry }) => entry) }),
  };
  await writeManifest(directory, manifest);
  return manifest;
}

/** The API as its folder has it, or bundled into one file; undefined where the app has none. */
async function buildAnyApi(
  inputs: BuildInputs,
  archive: string,
  installEnv: Readonly<Record<string, string>>,
  context: ActionContext,
): Promise<BuiltApi | undefined> {
  const { workspace } = context.run;
  const { "api-directory": folder, "api-entry": entry } = inputs;
  if (folder === "")
    return entry === "" ? undefined : buildApi(workspace, entry, inputs["api-path"], archive);
  return buildApiDirectory(
    {
      folder,
      apiPath: inputs["api-path"],
      command: inputs["api-command"],
      nodeMajor: inputs["node-version"],
      architecture: inputs["api-architecture"] || (process.arch === "arm64" ? "arm64" : "x64"),
      others: foldersOfOthers(inputs, workspace),
      commandEnv: inputs["build-env"],
      installEnv,
    },
    archive,
    context,
  );
}
