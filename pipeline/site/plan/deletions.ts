import picomatch from "picomatch";
import { isImmutable, mayBeContentNamed } from "../../bundle/site-headers.ts";
import { isRecordKey } from "./check-wanted.ts";
import { byKey } from "./keys-in-order.ts";
import type { ListedObject, ObservedSite } from "./observed-site.ts";
import { type ServedFile, servedFile } from "./served-file.ts";
import type { Delete } from "./site-plan.ts";
import type { RecordedObject, SiteRecord } from "./site-record.ts";
import type { SiteRules } from "./site-rules.ts";
import type { WantedSite } from "./wanted-site.ts";

/** What becomes of files that the site no longer has. */
interface Deletions {
  readonly deletes: readonly Delete[];
  /** Old assets that stay for pages that are still open. */
  readonly kept: readonly string[];
  /** Those of `deletes` that others put there. */
  readonly taken: readonly string[];
  /** What the record says of them all, `deletes` included. */
  readonly objects: ReadonlyMap<string, RecordedObject>;
}

/**
 * Decides what is deleted from the bucket, and when. An asset is what browsers keep for good, or what has a name that tells
 * its content.
 *
 * | object that the site no longer has | |
 * |---|---|
 * | put there by somebody else, or replaced since | stays, unless it matches `takeOver` |
 * | matches `protect` | stays |
 * | no asset | is deleted |
 * | asset, unused for less than `keepDays` | stays for open pages |
 * | asset, unused for longer, in a release that can be restored | stays for another `keepDays` |
 * | asset, unused for longer | is deleted |
 */
export function planDeletions(
  wanted: WantedSite,
  observed: ObservedSite,
  rules: SiteRules,
  now: Date,
): Deletions {
  const isProtected = picomatch([...rules.protect], { dot: true });
  const deletes: Delete[] = [];
  const kept: string[] = [];
  const objects = new Map<string, RecordedObject>();
  const isTaken = picomatch([...(rules.takeOver ?? [])], { dot: true });
  const foreign = (rules.takeOver ?? []).length === 0 ? [] : foreignObjects(wanted, observed, isTaken);
  const others = new Set(foreign.map(([key]) => key));
  for (const [key, owned] of [...obsoleteObjects(wanted, observed), ...foreign]) {
    const { etag } = observed.objects.get(key) as ListedObject;
    const since = owned.unreferencedSince ?? now.toISOString();
    const object = { ...servedFile(owned), etag, unreferencedSince: since };
    objects.set(key, object);
    if (rules.protect.length > 0 && isProtected(key)) continue;
    if (!isAsset(key, owned)) {
      deletes.push({
        key,
        etag,
        reason: others.has(key) ? "taken over, not part of the site" : "no longer part of the site",
      });
    } else if (!isExpired(object, rules, now)) {
      kept.push(key);
    } else if (observed.isStillNamed?.(key)) {
      kept.push(key);
      objects.set(key, { ...object, unreferencedSince: now.toISOString() });
    } else {
      deletes.push({ key, etag, reason: `unused since ${since.slice(0, 10)}` });
    }
  }
  return {
    deletes: deletes.sort((a, b) => byKey(a, b)),
    taken: deletes.map(({ key }) => key).filter((key) => others.has(key)),
    kept: kept.sort((a, b) => byKey({ key: a }, { key: b })),
    objects,
  };
}

/** Some old asset may be deleted, unless a release that can be restored names it. */
export function hasExpiredAssets(
  wanted: WantedSite,
  observed: ObservedSite,
  rules: Pick<SiteRules, "keepDays">,
  now: Date,
): boolean {
  return obsoleteObjects(wanted, observed).some(
    ([key, owned]) => isAsset(key, owned) && isExpired(owned, rules, now),
  );
}

/** What open pages may still ask for, by a name that nothing else will have. */
function isAsset(key: string, owned: ServedFile): boolean {
  return isImmutable(owned) || mayBeContentNamed(key);
}

const dayMs = 86_400_000;

function isExpired(
  { unreferencedSince }: Partial<RecordedObject>,
  { keepDays }: Pick<SiteRules, "keepDays">,
  now: Date,
): boolean {
  const since = unreferencedSince === undefined ? now.getTime() : Date.parse(unreferencedSince);
  return now.getTime() - since >= keepDays * dayMs;
}

/**
 * Objects of ours that are there and that the site no longer has. Where another object lies under a key of ours it is
 * somebody else's, unless it has the very content that an unfinished sync set out to put there.
 */
function obsoleteObjects(wanted: WantedSite, { record, objects, inspected }: ObservedSite) {
  return ownedObjects(record, (key) => {
    const listed = objects.get(key);
    if (wanted.files.has(key) || listed === undefined) return false;
    if (record?.objects.get(key)?.etag === listed.etag) return true;
    const begun = record?.unfinished?.objects.get(key);
    return begun !== undefined && inspected.get(key)?.sha256 === begun.sha256;
  });
}

/**
 * What others put there and the site does not have, as if it were ours. Its content is not known, and never equals what is
 * wanted.
 */
function foreignObjects(
  { files, prefix }: WantedSite,
  { record, objects }: ObservedSite,
  isTaken: (key: string) => boolean,
): readonly (readonly [string, ServedFile & Partial<RecordedObject>])[] {
  const isOurs = (key: string, etag: string) =>
    record?.objects.get(key)?.etag === etag || record?.unfinished?.objects.has(key);
  return [...objects]
    .filter(([key, { etag }]) => !files.has(key) && !isOurs(key, etag) && isTaken(key))
    .filter(([key]) => !isRecordKey(prefix + key))
    .map(([key, { bytes }]) => [key, { sha256: "", bytes, contentType: "", cacheControl: "" }]);
}

/** Of all that this record says we put into the bucket, finished or not, what passes the test; no copy of the rest. */
function ownedObjects(
  record: SiteRecord | undefined,
  test: (key: string) => boolean,
): readonly (readonly [string, ServedFile & Partial<RecordedObject>])[] {
  const owned: [string, ServedFile & Partial<RecordedObject>][] = [];
  for (const [key, file] of record?.unfinished?.objects ?? []) {
    if (!record?.objects.has(key) && test(key)) owned.push([key, file]);
  }
  for (const [key, object] of record?.objects ?? []) if (test(key)) owned.push([key, object]);
  return owned;
}
