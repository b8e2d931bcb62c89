import { honoursWriteConditions, isUnknownThere } from "../bucket/preconditions.ts";
import type { SyncSiteOptions } from "../sync-site.ts";
import type { OpenRecord, RecordContent } from "./open-record.ts";

/**
 * Writes the record as unfinished. The first time in a bucket that only a lease guards, it also finds out what its server
 * promises; the first phase need not wait for that: `asked` is to be awaited before the next one, and before the record is written.
 */
export async function beginRecord(
  record: OpenRecord,
  content: RecordContent,
  options: SyncSiteOptions,
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
    if (!isUnknownThere(error)) throw error;
    record.preconditions = { ...record.preconditions, writes: false };
    written = await record.write(content);
  }
  return { asked: ask(record, written, options) };
}

async function ask(record: OpenRecord, written: Buffer, { runner }: SyncSiteOptions): Promise<void> {
  const writes = record.preconditions.writes ?? (await honoursWriteConditions(record, written));
  record.preconditions = { ...record.preconditions, writes };
  if (writes) return;
  runner.warning(
    "this server ignores If-Match and If-None-Match: two syncs at once may not notice each other, so keep them apart with a `concurrency` group",
    "No conditional writes",
  );
}
