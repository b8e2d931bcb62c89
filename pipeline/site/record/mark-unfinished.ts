import type { Runner } from "../../kit/runner.ts";
import { isUnsupported } from "../bucket/s3-errors.ts";
import type { RecordContent } from "../plan/site-record.ts";
import type { RecordWriter } from "./record-writer.ts";
import { honoursWriteConditions } from "./write-conditions.ts";

/**
 * Writes the record as unfinished. The first time in a bucket that only a lease guards, it also finds out what its server
 * promises; the first phase need not wait for that: `asked` is to be awaited before the next one, and before the record is written.
 */
export async function markUnfinished(
  record: RecordWriter,
  content: RecordContent,
  runner: Pick<Runner, "warning">,
): Promise<{ readonly asked: Promise<void> }> {
  const isGuarded = content.unfinished?.attempt === undefined || record.preconditions.writes !== undefined;
  if (isGuarded) {
    await record.write(content);
    return { asked: Promise.resolve() };
  }
  let written: Buffer;
  try {
    written = await record.write(content);
  } catch (error) {
    if (!isUnsupported(error)) throw error;
    record.preconditions = { ...record.preconditions, writes: false };
    written = await record.write(content);
  }
  return { asked: ask(record, written, runner) };
}

async function ask(record: RecordWriter, written: Buffer, runner: Pick<Runner, "warning">): Promise<void> {
  const writes = record.preconditions.writes ?? (await honoursWriteConditions(record, written));
  record.preconditions = { ...record.preconditions, writes };
  if (writes) return;
  runner.warning(
    "this server ignores If-Match and If-None-Match: two syncs at once may not notice each other, so keep them apart with a `concurrency` group",
    "No conditional writes",
  );
}
