import { createHash } from "node:crypto";
import { CopyObjectCommand, GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { SiteFile } from "../../bundle/manifest.ts";
import type { ActionContext } from "../../kit/action.ts";
import { AdaptiveLimit, forEachLimited } from "../../kit/adaptive-limit.ts";
import { ActionError } from "../../kit/errors.ts";
import { inspectedObject } from "../../site/bucket/object-headers.ts";
import { keys } from "../store/keys.ts";
import { hasObject, type Store } from "../store/objects.ts";
import { nameOf, storeError } from "../store/store-errors.ts";
import type { FoundFile } from "./found.ts";

const fewest = 8;
const most = 32;

/**
 * Reads every file once for its hash and its headers, and has S3 copy those that the release store lacks. Returns them as a release
 * has them. Throws `AdoptRefused` where one is changed meanwhile.
 */
export async function copySiteFiles(
  store: Store,
  site: { readonly bucket: string; readonly files: readonly FoundFile[] },
  { signal }: Pick<ActionContext, "signal">,
): Promise<Readonly<Record<string, SiteFile>>> {
  const copied = new Map<string, SiteFile>();
  await forEachLimited(site.files, new AdaptiveLimit(fewest, most), signal, async (found) => {
    const file = await readFile(store.s3, site.bucket, found, signal);
    if (!(await hasObject(store, keys.blob(file.sha256))))
      await copy(store, site.bucket, found, file, signal);
    copied.set(found.key, file);
    return { pushedBack: false };
  });
  return Object.fromEntries([...copied].sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function readFile(
  s3: S3Client,
  bucket: string,
  { key, bytes, etag }: FoundFile,
  abortSignal: AbortSignal,
): Promise<SiteFile> {
  try {
    const command = new GetObjectCommand({ Bucket: bucket, Key: key, IfMatch: etag });
    const answer = await s3.send(command, { abortSignal });
    const hash = createHash("sha256");
    for await (const chunk of answer.Body as AsyncIterable<Uint8Array>) hash.update(chunk);
    const { contentType, cacheControl, contentEncoding, contentDisposition, metadata, redirect } =
      inspectedObject(answer);
    return {
      sha256: hash.digest("hex"),
      bytes,
      contentType: contentType || "binary/octet-stream",
      cacheControl,
      ...(contentEncoding !== undefined && { contentEncoding }),
      ...(contentDisposition !== undefined && { contentDisposition }),
      ...(metadata !== undefined && { metadata }),
      ...(redirect !== undefined && { redirect }),
    };
  } catch (error) {
    abortSignal.throwIfAborted();
    throw changed(error, bucket, key) ?? storeError(error, bucket, "read", key);
  }
}

/** By its name in the store, which says its content: whoever copied it before copied the same. */
async function copy(
  { s3, bucket }: Store,
  from: string,
  { key, etag }: FoundFile,
  { sha256, contentType }: SiteFile,
  abortSignal: AbortSignal,
): Promise<void> {
  const command = new CopyObjectCommand({
    Bucket: bucket,
    Key: keys.blob(sha256),
    CopySource: `${from}/${key.split("/").map(encodeURIComponent).join("/")}`,
    CopySourceIfMatch: etag,
    MetadataDirective: "REPLACE",
    ContentType: contentType,
  });
  try {
    await s3.send(command, { abortSignal });
  } catch (error) {
    abortSignal.throwIfAborted();
    throw changed(error, from, key) ?? storeError(error, bucket, "write", keys.blob(sha256));
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
