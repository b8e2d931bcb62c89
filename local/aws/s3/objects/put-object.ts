import { checksumHeaders } from "../checksums/checksums.ts";
import type { BucketHandler } from "../requests/call.ts";
import type { Bucket } from "../storage/bucket.ts";
import type { ObjectRecord } from "../storage/object-record.ts";
import { wholeSeconds } from "../storage/store.ts";
import { versionHeader } from "../versioning/find-version.ts";
import { attributesOf, checkKey } from "./object-headers.ts";
import { encryptionHeaders, etagOf } from "./placement.ts";
import { WriteCondition } from "./preconditions.ts";
import { receiveBody } from "./receive-body.ts";

export const putObject: BucketHandler = async (call) => {
  const { request, bucket, address, now } = call;
  checkKey(call);
  const attributes = attributesOf(request);
  using condition = new WriteCondition(bucket, address.key, request.headers);
  const { body, md5, checksum } = await receiveBody(request, bucket);
  const etag = etagOf(bucket, attributes, md5);
  const stored = commit(bucket, condition, {
    ...attributes,
    key: address.key,
    etag,
    size: body.size,
    modified: wholeSeconds(now),
    parts: [body],
    checksum,
  });
  return {
    status: 200,
    headers: {
      ETag: `"${etag}"`,
      ...encryptionHeaders(attributes),
      ...versionHeader(bucket, stored),
      ...checksumHeaders(checksum),
    },
  };
};

/** Checks the condition and makes the object, in one turn; the body goes when either fails. */
export function commit(bucket: Bucket, condition: WriteCondition, object: ObjectRecord): ObjectRecord {
  try {
    condition.check();
    return bucket.put(object);
  } catch (error) {
    bucket.bodies.remove(object.parts);
    throw error;
  }
}
