import { AwsError, type AwsRequest } from "../../service.ts";
import {
  type Checksum,
  type ChecksumAlgorithm,
  declaredChecksums,
  newHasher,
} from "../checksums/checksums.ts";
import { header } from "../protocol/parameters.ts";
import type { BodyPart } from "../storage/bodies.ts";
import type { Bucket } from "../storage/bucket.ts";

/** The most that one PUT may carry. */
export const maxPutBytes = 5 * 1024 ** 3;

/** What S3 computes by itself when a client names no algorithm. */
export const defaultAlgorithm: ChecksumAlgorithm = "CRC64NVME";

interface ReceivedBody {
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

function requireLength(request: AwsRequest): void {
  if (
    header(request, "content-length") === undefined &&
    header(request, "x-amz-decoded-content-length") === undefined
  ) {
    throw new AwsError("MissingContentLength", 411, "You must provide the Content-Length HTTP header.");
  }
}
