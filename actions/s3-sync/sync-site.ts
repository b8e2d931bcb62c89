import type { S3Client } from "@aws-sdk/client-s3";
import type { Clock } from "../lib/clock.ts";
import type { Runner } from "../lib/runner.ts";
import { type Applied, applyDeletes, applyPuts } from "./apply.ts";
import { observeSite } from "./observe.ts";
import { isEmpty, planSite, type SitePlan, type SiteRules, sorted } from "./plan.ts";
import { type RecordLocation, type SiteRecord, writeRecord } from "./record.ts";
import { planLines } from "./report.ts";
import { SiteBucket } from "./site-bucket.ts";
import type { SiteSource } from "./site-source.ts";
import { wantedSite } from "./wanted.ts";

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
  readonly source: SiteSource;
  /** Text of config.json; null for a site without one. */
  readonly config: string | null;
  readonly record: RecordLocation;
  readonly rules: SiteRules;
  /** Who syncs, for whoever finds the sync unfinished; an address of a run. */
  readonly by: string;
  /** Plans and shows, and changes nothing. */
  readonly dryRun: boolean;
  /** Awaited before the first change, when there is one; a rejection leaves the site as it is. */
  readonly beforeChange?: (before: SiteBefore) => Promise<void>;
  readonly runner: Pick<Runner, "info" | "group">;
  readonly clock: Clock;
  readonly signal: AbortSignal;
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
}

/** For putting a release back: no limits, since `release` and `rollback` have decided what is right. */
export const releaseRules: SiteRules = {
  entry: "index.html",
  errorDocument: "",
  protect: [],
  maxDelete: undefined,
  keepDays: 30,
};

/**
 * Makes the bucket serve exactly the source, and `config.json` and `release.json` beside it. Visitors see the old site or
 * the new one at every moment: what pages refer to is there before them, and is deleted only after all of them changed.
 * A sync that did not finish is completed, or put back, by the next one.
 */
export async function syncSite(options: SyncSiteOptions): Promise<SyncResult> {
  const { s3, source, runner, record: location } = options;
  const bucket = new SiteBucket(s3, options.bucket, options.prefix);
  const wanted = wantedSite(source, options.config);
  const observed = await observeSite(options, bucket, wanted.site);
  const plan = planSite(wanted.site, observed.site, options.rules, options.clock.now());
  await runner.group(`Plan: ${source.name} to s3://${options.bucket}/${options.prefix}`, async () => {
    for (const line of planLines(plan)) runner.info(line);
  });
  if (options.dryRun || isEmpty(plan)) return resultOf(plan, undefined, bucket.requests + 1);

  const before = observed.site.record;
  const write = recordWriter(s3, location, options, observed.recordEtag);
  if (plan.puts.length + plan.deletes.length > 0) await options.beforeChange?.(siteBefore(options, before));
  if (plan.puts.length > 0) {
    const { release = null, config = null, objects = {} } = before ?? {};
    await write({ release, config, objects, unfinished: intent(options, plan, before) });
  }
  const applied = await applyPuts(plan, observed.site, bucket, wanted.content, options);
  const { release, config } = wanted.site;
  const objects = { ...plan.objects, ...applied.objects };
  await write({ release, config, objects });
  await applyDeletes(plan.deletes, bucket);
  if (plan.deletes.length > 0) {
    const deleted = new Set(plan.deletes.map(({ key }) => key));
    const left = Object.entries(objects).filter(([key]) => !deleted.has(key));
    await write({ release, config, objects: Object.fromEntries(left) });
  }
  return resultOf(plan, applied, bucket.requests + 1 + write.count());
}

function resultOf(plan: SitePlan, applied: Applied | undefined, requests: number): SyncResult {
  const deleted = applied === undefined ? 0 : plan.deletes.length;
  const { uploaded = 0, copied = 0, bytes = 0 } = applied ?? {};
  const changed = uploaded + copied + deleted > 0;
  return { plan, changed, uploaded, copied, deleted, unchanged: plan.unchanged, bytes, requests };
}

function siteBefore({ bucket, prefix }: SyncSiteOptions, record: SiteRecord | undefined): SiteBefore {
  return { bucket, prefix, release: record?.release ?? null, config: record?.config ?? null };
}

/** Writes the record, each time in place of what it wrote before. */
function recordWriter(
  s3: S3Client,
  location: RecordLocation,
  { bucket, prefix }: SyncSiteOptions,
  first: string | undefined,
) {
  let etag = first;
  let count = 0;
  const write = async (part: Omit<SiteRecord, "schema" | "bucket" | "prefix">): Promise<void> => {
    const record: SiteRecord = { schema: 1, bucket, prefix, ...part, objects: sorted(part.objects) };
    etag = await writeRecord(s3, location, record, etag);
    count += 1;
  };
  return Object.assign(write, { count: () => count });
}

/** All that may be in the bucket by our hand beside the record's objects: these files, and what an earlier sync left. */
function intent(
  { by, clock }: SyncSiteOptions,
  plan: SitePlan,
  before: SiteRecord | undefined,
): NonNullable<SiteRecord["unfinished"]> {
  const puts = Object.fromEntries(plan.puts.map(({ key, file }) => [key, file]));
  return { by, at: clock.now().toISOString(), objects: { ...before?.unfinished?.objects, ...puts } };
}
