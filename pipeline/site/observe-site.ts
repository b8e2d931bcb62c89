import { mostConnections } from "../aws/transport.ts";
import { AdaptiveLimit, forEachLimited } from "../kit/adaptive-limit.ts";
import { compareEtags } from "./bucket/compare-etags.ts";
import { expecting } from "./bucket/listing.ts";
import type { SiteBucket } from "./bucket/site-bucket.ts";
import { keysToInspect } from "./plan/compare-object.ts";
import { hasExpiredAssets } from "./plan/deletions.ts";
import type { InspectedObject, ListedObject, ObservedSite } from "./plan/observed-site.ts";
import { readRecord, type StoredRecord } from "./record/read-record.ts";
import type { Wanted } from "./source/generated-files.ts";
import type { StillNamed, SyncServices, SyncTarget } from "./sync-options.ts";

interface Observation {
  readonly site: ObservedSite;
  /** The record as it was read, be it of this site or of another; undefined where there is none. */
  readonly stored: StoredRecord | undefined;
}

/** The record and the bucket's listing, read at once. */
interface ReadSite {
  readonly stored: StoredRecord | undefined;
  readonly objects: ReadonlyMap<string, ListedObject>;
}

export async function readSite(
  { s3, record }: Pick<SyncTarget, "s3" | "record">,
  bucket: SiteBucket,
  likelyKeys: readonly string[],
  { clock, signal }: Pick<SyncServices, "clock" | "signal">,
): Promise<ReadSite> {
  const startedAt = clock.now().getTime();
  const reading = readRecord(s3, record);
  const recorded = reading.then((read) => expecting(read?.record.objects ?? new Map()));
  // Nobody awaits it where the listing fails first.
  recorded.catch(() => undefined);
  const expectation = { likely: likelyKeys, recorded };
  const [stored, listed] = await Promise.all([reading, bucket.list(expectation, signal)]);
  const tookMs = clock.now().getTime() - startedAt;
  const objects = mayBeOutdated(listed, stored, tookMs) ? await bucket.list(expectation, signal) : listed;
  return { stored, objects };
}

/** What decides whether an old asset's time is over. */
interface AssetsTime {
  readonly keepDays: number;
  readonly stillNamed: StillNamed | undefined;
}

/**
 * Joins what was read, then looks closely at wanted objects that the record does not vouch for: a first sync adopts what is already right, and one that was interrupted is not repeated.
 */
export async function observeSite(
  bucket: SiteBucket,
  { stored, objects }: ReadSite,
  wanted: Wanted,
  { keepDays, stillNamed }: AssetsTime,
  { runner, clock, signal }: SyncServices,
): Promise<Observation> {
  const of = stored?.record.site;
  const isOfThisSite = of?.bucket === bucket.site.bucket && of.prefix === bucket.site.prefix;
  if (of !== undefined && !isOfThisSite) {
    runner.info(`the record is of s3://${of.bucket}/${of.prefix}: this bucket is looked at afresh`);
  }
  const record = isOfThisSite ? stored?.record : undefined;
  if (record?.unfinished) runner.info(`found what ${record.unfinished.by} left unfinished`);
  const seen = { ...(record ? { record } : {}), objects, recordedAt: stored?.modifiedAt ?? new Date(0) };
  const inspected = await inspect(bucket, keysToInspect(wanted.site, seen), signal);
  const site = { ...seen, inspected };
  const mayDeleteAssets = hasExpiredAssets(wanted.site, site, { keepDays }, clock.now());
  const named = stillNamed !== undefined && mayDeleteAssets ? { isStillNamed: await stillNamed() } : {};
  return { site: { ...site, inspected: await compareEtags(site, wanted), ...named }, stored };
}

async function inspect(
  bucket: SiteBucket,
  keys: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, InspectedObject>> {
  const inspected = new Map<string, InspectedObject>();
  await forEachLimited(keys, new AdaptiveLimit(32, mostConnections), signal, async (key) => {
    const object = await bucket.inspect(key);
    if (object !== undefined) inspected.set(key, object);
    return { pushedBack: false };
  });
  return inspected;
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
