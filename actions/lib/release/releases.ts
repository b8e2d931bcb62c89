import { type Manifest, parseManifest } from "../bundle.ts";
import { ActionError } from "../errors.ts";
import { keys } from "./keys.ts";
import { readText, type Store } from "./objects.ts";

/** The manifest of a stored release. Throws `ReleaseMissing` when the store does not have it. */
export async function readReleaseManifest(store: Store, releaseId: string): Promise<Manifest> {
  const key = keys.manifest(releaseId);
  const stored = await readText(store, key);
  if (!stored) {
    throw new ActionError(
      "ReleaseMissing",
      `release "${releaseId}" is not in the artifacts bucket "${store.bucket}"`,
      {
        hint: `"${key}" is gone; deploy a newer commit, or roll back to a release whose artifacts are kept`,
      },
    );
  }
  return parseManifest(stored.text, `s3://${store.bucket}/${key}`);
}
