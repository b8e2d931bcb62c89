import type { S3Client } from "@aws-sdk/client-s3";
import type { Redirect } from "../bundle/redirects.ts";
import type { Clock } from "../kit/clock.ts";
import type { Runner } from "../kit/runner.ts";
import { type Applied, applySite, type Invalidation } from "./apply-site.ts";
import { SiteBucket } from "./bucket/site-bucket.ts";
import type { SiteCache } from "./cdn/site-cache.ts";
import { observeSite, readSite } from "./observe.ts";
import { adoptByMd5 } from "./plan/adopt.ts";
import { isEmpty, nothingToDo, planSite, type SitePlan, type SiteRules } from "./plan/plan.ts";
import { type Wanted, wantedSite } from "./plan/wanted.ts";
import { refuseWhileHeld } from "./record/lease.ts";
import type { RecordLocation, SiteRecord } from "./record/record.ts";
import { digestOf, isSettledAs, readSettled } from "./record/settled.ts";
import { planLines } from "./report.ts";
import type { SiteSource } from "./source/site-source.ts";

/** The site as it was before: what `syncSite` needs, with that release as source, to put it back. */
export type SiteBefore = {
  readonly bucket: string;
  readonly prefix: string;
  /** Id of the release that the site showed; null where it showed none. */
  readonly release: string | null;
  readonly config: string | null;
};

export interface SyncSiteOptions {
  /** Reaches the site's bucket, the record and, for a release, the release store. */
  readonly s3: S3Client;
  readonly bucket: string;
  /** "" or a folder such as `docs/`. */
  readonly prefix: string;
  /** A promise is awaited while S3 is being asked. */
  readonly source: SiteSource | Promise<SiteSource>;
  /** Keys that the bucket is likely to have, sorted, where they are known before the source is: its listing is read by them. */
  readonly likelyKeys?: readonly string[];
  /** Text of config.json; null for a site without one. */
  readonly config: string | null;
  /** Redirecting objects beside the source's files. */
  readonly redirects?: readonly Redirect[];
  readonly record: RecordLocation;
  /** What may lie between the bucket and its visitors. */
  readonly caching?: Caching;
  /** Undefined for those of the last sync, without a limit to deletes. */
  readonly rules: SiteRules | undefined;
  /**
   * What tells whether there is anything to do: the bucket itself, as where this is absent, or the record alone, which
   * does not see what others changed by hand.
   */
  readonly compare?: "bucket" | "record";
  /**
   * Whether releases that can still be restored name a file. Asked only where the time of some old asset is over; without
   * it, time alone decides.
   */
  readonly stillNamed?: () => Promise<(key: string) => boolean>;
  /** Who syncs, for whoever finds the sync under way or unfinished; an address of a run. */
  readonly by: string;
  /** Takes the site's lease as this attempt of the run; without it somebody else keeps other syncs away. */
  readonly leaseAttempt?: number;
  /** Plans and shows, and changes nothing. */
  readonly dryRun: boolean;
  /** Awaited before the first change, when there is one; a rejection leaves the site as it is. */
  readonly beforeChange?: (before: SiteBefore) => Promise<void>;
  readonly runner: Pick<Runner, "info" | "group" | "warning">;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface Caching {
  /** Id of the CloudFront distribution, "" for none; undefined for the one that the record names. */
  readonly distribution: string | undefined;
  open(distribution: string): Promise<SiteCache>;
}

export interface SyncResult {
  readonly plan: SitePlan;
  /** Something was written or deleted. */
  readonly changed: boolean;
  readonly uploaded: number;
  readonly copied: number;
  readonly deleted: number;
  readonly unchanged: number;
  /** Sent to S3. */
  readonly bytes: number;
  readonly requests: number;
  /** Id of the release that the site shows now, and of the one that it showed before; null for none. */
  readonly release: string | null;
  readonly previousRelease: string | null;
  /** Of CloudFront's invalidation; absent where none was needed. */
  readonly invalidation?: Invalidation;
}

/**
 * For putting a release back: the rules of the last sync, but no limit to deletes, since `release` and `rollback` have
 * decided what is right.
 */
function rulesOf(record: SiteRecord | undefined): SiteRules {
  const { entry = "index.html", errorDocument = "", protect = [], keepDays = 30 } = record?.rules ?? {};
  return { entry, errorDocument, protect, keepDays, maxDelete: undefined };
}

/**
 * Makes the bucket serve exactly the source, and `config.json` and `release.json` beside it. Visitors see the old site or
 * the new one at every moment: what pages refer to is there before them, and is deleted only after all of them changed.
 * A sync that did not finish is completed, or put back, by the next one.
 */
export async function syncSite(options: SyncSiteOptions): Promise<SyncResult> {
  const { runner, clock, by, leaseAttempt: attempt } = options;
  const bucket = new SiteBucket(options.s3, options.bucket, options.prefix);
  const isByRecord = options.compare === "record";
  const read = isByRecord ? undefined : readSite(options, bucket);
  const settled = isByRecord ? readSettled(options.s3, options.record) : undefined;
  // Whoever awaits them, below, learns of their failure.
  for (const asked of [read, settled]) asked?.catch(() => undefined);
  const source = await options.source;
  const wanted = wantedSite(source, options);
  if (
    settled &&
    options.rules &&
    isSettledAs(await settled, digestFor(options, options.rules, wanted), clock.now())
  ) {
    runner.info(`nothing to do: the record says that ${wanted.site.files.size} files are in place`);
    const { release } = wanted.site;
    return {
      ...countsOf(nothingToDo(wanted.site), undefined),
      requests: 1,
      release,
      previousRelease: release,
    };
  }
  const reading = read ?? readSite(options, bucket);
  const rules = options.rules ?? rulesOf((await reading).stored?.record);
  const seen = await observeSite({ ...options, rules }, bucket, wanted.site, reading);
  const inspected = await adoptByMd5(seen.site, wanted);
  const observed = { ...seen, site: { ...seen.site, inspected } };
  if (attempt !== undefined && !options.dryRun) {
    refuseWhileHeld(observed.stored, { by, attempt }, clock.now());
  }
  const distribution = options.caching?.distribution ?? observed.site.record?.distribution;
  const site = { ...wanted.site, ...(distribution ? { distribution } : {}) };
  const plan = planSite(site, observed.site, rules, clock.now());
  await runner.group(`Plan: ${source.name} to s3://${options.bucket}/${options.prefix}`, async () => {
    for (const line of planLines(plan)) runner.info(line);
  });
  const applied =
    options.dryRun || isEmpty(plan)
      ? undefined
      : await applySite({ options, bucket, wanted: { ...wanted, site }, observed, rules, plan });
  return {
    ...countsOf(plan, applied),
    requests: bucket.requests + (isByRecord ? 2 : 1) + (applied?.recordRequests ?? 0),
    release: site.release,
    previousRelease: observed.site.record?.release ?? null,
  };
}

function digestFor({ bucket, caching }: SyncSiteOptions, rules: SiteRules, { site }: Wanted): string {
  const { distribution } = caching ?? {};
  return digestOf({ ...site, ...(distribution ? { distribution } : {}) }, rules, bucket);
}

function countsOf(plan: SitePlan, applied: Applied | undefined) {
  const deleted = applied === undefined ? 0 : plan.deletes.length;
  const { uploaded = 0, copied = 0, bytes = 0 } = applied ?? {};
  const changed = uploaded + copied + deleted > 0;
  const invalidation = applied?.invalidation === undefined ? {} : { invalidation: applied.invalidation };
  const { unchanged } = plan;
  return { plan, changed, uploaded, copied, deleted, unchanged, bytes, ...invalidation };
}
