import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { crc32 } from "node:zlib";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandInput,
  type CompleteMultipartUploadCommandOutput,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { BulkPut } from "../../aws/bulk-put.ts";
import type { ServedFile } from "../plan/served-file.ts";
import { headerFields, sha256Metadata } from "./object-headers.ts";
import { PartBuffers } from "./part-buffers.ts";

const mebibyte = 1024 * 1024;

const leastPartBytes = 8 * mebibyte;
/** Of parts in memory, whatever the number and size of files. */
const partsBytes = 48 * mebibyte;

/** The bytes of each part but the last; S3 takes at most 10,000 parts. */
export function partBytes(fileBytes: number): number {
  return Math.max(leastPartBytes, Math.ceil(fileBytes / 10_000 / mebibyte) * mebibyte);
}

export interface LargePut {
  readonly bucket: string;
  readonly key: string;
  readonly file: ServedFile;
  readonly path: string;
  /** Of the file that has the hash; where it is not known, all that is sent is hashed again. */
  readonly crc32?: number;
  /** Called with the bytes of each part that S3 has. */
  readonly onSent: (bytes: number) => void;
  readonly signal: AbortSignal;
}

interface LargeAnswer {
  readonly etag: string;
  readonly requests: number;
  readonly pushedBack: boolean;
}

type Completed = Pick<CompleteMultipartUploadCommandOutput, "ETag" | "$metadata">;

/** The file on the disk does not have the bytes that were promised; nothing of it is visible. */
export class FileChanged extends Error {}

/**
 * Sends large files in parts. S3 checks each part and the whole by CRC32, and it becomes visible only if what was read is the
 * file that has `file.sha256`. SHA-256 takes three times as long as CRC32, so no byte is hashed twice: parts are sent as
 * UNSIGNED-PAYLOAD, under a signature that their checksum is part of. A failed upload is aborted; what a killed one leaves costs storage until
 * the bucket's lifecycle aborts it.
 */
export class LargeFiles {
  readonly #s3: S3Client;
  readonly #bulk: BulkPut;
  readonly #buffers = new PartBuffers(partsBytes, leastPartBytes);

  constructor(s3: S3Client, bulk: BulkPut) {
    this.#s3 = s3;
    this.#bulk = bulk;
  }

  async put(put: LargePut): Promise<LargeAnswer> {
    await using file = await open(put.path);
    const target = { Bucket: put.bucket, Key: put.key };
    const created = await this.#s3.send(
      new CreateMultipartUploadCommand({
        ...target,
        ...headerFields(put.file),
        Metadata: { ...put.file.metadata, [sha256Metadata]: put.file.sha256 },
        ChecksumAlgorithm: "CRC32",
        ChecksumType: "FULL_OBJECT",
      }),
    );
    const upload = { ...target, UploadId: created.UploadId };
    try {
      const { parts, checksum, requests, pushedBack } = await this.#sendParts(
        put,
        file,
        created.UploadId ?? "",
      );
      const completed = await this.#complete(put, {
        ...upload,
        MultipartUpload: { Parts: parts },
        ChecksumCRC32: checksum,
        ChecksumType: "FULL_OBJECT",
      });
      const around = (created.$metadata.attempts ?? 1) + (completed.$metadata.attempts ?? 1);
      return { etag: completed.ETag ?? "", requests: requests + around, pushedBack };
    } catch (error) {
      await this.#s3.send(new AbortMultipartUploadCommand(upload)).catch(() => undefined);
      throw error;
    }
  }

  /**
   * Where the first answer was lost, a repeated completion may find no upload any more: S3 answers it as the first one for a
   * while, other servers do not. The object itself then says whether it is the one that was sent.
   */
  async #complete({ file }: LargePut, request: CompleteMultipartUploadCommandInput): Promise<Completed> {
    try {
      return await this.#s3.send(new CompleteMultipartUploadCommand(request));
    } catch (error) {
      if ((error as Error).name !== "NoSuchUpload") throw error;
      const { Bucket, Key } = request;
      const there = await this.#s3.send(new HeadObjectCommand({ Bucket, Key })).catch(() => undefined);
      const isOurs =
        there?.Metadata?.[sha256Metadata] === file.sha256 &&
        there.ContentLength === file.bytes &&
        there.ContentType === file.contentType &&
        there.CacheControl === file.cacheControl &&
        there.ContentEncoding === file.contentEncoding &&
        there.ContentDisposition === file.contentDisposition;
      if (!isOurs) throw error;
      return there;
    }
  }

  async #sendParts(
    { bucket, key, file, crc32: known, onSent, signal }: LargePut,
    source: FileHandle,
    uploadId: string,
  ) {
    const size = partBytes(file.bytes);
    const whole = known === undefined ? createHash("sha256") : undefined;
    const parts: { PartNumber: number; ETag: string; ChecksumCRC32: string }[] = [];
    const sending: Promise<void>[] = [];
    const failed = new AbortController();
    let checksum = 0;
    let requests = 0;
    let pushedBack = false;
    const send = async (partNumber: number, body: Uint8Array): Promise<void> => {
      const partChecksum = base64Crc32(crc32(body));
      const { etag, $metadata } = await this.#bulk.put(
        {
          bucket,
          key,
          query: { partNumber: String(partNumber), uploadId },
          headers: { "x-amz-checksum-crc32": partChecksum },
          body,
          payloadHash: "UNSIGNED-PAYLOAD",
        },
        AbortSignal.any([signal, failed.signal]),
      );
      requests += $metadata.attempts;
      pushedBack ||= $metadata.attempts > 1;
      parts[partNumber - 1] = { PartNumber: partNumber, ETag: etag, ChecksumCRC32: partChecksum };
      onSent(body.length);
    };
    for (let sent = 0; sent < file.bytes && !failed.signal.aborted; sent += size) {
      signal.throwIfAborted();
      const bytes = Math.min(size, file.bytes - sent);
      await new Promise<void>((goOn) => {
        const part = this.#buffers.lend(bytes, async (body) => {
          await fillFrom(source, sent, body);
          whole?.update(body);
          checksum = crc32(body, checksum);
          goOn();
          await send(sent / size + 1, body);
        });
        sending.push(
          part.catch((error) => {
            failed.abort(error);
            goOn();
          }),
        );
      });
    }
    await Promise.all(sending);
    failed.signal.throwIfAborted();
    const isTheFile = whole === undefined ? checksum === known : whole.digest("hex") === file.sha256;
    if (!isTheFile) throw new FileChanged("it changed while it was sent");
    return { parts, checksum: base64Crc32(checksum), requests, pushedBack };
  }
}

async function fillFrom(source: FileHandle, position: number, body: Buffer): Promise<void> {
  for (let filled = 0; filled < body.length; ) {
    const { bytesRead } = await source.read(body, filled, body.length - filled, position + filled);
    if (bytesRead === 0) throw new FileChanged("it became shorter while it was sent");
    filled += bytesRead;
  }
}

function base64Crc32(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes.toString("base64");
}
