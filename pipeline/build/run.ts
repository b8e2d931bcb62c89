import { join } from "node:path";
import { apiFile, formatManifest, type Manifest, migrationsArchiveOf } from "../bundle/manifest.ts";
import type { ActionContext } from "../kit/action.ts";
import { sha256 } from "../kit/sha256.ts";
import { type Commit, readCommit } from "../workspace/git-tree.ts";
import { installDependencies } from "../workspace/install.ts";
import { givenPathspecs } from "../workspace/pathspecs.ts";
import { withRegistryToken } from "../workspace/registry-access.ts";
import { type ReuseKey, resultName, reuseKey } from "../workspace/reuse-key.ts";
import { apiResultName, type EarlierApi, offerApi, takeEarlierApi } from "./earlier-api.ts";
import { takeEarlier } from "./earlier-build.ts";
import { foldersToInstall } from "./folders-to-install.ts";
import { type BuildInputs, requirePart } from "./inputs.ts";
import { emptyFolder, outputFolder } from "./output-folder.ts";
import { describeBuild, summarizeBuild } from "./report.ts";

/** Builds the release of the commit that is checked out, or takes the same build of an earlier run. */
export async function run(inputs: BuildInputs, context: ActionContext): Promise<void> {
  requirePart(inputs);
  const { runner } = context;
  const { workspace } = context.run;
  const started = context.clock.now().getTime();
  const directory = await outputFolder(workspace, inputs.directory);
  await emptyFolder(directory);
  const [commit, key] = await Promise.all([readCommit(workspace), buildKey(inputs, workspace)]);
  const artifact = resultName("bundle", key, context.run);
  const isReusable = key.changed.length === 0;
  if (!isReusable) runner.warning(unlikeCommit(key.changed));
  const earlier = isReusable ? await takeEarlier(artifact, commit, directory, inputs, context) : undefined;
  const manifest = earlier?.manifest ?? (await build(commit, directory, inputs, context));
  const seconds = (context.clock.now().getTime() - started) / 1000;
  for (const line of describeBuild(manifest, earlier?.result, seconds)) runner.info(line);
  await runner.summary(summarizeBuild(manifest, earlier?.result, seconds));
  const offered = earlier === undefined && inputs["api-directory"] !== "" ? apiOf(manifest) : undefined;
  const archive = join(directory, apiFile);
  const apiArtifact = offered ? await apiResultName(inputs, context) : "";
  runner.output("api-artifact", apiArtifact);
  runner.output("api-result", offered ? await offerApi(apiArtifact, archive, offered, context) : "");
  runner.output("release-id", manifest.id);
  runner.output("api-version", manifest.api?.version ?? "");
  const digest = sha256(formatManifest(manifest));
  runner.claim(artifact, digest);
  runner.output("digest", digest);
  runner.output("artifact", artifact);
  runner.output("directory", inputs.directory);
  runner.output("reused", earlier !== undefined);
}

/** The API of a release for later runs, with its migrations where they run out of it. */
function apiOf({ api, ...manifest }: Manifest): EarlierApi | undefined {
  return (
    api && {
      api,
      ...(migrationsArchiveOf(manifest) === apiFile && { migrations: manifest.migrations ?? [] }),
    }
  );
}

/** Every setting but tokens and the name of the job decides the result. */
async function buildKey(
  { "github-token": _, "npm-token": __, job: ___, paths, "paths-file": file, ...settings }: BuildInputs,
  workspace: string,
): Promise<ReuseKey> {
  const pathspecs = await givenPathspecs(workspace, { paths, "paths-file": file });
  return reuseKey(workspace, { paths: pathspecs, settings, maker: import.meta.url });
}

function unlikeCommit(changed: readonly string[]): string {
  const named = changed.slice(0, 10).join(", ");
  return `the build reads files that differ from the commit: ${named}. Later runs will not reuse it.`;
}

/** What builds is loaded only now: most runs of a pipeline find everything built. */
async function build(
  commit: Commit,
  directory: string,
  inputs: BuildInputs,
  context: ActionContext,
): Promise<Manifest> {
  const archive = join(directory, apiFile);
  const apiName = await apiResultName(inputs, context);
  const earlierApi = await takeEarlierApi(apiName, archive, inputs, context);
  const needed = earlierApi ? { ...inputs, "api-command": "" } : inputs;
  return withRegistryToken(inputs["npm-token"], context, async (installEnv) => {
    const folders = foldersToInstall(needed, context.run.workspace);
    const { path } = await installDependencies(context, folders, installEnv);
    const { buildRelease } = await import("./build-release.ts");
    const within = { ...context, env: { ...context.env, PATH: path } };
    return buildRelease(commit, directory, inputs, { earlierApi, installEnv }, within);
  });
}
