// The second half of the story: carries out a plan, and decides nothing.
import { setImmediate as turn } from "node:timers/promises";
import { deleteFiles, honoursDeleteConditions } from "./bucket/delete-files.ts";
import type { SiteBucket } from "./bucket/site-bucket.ts";
import { type WrittenFiles, writeFiles } from "./bucket/write-files.ts";
import { type Invalidation, invalidateKeys } from "./cdn/invalidate-keys.ts";
import type { Caching } from "./cdn/site-cache.ts";
import { siteDigest } from "./plan/completed-sync.ts";
import {
  type Decided,
  mustForgetFirst,
  mustInvalidate,
  recordAfterWrites,
  recordAtEnd,
  recordBeforeWrites,
} from "./plan/record-steps.ts";
import type { Delete } from "./plan/site-plan.ts";
import type { RecordContent, SyncMark } from "./plan/site-record.ts";
import { Lease, withoutLease } from "./record/lease.ts";
import { markUnfinished } from "./record/mark-unfinished.ts";
import type { RecordWriter } from "./record/record-writer.ts";
import type { Wanted } from "./source/generated-files.ts";
import type { SyncOwner, SyncServices } from "./sync-options.ts";

/** What is written to, and what has to forget. */
interface ApplyTarget {
  readonly bucket: SiteBucket;
  /** What the bucket has. */
  readonly listed: ReadonlyMap<string, { readonly etag: string }>;
  readonly record: RecordWriter;
  readonly caching: Caching | undefined;
}

export interface Applied extends WrittenFiles {
  readonly invalidation?: Invalidation;
}

/**
 * Writes, commits the record, then deletes. The record is marked as unfinished from before the first change until after the
 * last one, and is the lease meanwhile. After a failure it stays marked, without the lease.
 */
export async function applyPlan(
  decided: Decided,
  content: Wanted["content"],
  target: ApplyTarget,
  owner: SyncOwner,
  services: SyncServices,
): Promise<Applied> {
  const { plan, record: before } = decided;
  const { bucket, record } = target;
  if (plan.puts.length + plan.deletes.length > 0) {
    const { release = null, config = null } = before ?? {};
    await owner.beforeChange?.({ ...bucket.site, release, config });
  }
  using lease = owner.leaseAttempt === undefined ? undefined : new Lease(record, services.clock);
  try {
    const mark = markOf(owner, services.clock.now());
    return await changeSite(decided, content, target, { mark, lease }, services);
  } catch (error) {
    await giveBack(record);
    throw error;
  }
}

interface Held {
  readonly mark: SyncMark;
  readonly lease: Lease | undefined;
}

async function changeSite(
  decided: Decided,
  content: Wanted["content"],
  { bucket, listed, record, caching }: ApplyTarget,
  { mark, lease }: Held,
  { runner, clock, signal }: SyncServices,
): Promise<Applied> {
  const { wanted, rules, plan } = decided;
  const { asked } =
    plan.puts.length === 0
      ? { asked: Promise.resolve() }
      : await markUnfinished(record, recordBeforeWrites(decided, mark), runner);
  const beforePhase = async (isFirst: boolean): Promise<void> => {
    if (!isFirst) await asked;
    await lease?.check();
  };
  const lost = lease === undefined ? signal : AbortSignal.any([signal, lease.lost]);
  const writing = writeFiles(plan, { content, bucket, listed }, beforePhase, { runner, clock }, lost);
  const digesting = whileWaiting(() => siteDigest(wanted, rules, bucket.site.bucket));
  const written = await both(writing, asked);
  const isToInvalidate = mustInvalidate(decided);
  if (isToInvalidate || plan.deletes.length > 0) {
    const content = recordAfterWrites(decided, written.objects, lease === undefined ? undefined : mark);
    await (await markUnfinished(record, content, runner)).asked;
    await lease?.check();
  }
  const invalidation = isToInvalidate ? await invalidate(decided, caching, bucket, record) : undefined;
  if (plan.deletes.length > 0) await lease?.check();
  if (plan.deletes.length > 0) await deleteOld(plan.deletes, bucket, record, runner);
  await record.write(recordAtEnd(decided, written.objects, await digesting));
  return { ...written, ...(invalidation ? { invalidation } : {}) };
}

function markOf({ by, leaseAttempt }: SyncOwner, now: Date): SyncMark {
  const attempt = leaseAttempt === undefined ? {} : { attempt: leaseAttempt };
  return { by, ...attempt, at: now.toISOString() };
}

/** After what was asked for before has been sent, so that it is done while the answers are on their way. */
async function whileWaiting<T>(work: () => T): Promise<T> {
  await turn();
  return work();
}

/** Both results, or the first one's failure before the second one's; whatever comes of one, the other has ended. */
async function both<T>(first: Promise<T>, second: Promise<void>): Promise<T> {
  const [result, other] = await Promise.allSettled([first, second]);
  if (result.status === "rejected") throw result.reason;
  if (other.status === "rejected") throw other.reason;
  return result.value;
}

async function invalidate(
  decided: Decided,
  caching: Caching | undefined,
  { site }: SiteBucket,
  record: RecordWriter,
): Promise<Invalidation | undefined> {
  const { wanted, plan } = decided;
  const cache = await caching?.open(wanted.distribution ?? "");
  if (cache === undefined) return undefined;
  const sync = { prefix: site.prefix, name: `${record.etag}`, waits: mustForgetFirst(decided) };
  return invalidateKeys(cache, plan.stale, sync);
}

/** Asks first, the first time, whether the server deletes under conditions. */
async function deleteOld(
  deletes: readonly Delete[],
  bucket: SiteBucket,
  record: RecordWriter,
  runner: SyncServices["runner"],
): Promise<void> {
  const [first] = deletes;
  if (record.preconditions.deletes === undefined && record.preconditions.writes !== undefined && first) {
    const honoured = await honoursDeleteConditions(bucket, first);
    if (honoured !== undefined) record.preconditions = { ...record.preconditions, deletes: honoured };
    if (honoured === false) {
      runner.warning(
        "this server deletes whatever is there under a key: a file that somebody replaces during a sync may be deleted",
        "No conditional deletes",
      );
    }
  }
  await deleteFiles(deletes, bucket, record.preconditions.deletes !== false);
}

/** The next sync need not wait for a lease whose holder has failed. Best effort: it would expire by itself. */
async function giveBack(record: RecordWriter): Promise<void> {
  const { unfinished, ...content } = record.content ?? {};
  if (unfinished?.attempt === undefined) return;
  await record.write({ ...(content as RecordContent), ...withoutLease(unfinished) }).catch(() => undefined);
}
