import { AwsError, type AwsRequest, type AwsResponse } from "../service.ts";
import type { BodyPart } from "./bodies.ts";
import type { Bucket, ObjectRecord } from "./bucket.ts";
import { type BucketHandler, header } from "./call.ts";
import {
  type Checksum,
  type ChecksumAlgorithm,
  checksumHeaders,
  declaredChecksums,
  newHasher,
} from "./checksums.ts";
import { newEtag } from "./dialect.ts";
import { noSuchKey, preconditionFailed } from "./errors.ts";
import { attributesOf, checkKey } from "./object-headers.ts";
import { namesEtag, WriteCondition } from "./preconditions.ts";
import { wholeSeconds } from "./store.ts";

/** The most that one PUT may carry. */
export const maxPutBytes = 5 * 1024 ** 3;

/** What S3 computes by itself when a client names no algorithm. */
export const defaultAlgorithm: ChecksumAlgorithm = "CRC64NVME";

export interface ReceivedBody {
  readonly body: BodyPart;
  /** Hexadecimal. */
  readonly md5: string;
  readonly checksum: Checksum;
}

/** Stores a request's payload after verifying everything that was said about it. `algorithm` is kept where the client names none. */
export async function receiveBody(
  request: AwsRequest,
  bucket: Bucket,
  algorithm: ChecksumAlgorithm = defaultAlgorithm,
): Promise<ReceivedBody> {
  requireLength(request);
  const declared = declaredChecksums(request);
  const chosen = declared.algorithm ?? algorithm;
  const { body, md5, checksum } = await storeBody(request.body, bucket, chosen);
  try {
    declared.verify({ md5, checksum });
  } catch (error) {
    bucket.bodies.remove([body]);
    throw error;
  }
  return {
    body,
    md5: md5.toString("hex"),
    checksum: { algorithm: chosen, value: checksum.toString("base64"), type: "FULL_OBJECT" },
  };
}

export async function storeBody(
  stream: AsyncIterable<Buffer>,
  bucket: Bucket,
  algorithm: ChecksumAlgorithm,
): Promise<{ readonly body: BodyPart; readonly md5: Buffer; readonly checksum: Buffer }> {
  const [md5, hasher] = [newHasher("MD5"), newHasher(algorithm)];
  const body = await bucket.bodies.receive(stream, [md5, hasher], maxPutBytes);
  return { body, md5: md5.digest(), checksum: hasher.digest() };
}

export const putObject: BucketHandler = async (call) => {
  const { request, bucket, address, now } = call;
  checkKey(call);
  const attributes = attributesOf(request);
  using condition = new WriteCondition(bucket, address.key, request.headers);
  const { body, md5, checksum } = await receiveBody(request, bucket);
  const etag = newEtag(bucket.dialect, md5);
  commit(bucket, condition, {
    ...attributes,
    key: address.key,
    etag,
    size: body.size,
    modified: wholeSeconds(now),
    parts: [body],
    checksum,
  });
  return { status: 200, headers: { ETag: `"${etag}"`, ...checksumHeaders(checksum) } };
};

/** Checks the condition and makes the object, in one turn; the body goes when either fails. */
export function commit(bucket: Bucket, condition: WriteCondition, object: ObjectRecord): void {
  try {
    condition.check();
    bucket.put(object);
  } catch (error) {
    bucket.bodies.remove(object.parts);
    throw error;
  }
}

export const deleteObject: BucketHandler = async ({ request, bucket, address }): Promise<AwsResponse> => {
  const ifMatch = header(request, "if-match");
  if (ifMatch !== undefined) {
    const current = bucket.get(address.key);
    if (current === undefined) throw noSuchKey(address.key);
    if (!namesEtag(ifMatch, current.etag)) throw preconditionFailed("If-Match");
  }
  bucket.delete(address.key);
  return { status: 204 };
};

function requireLength(request: AwsRequest): void {
  if (
    header(request, "content-length") === undefined &&
    header(request, "x-amz-decoded-content-length") === undefined
  ) {
    throw new AwsError("MissingContentLength", 411, "You must provide the Content-Length HTTP header.");
  }
}
