import { AwsError, type AwsResponse, readBody } from "../../service.ts";
import { type XmlContent, xmlDocument } from "../../xml.ts";
import { declaredChecksums, newHasher } from "../checksums/checksums.ts";
import { invalidRequest, malformedXml, noSuchKey, preconditionFailed } from "../protocol/errors.ts";
import { header, s3Namespace } from "../protocol/parameters.ts";
import { children, list, parseXml, textOf } from "../protocol/xml-input.ts";
import { mayAccess, objectArn } from "../requests/access.ts";
import type { BucketCall, BucketHandler } from "../requests/call.ts";
import { actionOn } from "../requests/permissions.ts";
import { wholeSeconds } from "../storage/store.ts";
import { markerHeaders, parseVersionId } from "../versioning/find-version.ts";
import { namesEtag } from "./preconditions.ts";

const maxKeys = 1000;

export const deleteObject: BucketHandler = async (call): Promise<AwsResponse> => {
  const { request, bucket, address, now } = call;
  const ifMatch = header(request, "if-match");
  if (ifMatch !== undefined) {
    const current = bucket.get(address.key);
    if (current === undefined) throw noSuchKey(address.key);
    if (!namesEtag(ifMatch, current.etag)) throw preconditionFailed("If-Match");
  }
  const versionId = request.query.get("versionId");
  if (versionId !== null) {
    const removed = bucket.removeVersion(address.key, parseVersionId(versionId));
    const isMarker = removed?.kind === "marker" ? { "x-amz-delete-marker": "true" } : {};
    return { status: 204, headers: { "x-amz-version-id": versionId, ...isMarker } };
  }
  const marker = bucket.remove(address.key, wholeSeconds(now));
  return { status: 204, headers: marker ? markerHeaders(marker) : {} };
};

/** Up to 1000 keys in one request; each succeeds or fails on its own, and the answer is 200 either way. */
export const deleteObjects: BucketHandler = async (call) => {
  const body = await verifiedBody(call);
  const document = parseXml(body.toString("utf8"), "Delete");
  const objects = list(document.Object).map(children);
  if (objects.length === 0 || objects.length > maxKeys) throw malformedXml();
  const quiet = textOf(document.Quiet)?.trim() === "true";
  const deleted: XmlContent[] = [];
  const failed: XmlContent[] = [];
  for (const object of objects) {
    const key = textOf(object.Key);
    if (key === undefined || key === "") throw malformedXml();
    const versionId = textOf(object.VersionId);
    const outcome = deleteOne(call, key, textOf(object.ETag), versionId);
    const named = versionId === undefined ? {} : { VersionId: versionId };
    if ("code" in outcome) failed.push({ Key: key, ...named, Code: outcome.code, Message: outcome.message });
    else deleted.push({ Key: key, ...named, ...outcome });
  }
  return {
    status: 200,
    headers: { "Content-Type": "application/xml" },
    body: xmlDocument("DeleteResult", s3Namespace, { Deleted: quiet ? [] : deleted, Error: failed }),
  };
};

interface DeleteFailure {
  readonly code: string;
  readonly message: string;
}

/** What an answer says of a marker that was made or deleted; empty where there is none. */
interface DeletedMarker {
  readonly DeleteMarker?: true;
  readonly DeleteMarkerVersionId?: string;
}

function deleteOne(
  { request, bucket, now }: BucketCall,
  key: string,
  etag: string | undefined,
  versionId: string | undefined,
): DeleteFailure | DeletedMarker {
  const conditions = { "s3:if-match": etag };
  const action = actionOn("s3:DeleteObject", versionId !== undefined);
  if (!mayAccess(request, bucket, action, objectArn(bucket.name, key), conditions)) {
    return { code: "AccessDenied", message: "Access Denied" };
  }
  if (etag !== undefined && bucket.dialect.preconditions === "honoured") {
    const current = bucket.get(key);
    if (current === undefined) {
      return { code: "NoSuchKey", message: "The specified key does not exist." };
    }
    if (!namesEtag(etag, current.etag)) {
      return {
        code: "PreconditionFailed",
        message: "At least one of the pre-conditions you specified did not hold",
      };
    }
  }
  try {
    if (versionId !== undefined) {
      const removed = bucket.removeVersion(key, parseVersionId(versionId));
      return removed?.kind === "marker" ? { DeleteMarker: true, DeleteMarkerVersionId: versionId } : {};
    }
    const marker = bucket.remove(key, wholeSeconds(now));
    return marker ? { DeleteMarker: true, DeleteMarkerVersionId: marker.versionId ?? "null" } : {};
  } catch (error) {
    if (error instanceof AwsError && error.code === "InvalidArgument") {
      return { code: "NoSuchVersion", message: "The specified version does not exist." };
    }
    if (error instanceof AwsError) throw error;
    return { code: "InternalError", message: "We encountered an internal error. Please try again." };
  }
}

/** S3 insists on a checksum here, since a damaged list deletes the wrong objects. */
async function verifiedBody({ request }: BucketCall): Promise<Buffer> {
  const declared = declaredChecksums(request);
  if (header(request, "content-md5") === undefined && declared.algorithm === undefined) {
    throw invalidRequest("Missing required header for this request: Content-MD5 OR x-amz-checksum-*");
  }
  const body = await readBody(request.body, 2 * 1024 * 1024);
  const [md5, hasher] = [newHasher("MD5"), newHasher(declared.algorithm ?? "CRC32")];
  md5.update(body);
  hasher.update(body);
  declared.verify({ md5: md5.digest(), checksum: hasher.digest() });
  return body;
}
