import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { BulkPut } from "../../aws/bulk-put.ts";
import { mostConnections } from "../../aws/transport.ts";
import { type SiteFile, siteFolder } from "../../bundle/manifest.ts";
import { liesInFolder } from "../../bundle/redirects.ts";
import { AdaptiveLimit, forEachLimited } from "../../kit/adaptive-limit.ts";
import { ByteBudget } from "../../kit/byte-budget.ts";
import { keys } from "../store/keys.ts";
import type { Store } from "../store/objects.ts";
import { storeError, withRetries } from "../store/store-errors.ts";

/** Of site files in memory at once; a larger one is alone. */
const bodiesBytes = 64 * 1024 * 1024;

/** Creates a blob for each site file of the bundle that the store does not have. Returns the bytes of those created. */
export async function uploadBlobs(
  { s3, bucket }: Store,
  directory: string,
  files: ReadonlyMap<string, SiteFile>,
  signal: AbortSignal,
): Promise<number> {
  const bulk = new BulkPut(s3);
  const budget = new ByteBudget(bodiesBytes);
  let created = 0;
  const upload = async (
    path: string | undefined,
    file: SiteFile,
  ): Promise<{ readonly pushedBack: boolean }> => {
    const key = keys.blob(file.sha256);
    const body = path === undefined ? Buffer.alloc(0) : await readFile(path);
    const headers = { "content-type": file.contentType, "if-none-match": "*" };
    const request = { bucket, key, headers, body, payloadHash: file.sha256 };
    try {
      const { $metadata } = await withRetries(() => bulk.put(request, signal));
      created += file.bytes;
      return { pushedBack: $metadata.attempts > 1 };
    } catch (error) {
      if ((error as Error).name === "PreconditionFailed") return { pushedBack: false };
      throw storeError(error, bucket, "write", key);
    }
  };
  await forEachLimited([...files], new AdaptiveLimit(32, mostConnections), signal, ([key, file]) =>
    budget.spend(file.bytes, () =>
      upload(liesInFolder(file) ? join(directory, siteFolder, key) : undefined, file),
    ),
  );
  return created;
}
