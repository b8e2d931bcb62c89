import { AwsError, type AwsRequest, type AwsResponse } from "../../service.ts";
import { type XmlContent, xmlDocument } from "../../xml.ts";
import { checksumElements, checksumHeaders } from "../checksums/checksums.ts";
import { invalidRequest, noSuchKey, notImplemented, preconditionFailed } from "../protocol/errors.ts";
import { header, s3Namespace } from "../protocol/parameters.ts";
import { bucketArn, mayAccess } from "../requests/access.ts";
import type { BucketCall, BucketHandler } from "../requests/call.ts";
import type { Bucket } from "../storage/bucket.ts";
import type { ObjectRecord } from "../storage/object-record.ts";
import { latestMarkerHeaders, versionedObject, versionHeader } from "../versioning/find-version.ts";
import { objectHeaders } from "./object-headers.ts";
import { refuseAnonymous, storageClassOf } from "./placement.ts";
import { decideRead, readConditions } from "./preconditions.ts";
import { parseRange } from "./ranges.ts";

/** The object, or what S3 says when there is none: who may not list the bucket may not learn that either. */
export function existingObject(call: BucketCall): ObjectRecord {
  const { bucket, address, request } = call;
  const versionId = request.query.get("versionId");
  if (versionId !== null) return versionedObject(bucket, address.key, versionId);
  const object = bucket.get(address.key);
  if (object !== undefined) return object;
  if (!mayAccess(request, bucket, "s3:ListBucket", bucketArn(bucket.name))) {
    throw new AwsError("AccessDenied", 403, "Access Denied");
  }
  const { code, status, message, fields } = noSuchKey(address.key);
  throw new AwsError(code, status, message, fields, latestMarkerHeaders(bucket, address.key));
}

/** GetObject and HeadObject. */
export const getObject: BucketHandler = async (call) => {
  const { request, bucket } = call;
  const object = existingObject(call);
  if (request.access.principal.kind === "anonymous") refuseAnonymous(object);
  if (request.query.has("partNumber")) throw notImplemented("reading single parts (partNumber)");
  return answerRead(bucket, object, request, overrides(call));
};

/** The object as the headers of a GET or HEAD ask for it: conditions, range, checksums. */
export function answerRead(
  bucket: Bucket,
  object: ObjectRecord,
  request: Pick<AwsRequest, "method" | "headers">,
  overridden: Readonly<Record<string, string>> = {},
): AwsResponse {
  const decision = decideRead(readConditions(request.headers), object.etag, new Date(object.modified));
  if (typeof decision === "object") throw preconditionFailed(decision.failed);
  const headers = { ...objectHeaders(object), ...versionHeader(bucket, object), ...overridden };
  if (decision === "not-modified") return { status: 304, headers: notModifiedHeaders(headers) };
  const range = parseRange(request.headers.range, object.size);
  const isWhole = range === undefined;
  const { start, end } = range ?? { start: 0, end: object.size - 1 };
  const withChecksum =
    isWhole && request.headers["x-amz-checksum-mode"]?.toString().toUpperCase() === "ENABLED";
  return {
    status: isWhole ? 200 : 206,
    headers: {
      ...headers,
      ...(withChecksum ? checksumHeaders(object.checksum) : {}),
      "Content-Length": String(end - start + 1),
      ...(isWhole ? {} : { "Content-Range": `bytes ${start}-${end}/${object.size}` }),
    },
    ...(request.method === "HEAD" ? {} : { body: bucket.bodies.read(object.parts, start, end) }),
  };
}

export const getObjectAttributes: BucketHandler = async (call) => {
  const object = existingObject(call);
  const asked = (header(call.request, "x-amz-object-attributes") ?? "").split(",").map((name) => name.trim());
  if (asked.every((name) => name === "")) {
    throw invalidRequest(
      "The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty",
    );
  }
  const has = (name: string): boolean => asked.includes(name);
  const content: { [element: string]: XmlContent } = {
    ETag: has("ETag") ? object.etag : undefined,
    Checksum: has("Checksum") && object.checksum ? checksumElements(object.checksum) : undefined,
    ObjectParts:
      has("ObjectParts") && object.uploadId !== undefined ? { PartsCount: object.parts.length } : undefined,
    StorageClass: has("StorageClass") ? storageClassOf(object) : undefined,
    ObjectSize: has("ObjectSize") ? object.size : undefined,
  };
  return {
    status: 200,
    headers: {
      "Content-Type": "application/xml",
      "Last-Modified": new Date(object.modified).toUTCString(),
      ...versionHeader(call.bucket, object),
    },
    body: xmlDocument("GetObjectAttributesResponse", s3Namespace, content),
  };
};

/** Response headers that a signed request may set for itself. */
function overrides({ request }: BucketCall): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of request.query) {
    const headerName = overridable[name];
    if (headerName === undefined) continue;
    if (request.access.principal.kind === "anonymous") {
      throw invalidRequest("Request specific response headers cannot be used for anonymous GET requests.");
    }
    result[headerName] = value;
  }
  return result;
}

const overridable: Readonly<Record<string, string>> = {
  "response-cache-control": "cache-control",
  "response-content-disposition": "content-disposition",
  "response-content-encoding": "content-encoding",
  "response-content-language": "content-language",
  "response-content-type": "content-type",
  "response-expires": "expires",
};

/** RFC 9110 section 15.4.5: what a cache needs to refresh what it has. */
function notModifiedHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const sent = ["etag", "last-modified", "cache-control", "expires"];
  return Object.fromEntries(Object.entries(headers).filter(([name]) => sent.includes(name.toLowerCase())));
}
