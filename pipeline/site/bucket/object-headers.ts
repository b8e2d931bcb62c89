import type { HeadObjectCommandOutput, StorageClass } from "@aws-sdk/client-s3";
import type { InspectedObject } from "../plan/observed-site.ts";
import type { ServedFile, ServedHeaders } from "../plan/served-file.ts";

/** The metadata by which a later sync knows the content: S3 keeps no SHA-256 of a whole that came in parts. */
export const sha256Metadata = "sha256";

/** Those of a file that is sent whole, and that S3 checks by its hash. */
export function uploadHeaders(file: ServedFile): Readonly<Record<string, string>> {
  return {
    "content-type": file.contentType,
    ...(file.cacheControl === "" ? {} : { "cache-control": file.cacheControl }),
    ...(file.contentEncoding === undefined ? {} : { "content-encoding": file.contentEncoding }),
    ...(file.contentDisposition === undefined ? {} : { "content-disposition": file.contentDisposition }),
    ...(file.redirect === undefined ? {} : { "x-amz-website-redirect-location": file.redirect }),
    ...(file.storageClass === undefined ? {} : { "x-amz-storage-class": file.storageClass }),
    ...(file.kmsKey === undefined ? {} : kmsHeaders(file.kmsKey)),
    ...metadataHeaders(file.metadata),
    "x-amz-checksum-sha256": Buffer.from(file.sha256, "hex").toString("base64"),
  };
}

function kmsHeaders(key: string): Record<string, string> {
  return {
    "x-amz-server-side-encryption": "aws:kms",
    "x-amz-server-side-encryption-aws-kms-key-id": key,
  };
}

function metadataHeaders(metadata: ServedFile["metadata"] = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).map(([name, value]) => [`x-amz-meta-${name}`, value]));
}

/** The same, as the SDK takes them; undefined for what the file is not served with. */
export function headerFields(file: ServedHeaders) {
  return {
    ContentType: file.contentType,
    CacheControl: file.cacheControl || undefined,
    ContentEncoding: file.contentEncoding,
    ContentDisposition: file.contentDisposition,
    WebsiteRedirectLocation: file.redirect,
    Metadata: file.metadata,
    StorageClass: file.storageClass as StorageClass | undefined,
    ...(file.kmsKey === undefined
      ? {}
      : { ServerSideEncryption: "aws:kms" as const, SSEKMSKeyId: file.kmsKey }),
  };
}

/** What S3 says of an object. */
export function inspectedObject(head: HeadObjectCommandOutput): InspectedObject {
  const checked = sha256Of(head.ChecksumSHA256);
  const claimed = head.Metadata?.[sha256Metadata];
  const hash = checked ?? claimed;
  const { ServerSideEncryption: encryption = "AES256" } = head;
  const { [sha256Metadata]: _, ...metadata } = head.Metadata ?? {};
  return {
    ...(hash === undefined ? {} : { sha256: hash }),
    ...(checked === undefined && claimed !== undefined ? { isClaimed: true } : {}),
    ...(encryption === "AES256" ? {} : { hasOpaqueEtag: true }),
    contentType: head.ContentType ?? "",
    cacheControl: head.CacheControl ?? "",
    ...(head.ContentEncoding ? { contentEncoding: head.ContentEncoding } : {}),
    ...(head.ContentDisposition ? { contentDisposition: head.ContentDisposition } : {}),
    ...(head.WebsiteRedirectLocation ? { redirect: head.WebsiteRedirectLocation } : {}),
    // Visitors are sent it too, as `x-amz-meta-*`.
    ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
    ...(head.StorageClass ? { storageClass: head.StorageClass } : {}),
    ...(head.SSEKMSKeyId ? { kmsKey: head.SSEKMSKeyId } : {}),
    ...(head.ExpiresString || head.ContentLanguage ? { hasForeignHeaders: true } : {}),
  };
}

/** S3's checksum in hexadecimal; undefined where it is none of the whole object. */
export function sha256Of(checksum: string | undefined): string | undefined {
  if (checksum === undefined || checksum.includes("-")) return undefined;
  return Buffer.from(checksum, "base64").toString("hex");
}
