import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import type { InspectedObject, ObservedSite } from "../plan/observed-site.ts";
import type { Wanted } from "../source/generated-files.ts";
import type { Content } from "../source/site-source.ts";

/**
 * What ETags add to what `inspected` says of objects whose bytes S3 itself has not hashed: nobody can write one. The MD5 of
 * the wanted file says that the object has its bytes, whoever uploaded it, and another MD5 that it has not, whatever hash
 * its metadata claims. An ETag that is no MD5 (SSE-KMS, uploads in parts) says that the bytes are others only where the
 * record has the claimed hash with another one. Such objects are written anew.
 */
export async function compareEtags(
  { record, inspected, objects }: Pick<ObservedSite, "record" | "inspected" | "objects">,
  wanted: Wanted,
): Promise<ReadonlyMap<string, InspectedObject>> {
  const compared = new Map(inspected);
  for (const [key, object] of inspected) {
    const file = wanted.site.files.get(key);
    if (file === undefined || (object.sha256 !== undefined && !object.isClaimed)) continue;
    const etag = objects.get(key)?.etag ?? "";
    const [, md5] = object.hasOpaqueEtag ? [] : (/^"([0-9a-f]{32})"$/.exec(etag) ?? []);
    const wantedMd5 = md5 === undefined ? undefined : await md5Of(wanted.content(key, file));
    const { sha256: claimed, ...others } = object;
    if (wantedMd5 !== undefined) {
      compared.set(key, wantedMd5 === md5 ? { ...others, sha256: file.sha256 } : others);
    } else {
      const recorded = record?.objects.get(key);
      if (recorded !== undefined && recorded.sha256 === claimed && recorded.etag !== etag) {
        compared.set(key, others);
      }
    }
  }
  return compared;
}

/** Undefined for what only S3 has. */
async function md5Of(content: Content): Promise<string | undefined> {
  const hash = createHash("md5");
  if ("object" in content) return undefined;
  if ("read" in content) return hash.update(content.read()).digest("hex");
  await pipeline(createReadStream(content.path), hash);
  return hash.digest("hex");
}
