import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { AwsError, type AwsRequest } from "../../service.ts";
import { crc32c, crc64nvme, type Hasher } from "./crc.ts";

export type ChecksumAlgorithm = "CRC32" | "CRC32C" | "CRC64NVME" | "SHA1" | "SHA256";

export const checksumAlgorithms: readonly ChecksumAlgorithm[] = [
  "CRC32",
  "CRC32C",
  "CRC64NVME",
  "SHA1",
  "SHA256",
];

/** A checksum as it is stored beside an object or a part. */
export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Base64; with a suffix `-N` for composite ones. */
  readonly value: string;
  readonly type: "FULL_OBJECT" | "COMPOSITE";
}

/** What a request says about the checksums of its payload. */
interface DeclaredChecksums {
  /** The algorithm to compute and keep; undefined when the client leaves it to S3. */
  readonly algorithm: ChecksumAlgorithm | undefined;
  /** Throws when a checksum that was sent, in a header or a trailer, is not that of the payload. */
  verify(computed: { readonly md5: Buffer; readonly checksum: Buffer }): void;
}

export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

export function newHasher(algorithm: ChecksumAlgorithm | "MD5"): Hasher {
  switch (algorithm) {
    case "CRC32": {
      let value = 0;
      return {
        update: (bytes) => {
          value = crc32(bytes, value);
        },
        digest: () => {
          const out = Buffer.alloc(4);
          out.writeUInt32BE(value);
          return out;
        },
      };
    }
    case "CRC32C":
      return crc32c();
    case "CRC64NVME":
      return crc64nvme();
    default:
      return createHash(algorithm.toLowerCase());
  }
}

export function parseAlgorithm(text: string): ChecksumAlgorithm {
  const algorithm = checksumAlgorithms.find((known) => known === text.toUpperCase());
  if (algorithm === undefined) {
    throw new AwsError(
      "InvalidRequest",
      400,
      "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]",
    );
  }
  return algorithm;
}

/** Reads `Content-MD5`, `x-amz-checksum-*` (header or announced trailer) and `x-amz-sdk-checksum-algorithm`. */
export function declaredChecksums(request: AwsRequest): DeclaredChecksums {
  const { headers } = request;
  const contentMd5 = text(headers["content-md5"]);
  if (contentMd5 !== undefined && Buffer.from(contentMd5, "base64").length !== 16) {
    throw new AwsError("InvalidDigest", 400, "The Content-MD5 you specified is not valid.");
  }
  const sent = checksumAlgorithms.filter((algorithm) => headers[checksumHeader(algorithm)] !== undefined);
  const trailed = (text(headers["x-amz-trailer"]) ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name.startsWith("x-amz-checksum-"))
    .map((name) => parseAlgorithm(name.slice("x-amz-checksum-".length)));
  if (new Set([...sent, ...trailed]).size > 1) {
    throw new AwsError(
      "InvalidRequest",
      400,
      "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
    );
  }
  const named = text(headers["x-amz-sdk-checksum-algorithm"]);
  const algorithm = sent[0] ?? trailed[0] ?? (named === undefined ? undefined : parseAlgorithm(named));
  return {
    algorithm,
    verify({ md5, checksum }) {
      if (contentMd5 !== undefined && !Buffer.from(contentMd5, "base64").equals(md5)) {
        throw new AwsError(
          "BadDigest",
          400,
          "The Content-MD5 you specified did not match what we received.",
          { ExpectedDigest: contentMd5, CalculatedDigest: md5.toString("base64") },
        );
      }
      if (algorithm === undefined) return;
      const name = checksumHeader(algorithm);
      const expected = sent.length > 0 ? text(headers[name]) : request.trailers[name];
      if (expected === undefined) {
        if (trailed.length === 0) return;
        throw new AwsError(
          "MalformedTrailerError",
          400,
          `The trailer ${name} that was announced did not come`,
        );
      }
      if (Buffer.from(expected, "base64").length !== checksum.length) {
        throw new AwsError("InvalidRequest", 400, `Value for ${name} header is invalid.`);
      }
      if (!Buffer.from(expected, "base64").equals(checksum)) {
        throw new AwsError(
          "BadDigest",
          400,
          `The ${algorithm} you specified did not match the calculated checksum.`,
        );
      }
    },
  };
}

/** The response headers that tell a checksum. */
export function checksumHeaders(checksum: Checksum | undefined): Record<string, string> {
  if (checksum === undefined) return {};
  return { [checksumHeader(checksum.algorithm)]: checksum.value, "x-amz-checksum-type": checksum.type };
}

/** The elements that tell a checksum in a document: `ChecksumCRC32` and `ChecksumType`. */
export function checksumElements(checksum: Checksum | undefined): Record<string, string> {
  if (checksum === undefined) return {};
  return { [`Checksum${checksum.algorithm}`]: checksum.value, ChecksumType: checksum.type };
}

function text(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
