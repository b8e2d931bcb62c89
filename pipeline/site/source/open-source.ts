import type { Headers } from "../../bundle/header-rules.ts";
import { ActionError } from "../../kit/errors.ts";
import type { Attempt } from "../../releases/store/attempt.ts";
import { bundleSource, folderSource } from "./folder-source.ts";
import { hashFolder } from "./hash-folder.ts";
import type { Hashing } from "./hash-threads.ts";
import { releaseSource } from "./release-source.ts";
import type { SiteSource } from "./site-source.ts";

/** What is known of a folder before it is hashed. */
interface GivenFolder {
  /** "" for none. */
  readonly folder: string;
  /** Of its files, sorted. */
  readonly keys: readonly string[];
  /** Those of them that are part of the site, where not all are. */
  readonly published?: readonly string[];
  readonly headers: (key: string) => Headers;
  /** There where it is being hashed already. */
  readonly hashing: Hashing | undefined;
}

/**
 * The site that a sync is given: a folder; the same as the site of a release; or, without a folder, that release's files in
 * the release store. Throws `InvalidInputs` where there is neither, and `SourceUnreadable`.
 */
export async function openSource(
  { folder, keys, published = keys, headers, hashing }: GivenFolder,
  attempt: Promise<Attempt> | undefined,
): Promise<SiteSource> {
  if (attempt !== undefined) {
    const { bucket, manifest } = await attempt;
    return folder === "" ? releaseSource(bucket, manifest) : bundleSource(folder, manifest, keys);
  }
  if (folder === "") {
    throw new ActionError("InvalidInputs", 'input "source" is required where there is no release', {
      hint: "give the folder that holds the built site",
    });
  }
  const hashed = hashing ? await hashing.hashed() : hashFolder(folder, published);
  return folderSource(folder, headers, hashed, published);
}
