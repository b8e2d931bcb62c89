import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { ActionError } from "../../kit/errors.ts";
import { nameOf, statusOf, storeError, withRetries } from "./store-errors.ts";

/** The artifacts bucket and how to reach it. */
export interface Store {
  readonly s3: S3Client;
  readonly bucket: string;
}

export interface StoredText {
  readonly text: string;
  /** Opaque; the condition of the next change. */
  readonly etag: string;
  /** How long ago it was written, by S3's own clock alone; 0 where the server does not say the time. In whole seconds. */
  readonly ageMs: number;
}

/** Reads an object whole; undefined where there is none. */
export async function readText(store: Store, key: string): Promise<StoredText | undefined> {
  const bytes = await readBytes(store, key);
  return bytes && { ...bytes, text: Buffer.from(bytes.content).toString("utf8") };
}

export async function readBytes(
  { s3, bucket }: Store,
  key: string,
): Promise<{ readonly content: Uint8Array; readonly etag: string; readonly ageMs: number } | undefined> {
  const command = new GetObjectCommand({ Bucket: bucket, Key: key });
  let servedAt = Number.NaN;
  command.middlewareStack.add(
    (next) => async (request) => {
      const answer = await next(request);
      servedAt = Date.parse((answer.response as { headers?: { date?: string } }).headers?.date ?? "");
      return answer;
    },
    { step: "deserialize" },
  );
  try {
    return await withRetries(async () => {
      const answer = await s3.send(command);
      const age = servedAt - (answer.LastModified?.getTime() ?? Number.NaN);
      return {
        content: (await answer.Body?.transformToByteArray()) ?? new Uint8Array(),
        etag: answer.ETag ?? "",
        ageMs: Number.isNaN(age) ? 0 : age,
      };
    });
  } catch (error) {
    if (statusOf(error) === 404 && nameOf(error) !== "NoSuchBucket") return undefined;
    throw storeError(error, bucket, "read", key);
  }
}

/** Writes an object to a file, however large it is. Returns its sha256; undefined where there is none. */
export async function readToFile(
  { s3, bucket }: Store,
  key: string,
  path: string,
): Promise<string | undefined> {
  try {
    return await withRetries(async () => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      const hash = createHash("sha256");
      const hashed = async function* (chunks: AsyncIterable<Uint8Array>) {
        for await (const chunk of chunks) {
          hash.update(chunk);
          yield chunk;
        }
      };
      await pipeline(Body as Readable, hashed, createWriteStream(path));
      return hash.digest("hex");
    });
  } catch (error) {
    if (statusOf(error) === 404 && nameOf(error) !== "NoSuchBucket") return undefined;
    throw storeError(error, bucket, "read", key);
  }
}

/** True when the object exists. */
export async function hasObject({ s3, bucket }: Store, key: string): Promise<boolean> {
  try {
    await withRetries(() => s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key })));
    return true;
  } catch (error) {
    if (statusOf(error) === 404) return false;
    throw storeError(error, bucket, "look for", key);
  }
}

/**
 * Creates an object that must not exist yet. Undefined when it exists with other content; when it exists with this very
 * content it counts as created, since a retry whose first answer was lost finds what it wrote itself.
 */
export async function createText(store: Store, key: string, text: string): Promise<StoredText | undefined> {
  return put(store, key, text, { IfNoneMatch: "*" });
}

/** Replaces what was read with this ETag. Undefined when somebody changed or removed it since. */
export async function replaceText(
  store: Store,
  key: string,
  text: string,
  etag: string,
): Promise<StoredText | undefined> {
  return put(store, key, text, { IfMatch: etag });
}

async function put(
  store: Store,
  key: string,
  text: string,
  condition: { readonly IfMatch: string } | { readonly IfNoneMatch: "*" },
): Promise<StoredText | undefined> {
  const { s3, bucket } = store;
  try {
    const answer = await withRetries(() =>
      s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: text,
          ContentType: "application/json",
          ...condition,
        }),
      ),
    );
    return { text, etag: answer.ETag ?? "", ageMs: 0 };
  } catch (error) {
    if (statusOf(error) !== 412 && statusOf(error) !== 404) throw storeError(error, bucket, "write", key);
    if (nameOf(error) === "NoSuchBucket") throw storeError(error, bucket, "write", key);
    const there = await readText(store, key);
    return there?.text === text ? there : undefined;
  }
}

/** Removes what was read with this ETag. False when somebody changed it since; true also when it is gone already. */
export async function removeObject({ s3, bucket }: Store, key: string, etag: string): Promise<boolean> {
  try {
    await withRetries(() => s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, IfMatch: etag })));
    return true;
  } catch (error) {
    if (nameOf(error) === "NoSuchKey") return true;
    if (statusOf(error) === 412) return false;
    throw storeError(error, bucket, "remove", key);
  }
}

/** Removes up to 1000 objects; one that is gone already is fine. Throws for the first that S3 does not remove. */
export async function removeObjects({ s3, bucket }: Store, keys: readonly string[]): Promise<void> {
  const command = new DeleteObjectsCommand({
    Bucket: bucket,
    Delete: { Objects: keys.map((Key) => ({ Key })), Quiet: true },
  });
  const { Errors = [] } = await withRetries(() => s3.send(command)).catch((error: unknown) => {
    throw storeError(error, bucket, "remove", keys[0] ?? "");
  });
  const [first] = Errors;
  if (!first) return;
  throw new ActionError(
    first.Code === "AccessDenied" ? "AccessDenied" : "ServiceUnavailable",
    `S3 did not remove ${Errors.length} of ${keys.length} objects, "${first.Key}" among them: ${first.Code} ${first.Message ?? ""}`,
    { hint: "compare the role's policy with infrastructure/" },
  );
}

/** Creates an object of bytes; false when it exists already, whatever its content. */
export async function createBytes(
  { s3, bucket }: Store,
  key: string,
  content: Uint8Array,
  contentType: string,
): Promise<boolean> {
  try {
    await withRetries(() =>
      s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: content,
          ContentType: contentType,
          IfNoneMatch: "*",
        }),
      ),
    );
    return true;
  } catch (error) {
    if (statusOf(error) === 412) return false;
    throw storeError(error, bucket, "write", key);
  }
}
