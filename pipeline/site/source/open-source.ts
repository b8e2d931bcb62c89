import { type HeaderRule, headersByRule } from "../../bundle/header-rules.ts";
import { ActionError } from "../../kit/errors.ts";
import type { Attempt } from "../../releases/store/attempt.ts";
import { bundleSource, folderSource } from "./folder-source.ts";
import { hashFolder } from "./hash-folder.ts";
import type { Hashing } from "./hash-threads.ts";
import { releaseSource } from "./release-source.ts";
import type { SiteSource } from "./site-source.ts";

interface SourceInputs {
  readonly source: string;
  readonly "cache-control": readonly HeaderRule[];
  readonly "content-type": readonly HeaderRule[];
}

/**
 * The site that the inputs name: a folder, of which `keys` are the files; the same as the site of a release; or, without a
 * folder, that release's files in the release store. Throws `InvalidInputs` where there is neither, and `SourceUnreadable`.
 */
export async function openSource(
  given: SourceInputs,
  keys: readonly string[],
  attempt: Promise<Attempt> | undefined,
  hashing: Hashing | undefined,
): Promise<SiteSource> {
  const { source } = given;
  if (attempt !== undefined) {
    const { bucket, manifest } = await attempt;
    return source === "" ? releaseSource(bucket, manifest) : bundleSource(source, manifest, keys);
  }
  if (source === "") {
    throw new ActionError("InvalidInputs", 'input "source" is required where there is no release', {
      hint: "give the folder that holds the built site",
    });
  }
  const headers = headersByRule(given["cache-control"], given["content-type"]);
  return folderSource(source, headers, hashing ? await hashing.hashed() : hashFolder(source, keys));
}
