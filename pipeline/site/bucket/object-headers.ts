import type { HeadObjectCommandOutput } from "@aws-sdk/client-s3";
import type { InspectedObject } from "../plan/observed-site.ts";
import type { ServedFile } from "../plan/served-file.ts";

/** The metadata by which a later sync knows the content: S3 keeps no SHA-256 of a whole that came in parts. */
export const sha256Metadata = "sha256";

/** Those of a file that is sent whole, and that S3 checks by its hash. */
export function uploadHeaders(file: ServedFile): Readonly<Record<string, string>> {
  return {
    "content-type": file.contentType,
    "cache-control": file.cacheControl,
    ...(file.redirect === undefined ? {} : { "x-amz-website-redirect-location": file.redirect }),
    "x-amz-checksum-sha256": Buffer.from(file.sha256, "hex").toString("base64"),
  };
}

/** What S3 says of an object. */
export function inspectedObject(head: HeadObjectCommandOutput): InspectedObject {
  const sha256 = sha256Of(head.ChecksumSHA256) ?? head.Metadata?.[sha256Metadata];
  return {
    ...(sha256 === undefined ? {} : { sha256 }),
    contentType: head.ContentType ?? "",
    cacheControl: head.CacheControl ?? "",
    ...(head.WebsiteRedirectLocation ? { redirect: head.WebsiteRedirectLocation } : {}),
  };
}

/** S3's checksum in hexadecimal; undefined where it is none of the whole object. */
export function sha256Of(checksum: string | undefined): string | undefined {
  if (checksum === undefined || checksum.includes("-")) return undefined;
  return Buffer.from(checksum, "base64").toString("hex");
}
