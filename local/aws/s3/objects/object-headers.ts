import type { AwsRequest } from "../../service.ts";
import { AwsError } from "../../service.ts";
import { invalidRequest, notImplemented } from "../protocol/errors.ts";
import { header } from "../protocol/parameters.ts";
import { parseTags } from "../protocol/tags.ts";
import type { BucketCall } from "../requests/call.ts";
import type { ObjectAttributes, ObjectRecord } from "../storage/object-record.ts";
import { placementOf } from "./placement.ts";

/** Headers that are kept with an object and sent with it. */
const kept = [
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-type",
  "expires",
  "x-amz-website-redirect-location",
];

const metadataPrefix = "x-amz-meta-";
const maxMetadataBytes = 2048;

/** What a request that creates an object says about it. Throws for what S3 refuses and for what this stand-in cannot keep. */
export function attributesOf(request: AwsRequest): ObjectAttributes {
  refuseUnsupported(request);
  const headers: Record<string, string> = {};
  for (const name of kept) {
    const value = header(request, name);
    if (value !== undefined) headers[name] = value;
  }
  // `aws-chunked` is how the body travelled, not what it is.
  const encoding = headers["content-encoding"]
    ?.split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "aws-chunked" && one !== "");
  if (encoding !== undefined) {
    if (encoding.length > 0) headers["content-encoding"] = encoding.join(",");
    else delete headers["content-encoding"];
  }
  headers["content-type"] ||= "binary/octet-stream";
  const metadata: Record<string, string> = {};
  let bytes = 0;
  for (const name of Object.keys(request.headers)) {
    if (!name.startsWith(metadataPrefix)) continue;
    const value = header(request, name) ?? "";
    metadata[name.slice(metadataPrefix.length)] = value;
    bytes += name.length - metadataPrefix.length + value.length;
  }
  if (bytes > maxMetadataBytes) {
    throw new AwsError(
      "MetadataTooLarge",
      400,
      "Your metadata headers exceed the maximum allowed metadata size",
      { Size: bytes, MaxSizeAllowed: maxMetadataBytes },
    );
  }
  checkRedirect(headers["x-amz-website-redirect-location"]);
  const tagging = header(request, "x-amz-tagging");
  Object.assign(headers, placementOf(request));
  return { headers, metadata, ...(tagging === undefined ? {} : { tags: parseTags(tagging) }) };
}

/** The headers that describe an object in answers to GET and HEAD. */
export function objectHeaders(object: ObjectRecord): Record<string, string> {
  const tags = Object.keys(object.tags ?? {}).length;
  return {
    ...object.headers,
    ...Object.fromEntries(
      Object.entries(object.metadata).map(([name, value]) => [`${metadataPrefix}${name}`, value]),
    ),
    ...(tags > 0 ? { "x-amz-tagging-count": String(tags) } : {}),
    ETag: `"${object.etag}"`,
    "Last-Modified": new Date(object.modified).toUTCString(),
    "Accept-Ranges": "bytes",
  };
}

/** Throws KeyTooLongError for keys over 1024 bytes of UTF-8. */
export function checkKey({ address }: Pick<BucketCall, "address">): void {
  const size = Buffer.byteLength(address.key);
  if (size > 1024) {
    throw new AwsError("KeyTooLongError", 400, "Your key is too long", {
      Size: size,
      MaxSizeAllowed: 1024,
    });
  }
}

function checkRedirect(location: string | undefined): void {
  if (location === undefined) return;
  if (!/^(\/|https?:\/\/)/.test(location)) {
    throw new AwsError(
      "InvalidRedirectLocation",
      400,
      "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.",
    );
  }
  if (location.length > 2048) {
    throw new AwsError(
      "InvalidRedirectLocation",
      400,
      "The length of website redirect location cannot exceed 2,048 characters.",
    );
  }
}

function refuseUnsupported(request: AwsRequest): void {
  const acl = header(request, "x-amz-acl");
  if (acl !== undefined && !["private", "bucket-owner-full-control"].includes(acl)) {
    throw new AwsError("AccessControlListNotSupported", 400, "The bucket does not allow ACLs");
  }
  if (Object.keys(request.headers).some((name) => name.startsWith("x-amz-grant-"))) {
    throw new AwsError("AccessControlListNotSupported", 400, "The bucket does not allow ACLs");
  }
  if (header(request, "x-amz-server-side-encryption-customer-algorithm") !== undefined) {
    throw notImplemented("server-side encryption with customer keys");
  }
  if (Object.keys(request.headers).some((name) => name.startsWith("x-amz-object-lock-"))) {
    throw invalidRequest("Bucket is missing Object Lock Configuration");
  }
  const offset = header(request, "x-amz-write-offset-bytes");
  if (offset !== undefined) throw notImplemented("appending to objects (x-amz-write-offset-bytes)");
}
