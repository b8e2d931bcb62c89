import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import type { InspectedObject, ObservedSite } from "../plan/observed-site.ts";
import type { Wanted } from "../source/generated-files.ts";
import type { Content } from "../source/site-source.ts";

/**
 * What `inspected` can say of objects that somebody else uploaded, who gave S3 no SHA-256: an ETag that is the MD5 of the
 * wanted file says that they have its bytes. Other ETags (SSE-KMS, uploads in parts) say nothing, and such objects are
 * written anew.
 */
export async function adoptByMd5(
  { inspected, objects }: Pick<ObservedSite, "inspected" | "objects">,
  wanted: Wanted,
): Promise<ReadonlyMap<string, InspectedObject>> {
  const adopted = new Map(inspected);
  for (const [key, object] of inspected) {
    const [, md5] = /^"([0-9a-f]{32})"$/.exec(objects.get(key)?.etag ?? "") ?? [];
    const file = wanted.site.files.get(key);
    if (object.sha256 !== undefined || md5 === undefined || file === undefined) continue;
    if ((await md5Of(wanted.content(key, file))) !== md5) continue;
    adopted.set(key, { ...object, sha256: file.sha256 });
  }
  return adopted;
}

/** Undefined for what only S3 has. */
async function md5Of(content: Content): Promise<string | undefined> {
  const hash = createHash("md5");
  if ("object" in content) return undefined;
  if ("read" in content) return hash.update(content.read()).digest("hex");
  await pipeline(createReadStream(content.path), hash);
  return hash.digest("hex");
}
