// The story of a sync, from the top: observe, plan, show, apply. Imports point one way: from here to `observe-site.ts` and
// `apply-plan.ts`, and from these to the rooms, record -> bucket -> source -> plan. `plan` is pure and imports no other room,
// and neither does `cdn`.
import { type Applied, applyPlan } from "./apply-plan.ts";
import { SiteBucket } from "./bucket/site-bucket.ts";
import type { Invalidation } from "./cdn/invalidate-keys.ts";
import { observeSite, readSite } from "./observe-site.ts";
import { isCompleted, siteDigest } from "./plan/completed-sync.ts";
import { planLines } from "./plan/plan-lines.ts";
import { nothingToDo, planSite } from "./plan/plan-site.ts";
import { isEmpty, type SitePlan } from "./plan/site-plan.ts";
import { rulesOfLastSync } from "./plan/site-rules.ts";
import { placed, type WantedSite } from "./plan/wanted-site.ts";
import { refuseWhileHeld } from "./record/lease.ts";
import { readCompletedSync } from "./record/read-completed.ts";
import type { StoredRecord } from "./record/read-record.ts";
import { RecordWriter } from "./record/record-writer.ts";
import { withGeneratedFiles } from "./source/generated-files.ts";
import type { SyncOptions, SyncOwner, SyncServices } from "./sync-options.ts";

export interface SyncResult {
  readonly plan: SitePlan;
  /** Something was written or deleted. */
  readonly changed: boolean;
  readonly counts: SyncCounts;
  /** Id of the release that the site shows now, and of the one that it showed before; null for none. */
  readonly release: string | null;
  readonly previousRelease: string | null;
  /** Of CloudFront's invalidation; absent where none was needed. */
  readonly invalidation?: Invalidation;
}

interface SyncCounts {
  readonly uploaded: number;
  readonly copied: number;
  readonly deleted: number;
  readonly unchanged: number;
  /** Sent to S3. */
  readonly bytes: number;
  readonly requests: number;
}

/**
 * Makes the bucket serve exactly the source, and `config.json` and `release.json` beside it. Visitors see the old site or
 * the new one at every moment: what pages refer to is there before them, and is deleted only after all of them changed.
 * A sync that did not finish is completed, or put back, by the next one.
 */
export async function syncSite(options: SyncOptions, services: SyncServices): Promise<SyncResult> {
  const { content, target, owner, stillNamed, dryRun } = options;
  const { runner, clock } = services;
  const bucket = new SiteBucket(target.s3, target);
  const readBoth = () => readSite(target, bucket, content.likelyKeys ?? [], services);
  const isByRecord = options.compare === "record";
  const early = isByRecord ? undefined : readBoth();
  const completed = isByRecord ? readCompletedSync(target.s3, target.record) : undefined;
  // Whoever awaits them, below, learns of their failure.
  for (const asked of [early, completed]) asked?.catch(() => undefined);
  const source = await content.source;
  const wanted = withGeneratedFiles(source, content, target.prefix);
  if (completed && options.rules) {
    const site = placed(behind(target.caching?.distribution, wanted.site), options.rules.placement);
    const digest = siteDigest(site, options.rules, target.bucket);
    if (isCompleted(await completed, digest, clock.now())) return upToDate(site, runner);
  }

  const read = await (early ?? readBoth());
  const rules = options.rules ?? rulesOfLastSync(read.stored?.record.rules);
  const assets = { keepDays: rules.keepDays, stillNamed };
  const observed = await observeSite(bucket, read, wanted, assets, services);
  if (!dryRun) refuseWhileOthersSync(owner, observed.stored, clock.now());

  const { record, objects: listed } = observed.site;
  const fronted = behind(target.caching?.distribution ?? record?.distribution, wanted.site);
  const site = placed(fronted, rules.placement);
  const plan = planSite(site, observed.site, rules, clock.now());
  await runner.group(`Plan: ${source.name} to s3://${target.bucket}/${target.prefix}`, async () => {
    for (const line of planLines(plan)) runner.info(line);
  });

  const shows = { release: site.release, previousRelease: record?.release ?? null };
  const readRequests = isByRecord ? 2 : 1;
  if (dryRun || isEmpty(plan)) return { plan, ...shows, ...outcomeOf(plan, bucket.requests + readRequests) };
  const writer = new RecordWriter({
    s3: target.s3,
    location: target.record,
    site: bucket.site,
    etag: observed.stored?.etag,
    preconditions: record?.preconditions ?? {},
  });
  const applied = await applyPlan(
    { wanted: site, record, rules, plan },
    wanted.content,
    { bucket, listed, record: writer, caching: target.caching },
    owner,
    services,
  );
  return { plan, ...shows, ...outcomeOf(plan, bucket.requests + writer.requests + readRequests, applied) };
}

/** The site with the distribution in front of it; "" and undefined for none. */
function behind(distribution: string | undefined, site: WantedSite): WantedSite {
  return distribution ? { ...site, distribution } : site;
}

function refuseWhileOthersSync(
  { by, leaseAttempt: attempt }: SyncOwner,
  stored: StoredRecord | undefined,
  now: Date,
): void {
  if (attempt !== undefined) refuseWhileHeld(stored, { by, attempt }, now);
}

/** Of a site that is as it should be, as the record alone says. */
function upToDate(site: WantedSite, runner: SyncServices["runner"]): SyncResult {
  runner.info(`nothing to do: the record says that ${site.files.size} files are in place`);
  const plan = nothingToDo(site);
  return { plan, release: site.release, previousRelease: site.release, ...outcomeOf(plan, 1) };
}

function outcomeOf(plan: SitePlan, requests: number, applied?: Applied) {
  const { uploaded = 0, copied = 0, bytes = 0, invalidation } = applied ?? {};
  const deleted = applied === undefined ? 0 : plan.deletes.length;
  return {
    changed: uploaded + copied + deleted > 0,
    counts: { uploaded, copied, deleted, unchanged: plan.unchanged, bytes, requests },
    ...(invalidation === undefined ? {} : { invalidation }),
  };
}
