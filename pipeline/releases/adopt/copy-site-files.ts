import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { BulkPut } from "../../aws/bulk-put.ts";
import type { SiteFile } from "../../bundle/manifest.ts";
import type { ActionContext } from "../../kit/action.ts";
import { AdaptiveLimit, forEachLimited } from "../../kit/adaptive-limit.ts";
import { ByteBudget } from "../../kit/byte-budget.ts";
import { ActionError } from "../../kit/errors.ts";
import { sha256 } from "../../kit/sha256.ts";
import { inspectedObject } from "../../site/bucket/object-headers.ts";
import { keys } from "../store/keys.ts";
import type { Store } from "../store/objects.ts";
import { nameOf, storeError, withRetries } from "../store/store-errors.ts";
import type { FoundFile } from "./found.ts";

const fewest = 8;
const most = 32;
/** Of files in memory at once; a larger one is alone. */
const bodiesBytes = 64 * 1024 * 1024;

/**
 * Reads every file once, for its headers and its bytes, and creates what the release store lacks of them: the store's policy lets nobody
 * write but with `If-None-Match`. Returns them as a release has them. Throws `AdoptRefused` where one is changed meanwhile.
 */
export async function copySiteFiles(
  store: Store,
  site: { readonly bucket: string; readonly files: readonly FoundFile[] },
  { signal }: Pick<ActionContext, "signal">,
): Promise<Readonly<Record<string, SiteFile>>> {
  const copied = new Map<string, SiteFile>();
  const bulk = new BulkPut(store.s3);
  const budget = new ByteBudget(bodiesBytes);
  await forEachLimited(site.files, new AdaptiveLimit(fewest, most), signal, (found) =>
    budget.spend(found.bytes, async () => {
      const { file, body } = await readFile(store.s3, site.bucket, found, signal);
      const pushedBack = await create(store, bulk, { file, body }, signal);
      copied.set(found.key, file);
      return { pushedBack };
    }),
  );
  return Object.fromEntries([...copied].sort(([a], [b]) => (a < b ? -1 : 1)));
}

interface ReadFile {
  readonly file: SiteFile;
  readonly body: Uint8Array;
}

async function readFile(
  s3: S3Client,
  bucket: string,
  { key, bytes, etag }: FoundFile,
  abortSignal: AbortSignal,
): Promise<ReadFile> {
  try {
    const command = new GetObjectCommand({ Bucket: bucket, Key: key, IfMatch: etag });
    const answer = await s3.send(command, { abortSignal });
    const body = (await answer.Body?.transformToByteArray()) ?? new Uint8Array();
    const { contentType, cacheControl, contentEncoding, contentDisposition, metadata, redirect } =
      inspectedObject(answer);
    const file = {
      sha256: sha256(body),
      bytes,
      contentType: contentType || "binary/octet-stream",
      cacheControl,
      ...(contentEncoding !== undefined && { contentEncoding }),
      ...(contentDisposition !== undefined && { contentDisposition }),
      ...(metadata !== undefined && { metadata }),
      ...(redirect !== undefined && { redirect }),
    };
    return { file, body };
  } catch (error) {
    abortSignal.throwIfAborted();
    throw changed(error, bucket, key) ?? storeError(error, bucket, "read", key);
  }
}

/** By its name in the store, which says its content: whoever created it before created the same. Says whether S3 asked for less. */
async function create(
  { bucket }: Store,
  bulk: BulkPut,
  { file, body }: ReadFile,
  signal: AbortSignal,
): Promise<boolean> {
  const key = keys.blob(file.sha256);
  const headers = { "content-type": file.contentType, "if-none-match": "*" };
  try {
    const request = { bucket, key, headers, body: Buffer.from(body), payloadHash: file.sha256 };
    const { $metadata } = await withRetries(() => bulk.put(request, signal));
    return $metadata.attempts > 1;
  } catch (error) {
    signal.throwIfAborted();
    if (nameOf(error) === "PreconditionFailed") return false;
    throw storeError(error, bucket, "write", key);
  }
}

function changed(cause: unknown, bucket: string, key: string): ActionError | undefined {
  if (!["PreconditionFailed", "NoSuchKey"].includes(nameOf(cause))) return undefined;
  return new ActionError(
    "AdoptRefused",
    `"${key}" in the bucket "${bucket}" was changed while it was copied`,
    {
      hint: "see that nobody deploys meanwhile, then run it again: it goes on with what is there already",
      cause,
    },
  );
}
