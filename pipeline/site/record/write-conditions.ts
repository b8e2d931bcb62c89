import { isUnsupported } from "../bucket/s3-errors.ts";
import type { RecordWriter } from "./record-writer.ts";

/** An ETag that no object has. */
const noEtag = '"00000000000000000000000000000000"';

/**
 * Whether the server honours `If-None-Match` and `If-Match` on writes: asked with the record that was just written, whose
 * own bytes are all that a server that ignores conditions would put in its place.
 */
export async function honoursWriteConditions(record: RecordWriter, written: Buffer): Promise<boolean> {
  try {
    const refusals = await record.areRefused(written, [{ IfNoneMatch: "*" }, { IfMatch: noEtag }]);
    return refusals.every(Boolean);
  } catch (error) {
    // A server that knows no conditions may also refuse the whole request.
    if (isUnsupported(error)) return false;
    throw error;
  }
}
