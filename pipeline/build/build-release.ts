import { apiFile, type Manifest, migrationsFolder, siteFolder, writeManifest } from "../bundle/manifest.ts";
import { migrationFile } from "../bundle/migration-names.ts";
import type { ActionContext } from "../kit/action.ts";
import { sha256 } from "../kit/sha256.ts";
import type { Commit } from "../workspace/git-tree.ts";
import { buildApi } from "./api.ts";
import type { BuildInputs } from "./inputs.ts";
import { buildMigrations } from "./migrations.ts";
import { writeFiles } from "./output-folder.ts";
import { releaseIdentity } from "./release-identity.ts";
import { buildSite } from "./site.ts";

/**
 * Builds the parts of a release at once and writes them as a bundle; a part whose input is empty is left out. Reports every
 * part that fails.
 */
export async function buildRelease(
  commit: Commit,
  directory: string,
  inputs: BuildInputs,
  context: ActionContext,
): Promise<Manifest> {
  const { workspace } = context.run;
  const {
    "api-entry": entry,
    "site-directory": siteDirectory,
    "migrations-directory": migrationsDirectory,
  } = inputs;
  const parts = [
    entry === "" ? undefined : buildApi(workspace, entry, inputs["api-path"]),
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
    ...(api ? [[apiFile, api.archive] as const] : []),
    ...[...(site?.files ?? [])].map(([key, { content }]) => [`${siteFolder}/${key}`, content] as const),
    ...(migrations ?? []).map(
      ({ entry, content }) => [`${migrationsFolder}/${migrationFile(entry)}`, content] as const,
    ),
  ]);
  const manifest: Manifest = {
    schema: 2,
    ...releaseIdentity(commit),
    ...(api && {
      api: { version: api.version, sha256: sha256(api.archive), bytes: api.archive.length, node: api.node },
    }),
    ...(site && {
      site: { files: Object.fromEntries([...site.files].map(([key, { served }]) => [key, served])) },
    }),
    ...(migrations && { migrations: migrations.map(({ entry }) => entry) }),
  };
  await writeManifest(directory, manifest);
  return manifest;
}
