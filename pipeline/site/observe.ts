import { mostConnections } from "../aws/transport.ts";
import { AdaptiveLimit, forEachLimited } from "../kit/adaptive-limit.ts";
import { expecting } from "./bucket/listing.ts";
import type { SiteBucket } from "./bucket/site-bucket.ts";
import { keysToInspect } from "./plan/compare.ts";
import { hasAgedAssets } from "./plan/leaving.ts";
import type { InspectedObject, ListedObject, ObservedSite, SiteRules, WantedSite } from "./plan/plan.ts";
import { readRecord, type StoredRecord } from "./record/record.ts";
import type { SyncSiteOptions } from "./sync-site.ts";

export interface Observation {
  readonly site: ObservedSite;
  /** The record as it was read, be it of this site or of another; undefined where there is none. */
  readonly stored: StoredRecord | undefined;
}

/** The record and the bucket's listing, read at once. */
export interface ReadSite {
  readonly stored: StoredRecord | undefined;
  readonly objects: ReadonlyMap<string, ListedObject>;
}

export async function readSite(
  { s3, record, likelyKeys = [], clock, signal }: SyncSiteOptions,
  objectsOf: SiteBucket,
): Promise<ReadSite> {
  const startedAt = clock.now().getTime();
  const reading = readRecord(s3, record);
  const recorded = reading.then((read) => expecting(read?.record.objects ?? new Map()));
  // Nobody awaits it where the listing fails first.
  recorded.catch(() => undefined);
  const expectation = { likely: likelyKeys, recorded };
  const [stored, listed] = await Promise.all([reading, objectsOf.list(expectation, signal)]);
  const tookMs = clock.now().getTime() - startedAt;
  const objects = mayBeOutdated(listed, stored, tookMs) ? await objectsOf.list(expectation, signal) : listed;
  return { stored, objects };
}

/**
 * Joins what was read, then looks closely at wanted objects that the record does not vouch for: a first sync adopts what is already right, and one that was interrupted is not repeated.
 */
export async function observeSite(
  options: SyncSiteOptions & { readonly rules: SiteRules },
  objectsOf: SiteBucket,
  wanted: WantedSite,
  read: Promise<ReadSite>,
): Promise<Observation> {
  const { bucket, prefix, runner, clock, signal, stillNamed } = options;
  const { stored, objects } = await read;
  const isOfThisSite = stored?.record.bucket === bucket && stored.record.prefix === prefix;
  if (stored !== undefined && !isOfThisSite) {
    runner.info(
      `the record is of s3://${stored.record.bucket}/${stored.record.prefix}: this bucket is looked at afresh`,
    );
  }
  const record = isOfThisSite ? stored?.record : undefined;
  if (record?.unfinished) runner.info(`found what ${record.unfinished.by} left unfinished`);
  const seen = { ...(record ? { record } : {}), objects, recordedAt: stored?.modifiedAt ?? new Date(0) };
  const inspected = new Map<string, InspectedObject>();
  await forEachLimited(
    keysToInspect(wanted, seen),
    new AdaptiveLimit(32, mostConnections),
    signal,
    async (key) => {
      const object = await objectsOf.inspect(key);
      if (object !== undefined) inspected.set(key, object);
      return { pushedBack: false };
    },
  );
  const mayPrune =
    stillNamed !== undefined && hasAgedAssets(wanted, { ...seen, inspected }, options.rules, clock.now());
  const named = mayPrune ? { isStillNamed: await stillNamed() } : {};
  return { site: { ...seen, inspected, ...named }, stored };
}

/**
 * Whether the listing may be from before the record, whose sync then put and deleted what the listing does not show: they
 * do not fit, and the record was written while they were read (S3's times have whole seconds).
 */
function mayBeOutdated(
  objects: ReadonlyMap<string, ListedObject>,
  stored: StoredRecord | undefined,
  tookMs: number,
): boolean {
  if (stored === undefined) return false;
  const { record, modifiedAt, readAt = modifiedAt } = stored;
  if (readAt.getTime() - modifiedAt.getTime() > tookMs + 2000) return false;
  for (const [key, { etag }] of record.objects) if (objects.get(key)?.etag !== etag) return true;
  return false;
}
