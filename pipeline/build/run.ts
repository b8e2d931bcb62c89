import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { checkBundle } from "../bundle/bundle-check.ts";
import { type Manifest, manifestFile, parseManifest, writeManifest } from "../bundle/manifest.ts";
import { downloadResult, type EarlierResult, findEarlierResult } from "../github/earlier-result.ts";
import type { ActionContext } from "../kit/action.ts";
import { explain } from "../kit/errors.ts";
import { sha256 } from "../kit/sha256.ts";
import { type Commit, readCommit, type TreeKey, treeKey } from "../workspace/git-tree.ts";
import { installDependencies } from "../workspace/install.ts";
import type { BuildInputs } from "./inputs.ts";
import { emptyFolder, outputFolder, writeFiles } from "./output-folder.ts";
import { releaseIdentity } from "./release-identity.ts";
import { describeBuild, summarizeBuild } from "./report.ts";

/** Builds the release of the commit that is checked out, or takes the same build of an earlier run. */
export async function run(inputs: BuildInputs, context: ActionContext): Promise<void> {
  const { runner } = context;
  const { workspace } = context.run;
  const started = context.clock.now().getTime();
  const directory = await outputFolder(workspace, inputs.directory);
  await emptyFolder(directory);
  const [commit, tree] = await Promise.all([readCommit(workspace), readKey(inputs, workspace)]);
  const artifact = artifactName(tree, context);
  const earlier = await takeEarlier(artifact, tree, commit, directory, inputs, context);
  const manifest = earlier?.manifest ?? (await build(commit, directory, inputs, context));
  const seconds = (context.clock.now().getTime() - started) / 1000;
  for (const line of describeBuild(manifest, earlier?.result, seconds)) runner.info(line);
  await runner.summary(summarizeBuild(manifest, earlier?.result, seconds));
  runner.output("release-id", manifest.id);
  runner.output("api-version", manifest.api.version);
  runner.output("artifact", artifact);
  runner.output("directory", inputs.directory);
  runner.output("reused", earlier !== undefined);
}

/** What else decides the result: the settings, and this very action (its bundle names its chunks by their content). */
async function readKey(inputs: BuildInputs, workspace: string): Promise<TreeKey> {
  const { "github-token": _token, paths, ...settings } = inputs;
  const self = sha256(await readFile(fileURLToPath(import.meta.url)));
  return treeKey(workspace, paths, ["build", self, JSON.stringify(settings)]);
}

/** A workspace that differs from its commit gets a name that no later run looks for. */
function artifactName(tree: TreeKey, { run, runner }: ActionContext): string {
  if (tree.changed.length === 0) return `bundle-${tree.key}`;
  runner.warning(
    `the build reads files that differ from the commit: ${tree.changed.slice(0, 10).join(", ")}. Later runs will not reuse it.`,
  );
  return `bundle-of-run-${run.runId}-${run.runAttempt}`;
}

/** What builds is loaded only now: most runs of a pipeline find everything built. */
async function build(
  commit: Commit,
  directory: string,
  inputs: BuildInputs,
  context: ActionContext,
): Promise<Manifest> {
  await installDependencies(context);
  const { buildRelease } = await import("./build-release.ts");
  return buildRelease(commit, directory, inputs, context);
}

async function takeEarlier(
  artifact: string,
  tree: TreeKey,
  commit: Commit,
  directory: string,
  inputs: BuildInputs,
  context: ActionContext,
): Promise<{ manifest: Manifest; result: EarlierResult } | undefined> {
  if (tree.changed.length > 0) return undefined;
  const token = inputs["github-token"];
  const result = await findEarlierResult(artifact, token, context);
  if (result === undefined) return undefined;
  try {
    const { [manifestFile]: text, ...files } = await downloadResult(result, token, context.signal);
    const built = parseManifest(Buffer.from(text ?? "").toString("utf8"), `${artifact}/${manifestFile}`);
    const manifest = { ...built, ...releaseIdentity(commit) };
    await writeFiles(directory, Object.entries(files));
    await checkBundle(directory, manifest);
    await writeManifest(directory, manifest);
    return { manifest, result };
  } catch (error) {
    context.signal.throwIfAborted();
    context.runner.warning(
      `the build of run ${result.runId} cannot be used: ${explain(error)}. Building again.`,
    );
    await emptyFolder(directory);
    return undefined;
  }
}
