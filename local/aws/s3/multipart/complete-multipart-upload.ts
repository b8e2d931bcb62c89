import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { AwsError, type AwsResponse, readBody } from "../../service.ts";
import { xmlDocument } from "../../xml.ts";
import {
  type Checksum,
  checksumAlgorithms,
  checksumElements,
  checksumHeader,
  newHasher,
} from "../checksums/checksums.ts";
import { encryptionHeaders, etagOf } from "../objects/placement.ts";
import { WriteCondition } from "../objects/preconditions.ts";
import { invalidRequest, malformedXml } from "../protocol/errors.ts";
import { header, s3Namespace } from "../protocol/parameters.ts";
import { children, list, parseXml, textOf } from "../protocol/xml-input.ts";
import type { BucketCall, BucketHandler } from "../requests/call.ts";
import type { Bucket, OpenUpload, UploadedPart } from "../storage/bucket.ts";
import type { ObjectRecord } from "../storage/object-record.ts";
import { wholeSeconds } from "../storage/store.ts";
import { versionHeader } from "../versioning/find-version.ts";
import { findUpload, maxParts } from "./multipart-uploads.ts";

const minPartBytes = 5 * 1024 * 1024;

export const completeMultipartUpload: BucketHandler = async (call) => {
  const { request, bucket, address, now } = call;
  const asked = readParts((await readBody(request.body, 4 * 1024 * 1024)).toString("utf8"));
  const uploadId = request.query.get("uploadId") ?? "";
  const existing = bucket.get(address.key);
  // S3 answers a repeated completion as the first one: the client may not have seen that answer.
  if (existing?.uploadId === uploadId && !bucket.uploads.has(uploadId)) return completed(call, existing);
  const upload = findUpload(call);
  using condition = new WriteCondition(bucket, address.key, request.headers);
  const parts = choose(upload, asked);
  const size = parts.reduce((sum, part) => sum + part.body.size, 0);
  const announced = header(request, "x-amz-mp-object-size");
  if (announced !== undefined && Number(announced) !== size) {
    throw invalidRequest(
      `The provided 'x-amz-mp-object-size' header value ${announced} does not match what was computed: ${size}`,
    );
  }
  const checksum = await checksumOf(upload, parts, bucket);
  verifyChecksum(call, checksum);
  // The checksum took time: another request may have ended the upload, or replaced a part.
  findUpload(call);
  for (const part of parts) {
    if (upload.parts.get(part.number) !== part) throw invalidPart(upload, part);
  }
  condition.check();
  const object: ObjectRecord = {
    headers: upload.headers,
    metadata: upload.metadata,
    ...(upload.tags === undefined ? {} : { tags: upload.tags }),
    key: address.key,
    etag: `${etagOf(bucket, upload, md5OfParts(parts))}-${parts.length}`,
    size,
    modified: wholeSeconds(now),
    parts: parts.map(({ body }) => body),
    checksum,
    uploadId,
  };
  return completed(call, bucket.put(object));
};

interface AskedPart {
  readonly number: number;
  readonly etag: string;
  readonly checksums: Readonly<Record<string, string | undefined>>;
}

function readParts(text: string): readonly AskedPart[] {
  const parts = list(parseXml(text, "CompleteMultipartUpload").Part).map(children);
  if (parts.length === 0 || parts.length > maxParts) throw malformedXml();
  return parts.map((part) => {
    const number = Number(textOf(part.PartNumber));
    const etag = textOf(part.ETag);
    if (!Number.isInteger(number) || etag === undefined) throw malformedXml();
    return {
      number,
      etag: etag.trim().replace(/^"|"$/g, ""),
      checksums: Object.fromEntries(
        checksumAlgorithms.map((algorithm) => [algorithm, textOf(part[`Checksum${algorithm}`])]),
      ),
    };
  });
}

/** The uploaded parts that the request names, after every check that S3 makes. */
function choose(upload: OpenUpload, asked: readonly AskedPart[]): readonly UploadedPart[] {
  if (asked.some((one, index) => index > 0 && one.number <= (asked[index - 1] as AskedPart).number)) {
    throw new AwsError(
      "InvalidPartOrder",
      400,
      "The list of parts was not in ascending order. Parts must be ordered by part number.",
      { UploadId: upload.id },
    );
  }
  return asked.map((one, index) => {
    const part = upload.parts.get(one.number);
    const checksum = part && one.checksums[part.checksum.algorithm];
    if (part === undefined || part.etag !== one.etag || (checksum && checksum !== part.checksum.value)) {
      throw invalidPart(upload, one);
    }
    if (index < asked.length - 1 && part.body.size < minPartBytes) {
      throw new AwsError(
        "EntityTooSmall",
        400,
        "Your proposed upload is smaller than the minimum allowed size",
        {
          ProposedSize: part.body.size,
          MinSizeAllowed: minPartBytes,
          PartNumber: part.number,
          ETag: part.etag,
        },
      );
    }
    return part;
  });
}

function invalidPart(upload: OpenUpload, part: { readonly number: number; readonly etag: string }): AwsError {
  return new AwsError(
    "InvalidPart",
    400,
    "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    { UploadId: upload.id, PartNumber: part.number, ETag: part.etag },
  );
}

function md5OfParts(parts: readonly UploadedPart[]): string {
  const hash = createHash("md5");
  for (const { etag } of parts) hash.update(Buffer.from(etag, "hex"));
  return hash.digest("hex");
}

/** Over the whole, or over the parts' checksums: https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html */
async function checksumOf(
  upload: OpenUpload,
  parts: readonly UploadedPart[],
  bucket: Bucket,
): Promise<Checksum> {
  const { checksumAlgorithm: algorithm, checksumType: type } = upload;
  const hasher = newHasher(algorithm);
  if (type === "COMPOSITE") {
    for (const { checksum } of parts) hasher.update(Buffer.from(checksum.value, "base64"));
    return { algorithm, type, value: `${hasher.digest().toString("base64")}-${parts.length}` };
  }
  const bodies = parts.map(({ body }) => body);
  const size = bodies.reduce((sum, body) => sum + body.size, 0);
  const bytes = bucket.bodies.read(bodies, 0, size - 1);
  for await (const chunk of bytes instanceof Readable ? (bytes as AsyncIterable<Buffer>) : [bytes]) {
    hasher.update(chunk);
  }
  return { algorithm, type, value: hasher.digest().toString("base64") };
}

function verifyChecksum({ request }: BucketCall, checksum: Checksum): void {
  const sent = header(request, checksumHeader(checksum.algorithm));
  if (sent === undefined || sent === checksum.value || `${sent}-` === checksum.value.replace(/\d+$/, ""))
    return;
  throw new AwsError(
    "BadDigest",
    400,
    `The ${checksum.algorithm.toLowerCase()} you specified did not match the calculated checksum.`,
  );
}

function completed({ bucket, request }: BucketCall, object: ObjectRecord): AwsResponse {
  const location = `http://${request.headers.host ?? "localhost"}/${bucket.name}/${encodeURI(object.key)}`;
  return {
    status: 200,
    headers: {
      "Content-Type": "application/xml",
      ...encryptionHeaders(object),
      ...versionHeader(bucket, object),
    },
    body: xmlDocument("CompleteMultipartUploadResult", s3Namespace, {
      Location: location,
      Bucket: bucket.name,
      Key: object.key,
      ETag: `"${object.etag}"`,
      ...checksumElements(object.checksum),
    }),
  };
}
