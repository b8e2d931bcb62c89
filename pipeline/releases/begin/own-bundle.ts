import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Manifest, manifestFile, readManifest } from "../../bundle/manifest.ts";
import { ActionError } from "../../kit/errors.ts";
import { sha256 } from "../../kit/sha256.ts";
import type { WorkflowRun } from "../../kit/workflow-run.ts";

/**
 * Reads the manifest of the bundle that this very run has built. An artifact can be replaced by whoever has a token of its
 * run; what a job hands on through `needs` cannot. Throws `ForeignBundle` for any other bundle, and for one of another commit
 * than the run's.
 */
export async function readOwnBundle(
  directory: string,
  digest: string,
  { sha }: Pick<WorkflowRun, "sha">,
): Promise<Manifest> {
  if (!/^[0-9a-f]{64}$/.test(digest)) {
    throw new ActionError(
      "InvalidInputs",
      `input "digest" must be a sha256 in hexadecimal digits for operation begin, not "${digest}"`,
      {
        hint: "hand on the output `digest` of the step that uses `build`: as an output of its job, through `needs`",
      },
    );
  }
  const manifest = await readManifest(directory);
  const found = sha256(await readFile(join(directory, manifestFile)));
  if (found !== digest) {
    throw new ActionError(
      "ForeignBundle",
      `the bundle in "${directory}" is not the one that this run has built: its ${manifestFile} has the digest "${found}", not "${digest}"`,
      {
        hint: "find out who replaced the run's artifact before anything is deployed; then run all jobs again",
      },
    );
  }
  if (manifest.commit !== sha) {
    throw new ActionError(
      "ForeignBundle",
      `the bundle in "${directory}" is of commit "${manifest.commit}", and the run is for "${sha}"`,
      { hint: "build what the run has checked out: `actions/checkout` without `ref`" },
    );
  }
  return manifest;
}
