import { ActionError } from "../../kit/errors.ts";
import type { Delete } from "../plan/site-plan.ts";
import { isUnsupported } from "./s3-errors.ts";
import type { SiteBucket } from "./site-bucket.ts";

/** S3 takes no more in one request. */
const mostAtOnce = 1000;

/**
 * Deletes what the plan says, in the versions that it saw unless the server knows no conditions. Throws `DeletesRefused`
 * after having tried all: the site is right by then, only not tidy.
 */
export async function deleteFiles(
  deletes: readonly Delete[],
  bucket: SiteBucket,
  conditional: boolean,
): Promise<void> {
  const refused: string[] = [];
  for (let start = 0; start < deletes.length; start += mostAtOnce) {
    for (const [key, why] of await bucket.remove(deletes.slice(start, start + mostAtOnce), conditional)) {
      refused.push(`"${key}" (${why})`);
    }
  }
  if (refused.length === 0) return;
  throw new ActionError(
    "DeletesRefused",
    `the site is in place, but S3 did not delete ${refused.length} old files: ${refused.slice(0, 5).join(", ")}`,
    { hint: "run the sync again; grant the role s3:DeleteObject if access was denied" },
  );
}

/** An ETag that no object has. */
const noEtag = '"00000000000000000000000000000000"';

/**
 * Whether the server honours an `ETag` per key in DeleteObjects: asked with an object that is to be deleted anyway.
 * Undefined where the answer says something else, such as that access is denied.
 */
export async function honoursDeleteConditions(
  bucket: SiteBucket,
  { key, reason }: Delete,
): Promise<boolean | undefined> {
  try {
    const why = (await bucket.remove([{ key, etag: noEtag, reason }])).get(key);
    if (why === undefined) return false;
    return why.startsWith("PreconditionFailed") ? true : undefined;
  } catch (error) {
    // A server that knows no conditions may also refuse the whole request.
    if (isUnsupported(error)) return false;
    throw error;
  }
}
