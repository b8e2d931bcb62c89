import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { SourceBundle } from "../versions/wanted-version.ts";

/** A part of an archive, and where in it that begins. */
export interface ArchivePart {
  readonly bytes: Buffer;
  readonly start: number;
}

/** The bytes of a source bundle, wherever they lie. Rejects where they cannot be read. */
export interface StoredBundle {
  /** The last bytes, or all where there are fewer. */
  tail(bytes: number): Promise<ArchivePart>;
  /** From one offset up to another, which is left out. */
  range(from: number, to: number): Promise<ArchivePart>;
}

/** Opens source bundles by their place. */
export type OpenBundle = (place: SourceBundle) => StoredBundle;

/** A source bundle in S3, read by ranges: most of it nobody has to look at. */
export function bundleInS3(s3: S3Client, { bucket, key }: SourceBundle): StoredBundle {
  const read = async (range: string): Promise<ArchivePart> => {
    const command = new GetObjectCommand({ Bucket: bucket, Key: key, Range: `bytes=${range}` });
    const answer = await s3.send(command);
    const bytes = Buffer.from((await answer.Body?.transformToByteArray()) ?? new Uint8Array());
    return { bytes, start: Number(/^bytes (\d+)-/.exec(answer.ContentRange ?? "")?.[1] ?? 0) };
  };
  return { tail: (bytes) => read(`-${bytes}`), range: (from, to) => read(`${from}-${to - 1}`) };
}

export function bundleInMemory(content: Uint8Array): StoredBundle {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const part = (start: number, end: number): ArchivePart => ({ bytes: bytes.subarray(start, end), start });
  return {
    tail: async (count) => part(Math.max(0, bytes.length - count), bytes.length),
    range: async (from, to) => part(from, to),
  };
}
