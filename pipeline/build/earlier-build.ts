import { checkBundle } from "../bundle/bundle-check.ts";
import { type Manifest, manifestFile, parseManifest, writeManifest } from "../bundle/manifest.ts";
import { type EarlierResult, takeEarlierResult } from "../github/earlier-result.ts";
import type { ActionContext } from "../kit/action.ts";
import { explain } from "../kit/errors.ts";
import type { Commit } from "../workspace/git-tree.ts";
import type { BuildInputs } from "./inputs.ts";
import { emptyFolder, writeFiles } from "./output-folder.ts";
import { releaseIdentity } from "./release-identity.ts";

interface EarlierBuild {
  readonly manifest: Manifest;
  readonly result: EarlierResult;
}

/**
 * Makes the folder hold the bundle that an earlier run left under this name, as the commit's release. undefined where there
 * is none, or where it is not what its manifest promises: then the folder is empty.
 */
export async function takeEarlier(
  artifact: string,
  commit: Commit,
  directory: string,
  given: Pick<BuildInputs, "job" | "github-token">,
  context: Pick<ActionContext, "run" | "runner" | "signal">,
): Promise<EarlierBuild | undefined> {
  const wanted = { name: artifact, job: given.job || context.run.job, document: manifestFile };
  const result = await takeEarlierResult(wanted, given["github-token"], context);
  if (result === undefined) return undefined;
  try {
    const { [manifestFile]: text, ...files } = result.files;
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
