import { setImmediate as turn } from "node:timers/promises";
import { sha256 } from "../kit/sha256.ts";
import { type AppliedPuts, applyDeletes, applyPuts } from "./apply.ts";
import { honoursDeleteConditions } from "./bucket/preconditions.ts";
import type { SiteBucket } from "./bucket/site-bucket.ts";
import { invalidationPaths } from "./cdn/invalidation-paths.ts";
import type { Observation } from "./observe.ts";
import { type Delete, recordedRules, type SitePlan, type SiteRules } from "./plan/plan.ts";
import type { ServedFile } from "./plan/served-file.ts";
import type { Wanted } from "./plan/wanted.ts";
import { beginRecord } from "./record/begin-record.ts";
import { Lease, withoutLease } from "./record/lease.ts";
import { OpenRecord, type RecordContent } from "./record/open-record.ts";
import type { UnfinishedSync } from "./record/record.ts";
import { digestOf, settledAs } from "./record/settled.ts";
import type { SyncSiteOptions } from "./sync-site.ts";

export interface Change {
  readonly options: SyncSiteOptions;
  readonly bucket: SiteBucket;
  readonly wanted: Wanted;
  readonly observed: Observation;
  readonly rules: SiteRules;
  readonly plan: SitePlan;
}

export interface Applied extends Done {
  /** Requests for the record. */
  readonly recordRequests: number;
}

interface Done extends AppliedPuts {
  readonly invalidation?: Invalidation;
}

export interface Invalidation {
  readonly id: string;
  readonly paths: readonly string[];
}

/**
 * Does what the plan says: writes, commits the record, then deletes. The record is marked as unfinished from before the
 * first change until after the last one, and is the lease meanwhile. After a failure it stays marked, without the lease.
 */
export async function applySite(change: Change): Promise<Applied> {
  const { options, observed, plan } = change;
  const before = observed.site.record;
  if (plan.puts.length + plan.deletes.length > 0) {
    const { release = null, config = null } = before ?? {};
    await options.beforeChange?.({ bucket: options.bucket, prefix: options.prefix, release, config });
  }
  const record = new OpenRecord({
    s3: options.s3,
    location: options.record,
    site: { bucket: options.bucket, prefix: options.prefix },
    etag: observed.stored?.etag,
    preconditions: before?.preconditions ?? {},
  });
  using lease = options.leaseAttempt === undefined ? undefined : new Lease(record, options.clock);
  try {
    const applied = await applyUnderLease(change, record, lease);
    return { ...applied, recordRequests: record.requests };
  } catch (error) {
    await giveBack(record);
    throw error;
  }
}

async function applyUnderLease(
  { options, bucket, wanted, observed, rules, plan }: Change,
  record: OpenRecord,
  lease: Lease | undefined,
): Promise<Done> {
  const before = observed.site.record;
  const { distribution } = wanted.site;
  const mustInvalidate = distribution !== undefined && plan.stale.length > 0;
  const fronted = distribution === undefined ? {} : { distribution };
  const cache = { ...fronted, ...(mustInvalidate ? { stale: plan.stale } : {}) };
  const mark = markOf(options);
  let asked = Promise.resolve();
  if (plan.puts.length > 0) {
    const begun = new Map<string, ServedFile>(before?.unfinished?.objects);
    for (const { key, file } of plan.puts) begun.set(key, file);
    const unfinished = { ...mark, objects: begun };
    const { release = null, config = null, objects = new Map() } = before ?? {};
    const old = { release, config, rules: before?.rules ?? recordedRules(rules) };
    ({ asked } = await beginRecord(record, { ...old, objects, ...cache, unfinished }, options));
  }
  const putting = applyPuts(plan, observed.site, bucket, wanted.content, {
    ...options,
    signal: lease === undefined ? options.signal : AbortSignal.any([options.signal, lease.lost]),
    beforePhase: async (isFirst) => {
      if (!isFirst) await asked;
      await lease?.check();
    },
  });
  const digesting = whileWaiting(() => digestOf(wanted.site, rules, options.bucket));
  const applied = await both(putting, asked);
  const { release, config } = wanted.site;
  const told = { release, config, rules: recordedRules(rules) };
  const { objects } = applied;
  if (mustInvalidate || plan.deletes.length > 0) {
    const unfinished = lease === undefined ? {} : { unfinished: { ...mark, objects: new Map() } };
    await (await beginRecord(record, { ...told, objects, ...cache, ...unfinished }, options)).asked;
    await lease?.check();
  }
  const invalidation = mustInvalidate
    ? await invalidate(distribution, plan.stale, record, options)
    : undefined;
  if (plan.deletes.length > 0) await prune(plan.deletes, bucket, record, options);
  const left = without(objects, plan.deletes);
  const settled = settledAs(await digesting, rules, left);
  await record.write({ settled, ...told, objects: left, ...fronted });
  return { ...applied, ...(invalidation ? { invalidation } : {}) };
}

function without<Value>(objects: ReadonlyMap<string, Value>, deletes: readonly Delete[]) {
  if (deletes.length === 0) return objects;
  const left = new Map(objects);
  for (const { key } of deletes) left.delete(key);
  return left;
}

async function invalidate(
  distribution: string,
  stale: readonly string[],
  record: OpenRecord,
  { caching, prefix }: SyncSiteOptions,
): Promise<Invalidation | undefined> {
  const cache = await caching?.open(distribution);
  if (cache === undefined) return undefined;
  const paths = invalidationPaths(stale, prefix);
  return { id: await cache.invalidate(paths, sha256(`${record.etag}${paths.join(" ")}`)), paths };
}

function markOf({ by, leaseAttempt, clock }: SyncSiteOptions): Omit<UnfinishedSync, "objects"> {
  const attempt = leaseAttempt === undefined ? {} : { attempt: leaseAttempt };
  return { by, ...attempt, at: clock.now().toISOString() };
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

async function prune(
  deletes: readonly Delete[],
  bucket: SiteBucket,
  record: OpenRecord,
  { runner }: SyncSiteOptions,
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
  await applyDeletes(deletes, bucket, record.preconditions.deletes !== false);
}

/** The next sync need not wait for a lease whose holder has failed. Best effort: it would expire by itself. */
async function giveBack(record: OpenRecord): Promise<void> {
  const { unfinished, ...content } = record.content ?? {};
  if (unfinished?.attempt === undefined) return;
  await record.write({ ...(content as RecordContent), ...withoutLease(unfinished) }).catch(() => undefined);
}
