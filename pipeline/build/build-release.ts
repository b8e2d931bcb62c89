import { join } from "node:path";
import { apiFile, type Manifest, siteFolder, writeManifest } from "../bundle/manifest.ts";
import { liesInFolder } from "../bundle/redirects.ts";
import type { ActionContext } from "../kit/action.ts";
import type { Commit } from "../workspace/git-tree.ts";
import { buildApi } from "./api.ts";
import { buildApiDirectory } from "./api-directory/build-api-directory.ts";
import type { BuiltApi } from "./built-api.ts";
import type { EarlierApi } from "./earlier-api.ts";
import { foldersOfOthers } from "./folders-of-others.ts";
import type { BuildInputs } from "./inputs.ts";
import { type BuiltMigrations, buildMigrations } from "./migrations/build-migrations.ts";
import { observeBuilt } from "./observe.ts";
import { writeFiles } from "./output-folder.ts";
import { releaseIdentity } from "./release-identity.ts";
import { buildSite } from "./site.ts";

/** What is there before the parts are built. */
interface Beforehand {
  /** An API that is in the folder already. */
  readonly earlierApi: EarlierApi | undefined;
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
  const apiMade: Promise<EarlierApi | undefined> = earlierApi
    ? Promise.resolve(earlierApi)
    : buildAnyApi(inputs, join(directory, apiFile), installEnv, context).then(
        (made) => made && { api: made },
      );
  const identity = releaseIdentity(commit);
  const schemaMade = async (): Promise<BuiltMigrations["parts"]> => {
    const built = await buildMigrations(inputs, directory, { api: apiMade, installEnv }, context);
    // An earlier run looked at those that came with its API.
    if (earlierApi?.migrations?.every(({ observed }) => observed !== undefined)) return built.parts;
    const manifest = { ...identity, ...built.parts };
    // They need no site: it is built meanwhile.
    return { ...built.parts, migrations: await observeBuilt(manifest, directory, built, inputs, context) };
  };
  const parts = [
    apiMade,
    siteDirectory === "" ? undefined : buildSite(inputs, context),
    migrationsDirectory === "" ? undefined : schemaMade(),
  ] as const;
  // Migrations that lie in the API fail as it does.
  const failed = new Set(
    (await Promise.allSettled(parts)).flatMap((part) =>
      part.status === "rejected" ? [part.reason as unknown] : [],
    ),
  );
  if (failed.size > 0) throw failed.size === 1 ? [...failed][0] : new AggregateError(failed);
  const [api, site, schema] = await Promise.all(parts);
  await writeFiles(
    directory,
    [...(site?.files ?? [])]
      .filter(([, { served }]) => liesInFolder(served))
      .map(([key, { content }]) => [`${siteFolder}/${key}`, content] as const),
  );
  const manifest: Manifest = {
    schema: 2,
    ...identity,
    ...(api && { api: api.api }),
    ...(site && {
      site: { files: Object.fromEntries([...site.files].map(([key, { served }]) => [key, served])) },
    }),
    ...schema,
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
