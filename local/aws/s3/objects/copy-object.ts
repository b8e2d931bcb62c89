import { Readable } from "node:stream";
import { AwsError, type AwsRequest } from "../../service.ts";
import { xmlDocument } from "../../xml.ts";
import {
  type Checksum,
  type ChecksumAlgorithm,
  checksumElements,
  newHasher,
  parseAlgorithm,
} from "../checksums/checksums.ts";
import { invalidArgument, invalidRequest, noSuchKey, preconditionFailed } from "../protocol/errors.ts";
import { header, s3Namespace } from "../protocol/parameters.ts";
import { bucketArn, mayAccess, objectArn, requireAccess } from "../requests/access.ts";
import type { BucketHandler, S3Call } from "../requests/call.ts";
import { actionOn } from "../requests/permissions.ts";
import type { Bucket } from "../storage/bucket.ts";
import type { ObjectAttributes, ObjectRecord } from "../storage/object-record.ts";
import { wholeSeconds } from "../storage/store.ts";
import { findVersion, versionedObject, versionHeader } from "../versioning/find-version.ts";
import { attributesOf, checkKey } from "./object-headers.ts";
import { encryptionHeaders, etagOf, isByKms, placementOf, withoutPlacement } from "./placement.ts";
import { decideRead, readConditions, WriteCondition } from "./preconditions.ts";
import { commit } from "./put-object.ts";
import { defaultAlgorithm, maxPutBytes } from "./receive-body.ts";

interface CopySource {
  readonly bucket: Bucket;
  readonly object: ObjectRecord;
}

/** The object that `x-amz-copy-source` names, if the requester may read it and its `copy-source-if` conditions hold. */
export function copySource({ request, store }: S3Call): CopySource {
  const [path = "", query = ""] = (header(request, "x-amz-copy-source") ?? "").split("?");
  const [, name, key] = /^\/?([^/]+)\/(.+)$/s.exec(decodeSource(path)) ?? [];
  if (name === undefined || key === undefined) {
    throw invalidArgument(
      "Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
      "x-amz-copy-source",
      path,
    );
  }
  const versionId = new URLSearchParams(query).get("versionId");
  const bucket = store.bucket(name);
  requireAccess(request, bucket, actionOn("s3:GetObject", versionId !== null), objectArn(name, key));
  const object = versionId === null ? bucket.get(key) : versionedSource(bucket, key, versionId);
  if (object === undefined) {
    if (!mayAccess(request, bucket, "s3:ListBucket", bucketArn(name))) {
      throw new AwsError("AccessDenied", 403, "Access Denied");
    }
    throw noSuchKey(key);
  }
  const conditions = readConditions(request.headers, "x-amz-copy-source-");
  const decision = decideRead(conditions, object.etag, new Date(object.modified));
  if (decision === "not-modified") {
    throw preconditionFailed(
      `x-amz-copy-source-${conditions.ifNoneMatch === undefined ? "If-Modified-Since" : "If-None-Match"}`,
    );
  }
  if (typeof decision === "object") throw preconditionFailed(`x-amz-copy-source-${decision.failed}`);
  return { bucket, object };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html: a delete marker is no source. */
function versionedSource(bucket: Bucket, key: string, versionId: string): ObjectRecord {
  if (findVersion(bucket, key, versionId)?.kind === "marker") {
    throw invalidRequest(
      "The source of a copy request may not specifically refer to a delete marker by version id.",
    );
  }
  return versionedObject(bucket, key, versionId);
}

export const copyObject: BucketHandler = async (call) => {
  const { request, bucket, address, now } = call;
  checkKey(call);
  const source = copySource(call);
  const asked = attributesOf(request);
  const replaceMetadata = directive(request, "x-amz-metadata-directive") === "REPLACE";
  const replaceTags = directive(request, "x-amz-tagging-directive") === "REPLACE";
  // An older version copied onto its key is how one goes back to it.
  const isSelf = source.bucket === bucket && source.object === bucket.get(address.key);
  const isPlaced = Object.keys(placementOf(request)).length > 0;
  if (isSelf && !replaceMetadata && !isPlaced && !asked.headers["x-amz-website-redirect-location"]) {
    throw invalidRequest(
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
  if (source.object.size > maxPutBytes) {
    throw invalidRequest(
      "The specified copy source is larger than the maximum allowable size for a copy source: 5368709120",
    );
  }
  using condition = new WriteCondition(bucket, address.key, request.headers);
  const parts = bucket.bodies.duplicate(source.object.parts, source.bucket.bodies);
  const { md5, checksum } = await digestsOf(source, request);
  const etag = etagOf(bucket, { headers: placementOf(request) }, md5);
  const object: ObjectRecord = {
    ...(replaceMetadata
      ? { headers: asked.headers, metadata: asked.metadata }
      : copiedAttributes(source.object, asked, placementOf(request))),
    ...tagsOf(replaceTags ? asked : source.object),
    key: address.key,
    etag,
    size: source.object.size,
    modified: wholeSeconds(now),
    parts,
    checksum,
  };
  const stored = commit(bucket, condition, object);
  const ofSource = versionHeader(source.bucket, source.object)["x-amz-version-id"];
  return {
    status: 200,
    headers: {
      "Content-Type": "application/xml",
      ...encryptionHeaders(object),
      ...versionHeader(bucket, stored),
      ...(ofSource === undefined ? {} : { "x-amz-copy-source-version-id": ofSource }),
    },
    body: xmlDocument("CopyObjectResult", s3Namespace, {
      LastModified: object.modified,
      ETag: `"${etag}"`,
      ...checksumElements(checksum),
    }),
  };
};

/**
 * A copy is one part again, so the ETag of a multipart object changes to the MD5 of the whole; a composite checksum
 * becomes one over the whole, and another algorithm may be asked for. Only then are the bytes read.
 */
async function digestsOf(
  { bucket, object }: CopySource,
  request: AwsRequest,
): Promise<{ readonly md5: string; readonly checksum: Checksum }> {
  const named = header(request, "x-amz-checksum-algorithm");
  const algorithm: ChecksumAlgorithm =
    named === undefined ? (object.checksum?.algorithm ?? defaultAlgorithm) : parseAlgorithm(named);
  const { checksum } = object;
  const isKept = checksum?.algorithm === algorithm && checksum.type === "FULL_OBJECT";
  if (isKept && !object.etag.includes("-") && !isByKms(object)) return { md5: object.etag, checksum };
  const [whole, hasher] = [newHasher("MD5"), newHasher(algorithm)];
  const bytes = bucket.bodies.read(object.parts, 0, object.size - 1);
  for await (const chunk of bytes instanceof Readable ? (bytes as AsyncIterable<Buffer>) : [bytes]) {
    whole.update(chunk);
    hasher.update(chunk);
  }
  return {
    md5: whole.digest().toString("hex"),
    checksum: { algorithm, value: hasher.digest().toString("base64"), type: "FULL_OBJECT" },
  };
}

/** A redirect belongs to the request, never to the source. */
function copiedAttributes(
  source: ObjectRecord,
  asked: ObjectAttributes,
  placement: Readonly<Record<string, string>>,
): ObjectAttributes {
  const { "x-amz-website-redirect-location": _, ...kept } = withoutPlacement(source.headers);
  const headers = { ...kept, ...placement };
  const redirect = asked.headers["x-amz-website-redirect-location"];
  return {
    headers: redirect === undefined ? headers : { ...headers, "x-amz-website-redirect-location": redirect },
    metadata: source.metadata,
  };
}

function tagsOf({ tags }: ObjectAttributes): Pick<ObjectAttributes, "tags"> {
  return tags === undefined ? {} : { tags };
}

function directive(request: AwsRequest, name: string): "COPY" | "REPLACE" {
  const value = header(request, name) ?? "COPY";
  if (value !== "COPY" && value !== "REPLACE") {
    throw invalidArgument(`Unknown ${name.replace("x-amz-", "").replace("-", " ")}.`, name, value);
  }
  return value;
}

function decodeSource(path: string): string {
  try {
    return decodeURIComponent(path.replaceAll("+", "%20"));
  } catch {
    return path;
  }
}
