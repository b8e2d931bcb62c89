import picomatch from "picomatch";
import { isImmutable, mayBeContentNamed } from "../../bundle/site-headers.ts";
import type { RecordedObject, SiteRecord } from "../record/record.ts";
import { byKey } from "./keys-in-order.ts";
import type { Delete, ListedObject, ObservedSite, SiteRules, WantedSite } from "./plan.ts";
import { type ServedFile, servedFile } from "./served-file.ts";

/** Some old asset may be deleted, unless a release that can be restored names it. */
export function hasAgedAssets(
  wanted: WantedSite,
  observed: ObservedSite,
  rules: SiteRules,
  now: Date,
): boolean {
  return leavingObjects(wanted, observed).some(
    ([key, owned]) => isAsset(key, owned) && isAged(owned, rules, now),
  );
}

/** What open pages may still ask for, by a name that nothing else will have. */
function isAsset(key: string, owned: ServedFile): boolean {
  return isImmutable(owned) || mayBeContentNamed(key);
}

const dayMs = 86_400_000;

function isAged({ unreferencedSince }: Partial<RecordedObject>, { keepDays }: SiteRules, now: Date): boolean {
  const since = unreferencedSince === undefined ? now.getTime() : Date.parse(unreferencedSince);
  return now.getTime() - since >= keepDays * dayMs;
}

/**
 * Objects of ours that are there and that the site no longer has. Where another object lies under a key of ours it is
 * somebody else's, unless it has the very content that an unfinished sync set out to put there.
 */
function leavingObjects(wanted: WantedSite, { record, objects, inspected }: ObservedSite) {
  return ownedObjects(record, (key) => {
    const listed = objects.get(key);
    if (wanted.files.has(key) || listed === undefined) return false;
    if (record?.objects.get(key)?.etag === listed.etag) return true;
    const begun = record?.unfinished?.objects.get(key);
    return begun !== undefined && inspected.get(key)?.sha256 === begun.sha256;
  });
}

/** What becomes of objects of ours that the site no longer has. */
export function planLeaving(wanted: WantedSite, observed: ObservedSite, rules: SiteRules, now: Date) {
  const isProtected = picomatch([...rules.protect], { dot: true });
  const deletes: Delete[] = [];
  const kept: string[] = [];
  const objects = new Map<string, RecordedObject>();
  for (const [key, owned] of leavingObjects(wanted, observed)) {
    const { etag } = observed.objects.get(key) as ListedObject;
    const since = owned.unreferencedSince ?? now.toISOString();
    const left = { ...servedFile(owned), etag, unreferencedSince: since };
    objects.set(key, left);
    if (rules.protect.length > 0 && isProtected(key)) continue;
    if (!isAsset(key, owned)) {
      deletes.push({ key, etag, reason: "no longer part of the site" });
    } else if (!isAged(left, rules, now)) {
      kept.push(key);
    } else if (observed.isStillNamed?.(key)) {
      kept.push(key);
      objects.set(key, { ...left, unreferencedSince: now.toISOString() });
    } else {
      deletes.push({ key, etag, reason: `unused since ${since.slice(0, 10)}` });
    }
  }
  return {
    deletes: deletes.sort((a, b) => byKey(a, b)),
    kept: kept.sort((a, b) => byKey({ key: a }, { key: b })),
    objects,
  };
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
