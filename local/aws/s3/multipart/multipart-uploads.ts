import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { xmlDocument } from "../../xml.ts";
import { type Checksum, checksumHeader, parseAlgorithm } from "../checksums/checksums.ts";
import { copySource } from "../objects/copy-object.ts";
import { attributesOf, checkKey } from "../objects/object-headers.ts";
import { encryptionHeaders } from "../objects/placement.ts";
import { parseRange } from "../objects/ranges.ts";
import { defaultAlgorithm, receiveBody, storeBody } from "../objects/receive-body.ts";
import { invalidArgument, invalidRequest, noSuchUpload } from "../protocol/errors.ts";
import { header, integerParameter, s3Namespace } from "../protocol/parameters.ts";
import type { BucketCall, BucketHandler } from "../requests/call.ts";
import type { OpenUpload, UploadedPart } from "../storage/bucket.ts";
import { wholeSeconds } from "../storage/store.ts";

export const maxParts = 10_000;

export const createMultipartUpload: BucketHandler = async (call) => {
  const { request, bucket, address, now } = call;
  checkKey(call);
  const named =
    header(request, "x-amz-checksum-algorithm") ?? header(request, "x-amz-sdk-checksum-algorithm");
  const algorithm = named === undefined ? defaultAlgorithm : parseAlgorithm(named);
  const type = checksumType(header(request, "x-amz-checksum-type"), algorithm);
  const id = randomBytes(32).toString("base64url");
  const attributes = attributesOf(request);
  bucket.openUpload({
    ...attributes,
    id,
    key: address.key,
    initiated: wholeSeconds(now),
    checksumAlgorithm: algorithm,
    checksumType: type,
    checksumAsked: named !== undefined,
  });
  return {
    status: 200,
    headers: {
      "Content-Type": "application/xml",
      ...encryptionHeaders(attributes),
      ...(named === undefined ? {} : { "x-amz-checksum-algorithm": algorithm, "x-amz-checksum-type": type }),
    },
    body: xmlDocument("InitiateMultipartUploadResult", s3Namespace, {
      Bucket: bucket.name,
      Key: address.key,
      UploadId: id,
    }),
  };
};

export const uploadPart: BucketHandler = async (call) => {
  const { request, bucket } = call;
  const number = partNumber(call);
  const upload = findUpload(call);
  const received = await receiveBody(request, bucket, upload.checksumAlgorithm);
  if (upload.checksumAsked && received.checksum.algorithm !== upload.checksumAlgorithm) {
    bucket.bodies.remove([received.body]);
    throw invalidRequest(
      `Checksum Type mismatch occurred, expected checksum Type: ${upload.checksumAlgorithm.toLowerCase()}, actual checksum Type: ${received.checksum.algorithm.toLowerCase()}`,
    );
  }
  keepPart(call, { number, body: received.body, etag: received.md5, checksum: received.checksum });
  return {
    status: 200,
    headers: {
      ETag: `"${received.md5}"`,
      [checksumHeader(received.checksum.algorithm)]: received.checksum.value,
    },
  };
};

export const uploadPartCopy: BucketHandler = async (call) => {
  const { request, bucket } = call;
  const number = partNumber(call);
  const upload = findUpload(call);
  const source = copySource(call);
  const asked = header(request, "x-amz-copy-source-range");
  const range = asked === undefined ? undefined : parseRange(asked, source.object.size);
  if (asked !== undefined && (range === undefined || !asked.endsWith(`-${range.end}`))) {
    throw invalidArgument(
      "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy",
      "x-amz-copy-source-range",
      asked,
    );
  }
  const { start, end } = range ?? { start: 0, end: source.object.size - 1 };
  const bytes = source.bucket.bodies.read(source.object.parts, start, end);
  const stream = bytes instanceof Readable ? bytes : Readable.from([bytes]);
  const stored = await storeBody(stream, bucket, upload.checksumAlgorithm);
  const part = keepPart(call, {
    number,
    body: stored.body,
    etag: stored.md5.toString("hex"),
    checksum: {
      algorithm: upload.checksumAlgorithm,
      value: stored.checksum.toString("base64"),
      type: "FULL_OBJECT",
    },
  });
  return {
    status: 200,
    headers: { "Content-Type": "application/xml" },
    body: xmlDocument("CopyPartResult", s3Namespace, {
      LastModified: part.modified,
      ETag: `"${part.etag}"`,
      ...(upload.checksumAsked ? { [`Checksum${part.checksum.algorithm}`]: part.checksum.value } : {}),
    }),
  };
};

export const abortMultipartUpload: BucketHandler = async (call) => {
  call.bucket.abortUpload(findUpload(call));
  return { status: 204 };
};

export function findUpload({ bucket, address, request }: BucketCall): OpenUpload {
  const id = request.query.get("uploadId") ?? "";
  const upload = bucket.uploads.get(id);
  if (upload === undefined || upload.key !== address.key) throw noSuchUpload(id);
  return upload;
}

function keepPart(call: BucketCall, part: Omit<UploadedPart, "modified">): UploadedPart {
  const kept = { ...part, modified: wholeSeconds(call.now) };
  try {
    call.bucket.putPart(findUpload(call).id, kept);
  } catch (error) {
    call.bucket.bodies.remove([part.body]);
    throw error;
  }
  return kept;
}

function partNumber({ request }: BucketCall): number {
  return integerParameter(request.query, "partNumber", 0, 1, maxParts);
}

function checksumType(asked: string | undefined, algorithm: Checksum["algorithm"]): Checksum["type"] {
  const fallback = algorithm === "CRC64NVME" ? "FULL_OBJECT" : "COMPOSITE";
  const type = asked ?? fallback;
  const allowed =
    algorithm === "CRC64NVME"
      ? ["FULL_OBJECT"]
      : algorithm.startsWith("SHA")
        ? ["COMPOSITE"]
        : ["COMPOSITE", "FULL_OBJECT"];
  if (!allowed.includes(type)) {
    throw invalidRequest(
      `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    );
  }
  return type as Checksum["type"];
}
