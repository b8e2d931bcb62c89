import type { Delete } from "../plan/plan.ts";
import type { OpenRecord } from "../record/open-record.ts";
import { statusOf } from "./s3-errors.ts";
import type { SiteBucket } from "./site-bucket.ts";

/** An ETag that no object has. */
const noEtag = '"00000000000000000000000000000000"';

/**
 * Whether the server honours `If-None-Match` and `If-Match` on writes: asked with the record that was just written, whose
 * own bytes are all that a server that ignores conditions would put in its place.
 */
export async function honoursWriteConditions(record: OpenRecord, written: Buffer): Promise<boolean> {
  return refused(async () => {
    const refusals = await record.areRefused(written, [{ IfNoneMatch: "*" }, { IfMatch: noEtag }]);
    return refusals.every(Boolean);
  });
}

/**
 * Whether the server honours an `ETag` per key in DeleteObjects: asked with an object that is to be deleted anyway.
 * Undefined where the answer says something else, such as that access is denied.
 */
export async function honoursDeleteConditions(
  bucket: SiteBucket,
  { key, reason }: Delete,
): Promise<boolean | undefined> {
  return refused(async () => {
    const why = (await bucket.remove([{ key, etag: noEtag, reason }])).get(key);
    if (why === undefined) return false;
    return why.startsWith("PreconditionFailed") ? true : undefined;
  });
}

/** A server that knows no conditions may also refuse the whole request. */
async function refused<T>(ask: () => Promise<T>): Promise<T | false> {
  try {
    return await ask();
  } catch (error) {
    if (isUnknownThere(error)) return false;
    throw error;
  }
}

/** The server does not know what the request asks for. */
export function isUnknownThere(error: unknown): boolean {
  const status = statusOf((error as Error).cause ?? error);
  return status === 501 || status === 400;
}
