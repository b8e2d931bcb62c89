import { checkBundle } from "../bundle/bundle-check.ts";
import { type Manifest, manifestFile, parseManifest, writeManifest } from "../bundle/manifest.ts";
import { downloadResult, type EarlierResult, findEarlierResult } from "../github/earlier-result.ts";
import type { ActionContext } from "../kit/action.ts";
import { explain } from "../kit/errors.ts";
import type { Commit } from "../workspace/git-tree.ts";
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
  token: string,
  context: Pick<ActionContext, "run" | "runner" | "signal">,
): Promise<EarlierBuild | undefined> {
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
