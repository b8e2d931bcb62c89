import picomatch from "picomatch";
import { isImmutable } from "../lib/site-headers.ts";
import { checkWanted, type MaxDelete, refuseTooManyDeletes } from "./guards.ts";
import type { RecordedObject, SiteRecord } from "./record.ts";
import { hasSameHeaders, type ServedFile, type ServedHeaders, servedFile } from "./served-file.ts";

/** Groups of changes, in order: each is finished before the next begins, and nothing follows one that failed. */
export const phases = ["assets", "files", "pages", "config", "entry", "release"] as const;
export type PutPhase = (typeof phases)[number];

export interface Put {
  readonly key: string;
  readonly phase: PutPhase;
  readonly file: ServedFile;
  /** `itself`: the bytes are right already, and are copied onto themselves with other headers. */
  readonly from: "source" | "itself";
  readonly reason: string;
}

export interface Delete {
  readonly key: string;
  /** Only this version of the object is deleted. */
  readonly etag: string;
  readonly reason: string;
}

/** What would change, and why. Sorted and serialisable; planning again after applying it gives an empty one. */
export interface SitePlan {
  readonly puts: readonly Put[];
  readonly deletes: readonly Delete[];
  /** Old content-named files that stay for pages that are still open. */
  readonly kept: readonly string[];
  readonly unchanged: number;
  /** What the record says of everything that is not put; `deletes` are still part of it. */
  readonly objects: Readonly<Record<string, RecordedObject>>;
  /** Keys that a cache in front of the bucket may have as they were before. */
  readonly stale: readonly string[];
  /** The record has to be written, even where no object changes. */
  readonly recordChanges: boolean;
}

/** An object as the bucket lists it. */
export interface ListedObject {
  readonly etag: string;
  readonly bytes: number;
  readonly modifiedAt: Date;
}

/** An object that the record does not vouch for, looked at closely. */
export interface InspectedObject extends ServedHeaders {
  /** Absent where whoever wrote it gave S3 no SHA-256. */
  readonly sha256?: string;
}

export interface ObservedSite {
  readonly record?: SiteRecord;
  /** When the record was written, by S3's clock: whatever is younger was not written by the sync that wrote it. */
  readonly recordedAt: Date;
  readonly objects: ReadonlyMap<string, ListedObject>;
  readonly inspected: ReadonlyMap<string, InspectedObject>;
  /** Whether a release that can be restored names the key; absent where no asset's time is over, or there are no releases. */
  readonly isStillNamed?: (key: string) => boolean;
}

export interface SiteRules {
  /** Key of the page that must be there and that is written after all others. */
  readonly entry: string;
  /** Key of the error document; "" for none. */
  readonly errorDocument: string;
  /** Globs of keys that are never deleted. */
  readonly protect: readonly string[];
  readonly maxDelete: MaxDelete | undefined;
  /** For how long content-named files stay after the site, and every release that can be restored, stopped using them. */
  readonly keepDays: number;
}

export interface WantedSite {
  readonly name: string;
  /** Before each key in the bucket. */
  readonly prefix: string;
  readonly files: ReadonlyMap<string, ServedFile>;
  readonly release: string | null;
  readonly config: string | null;
  /** Id of the CloudFront distribution in front of the bucket; absent where there is none. */
  readonly distribution?: string;
}

/** Decides what to write and what to delete. Throws when the change as a whole would be dangerous; see `guards.ts`. */
export function planSite(wanted: WantedSite, observed: ObservedSite, rules: SiteRules, now: Date): SitePlan {
  checkWanted(wanted, observed.record, rules);
  const puts: Put[] = [];
  const objects: Record<string, RecordedObject> = {};
  for (const [key, file] of wanted.files) {
    const decision = decide(key, file, observed);
    if (decision.etag !== undefined) objects[key] = { ...file, etag: decision.etag };
    else puts.push({ key, file, phase: phaseOf(key, file, rules), ...decision });
  }
  const unchanged = Object.keys(objects).length;
  const leaving = planLeaving(wanted, observed, rules, now);
  Object.assign(objects, leaving.objects);
  refuseTooManyDeletes(leaving.deletes, observed.record, rules.maxDelete);
  return {
    puts: puts.sort((a, b) => phases.indexOf(a.phase) - phases.indexOf(b.phase) || byKey(a, b)),
    deletes: leaving.deletes,
    kept: leaving.kept,
    unchanged,
    stale: staleKeys(puts, leaving.deletes, observed),
    objects: sorted(objects),
    recordChanges: puts.length + leaving.deletes.length > 0 || !isRecorded(wanted, objects, observed.record),
  };
}

/** Nothing to do at all. */
export function isEmpty(plan: SitePlan): boolean {
  return !plan.recordChanges;
}

/** Wanted keys whose objects the record does not vouch for, but which may be right all the same. */
export function keysToInspect(
  wanted: WantedSite,
  observed: Omit<ObservedSite, "inspected">,
): readonly string[] {
  return [...wanted.files]
    .filter(([key, file]) => observed.objects.get(key)?.bytes === file.bytes && !isVouchedFor(key, observed))
    .map(([key]) => key);
}

/** All that this record says we put into the bucket, finished or not. */
export function ownedObjects(
  record: SiteRecord | undefined,
): Readonly<Record<string, ServedFile & Partial<RecordedObject>>> {
  return { ...record?.unfinished?.objects, ...record?.objects };
}

type Decision =
  | { readonly etag: string }
  | { readonly etag?: undefined; readonly from: Put["from"]; readonly reason: string };

function decide(key: string, file: ServedFile, observed: ObservedSite): Decision {
  const recorded = observed.record?.objects[key];
  const listed = observed.objects.get(key);
  if (listed === undefined) return { from: "source", reason: recorded ? "gone from the bucket" : "new" };
  const vouched = isVouchedFor(key, observed);
  const present = vouched ? recorded : observed.inspected.get(key);
  if (present?.sha256 === file.sha256) {
    return hasSameHeaders(present, file)
      ? { etag: listed.etag }
      : { from: "itself", reason: "headers differ" };
  }
  if (vouched) return { from: "source", reason: "content differs" };
  if (observed.record?.unfinished?.objects[key])
    return { from: "source", reason: "left by an unfinished sync" };
  return { from: "source", reason: recorded ? "changed by another hand" : "in the bucket, not ours" };
}

function isVouchedFor(
  key: string,
  { record, objects, recordedAt }: Omit<ObservedSite, "inspected">,
): boolean {
  const recorded = record?.objects[key];
  const listed = objects.get(key);
  if (recorded === undefined || listed === undefined) return false;
  // An unfinished sync may have given it other headers, under the same ETag.
  if (record?.unfinished?.objects[key] !== undefined) return false;
  // An ETag is of the content alone: only the time shows that someone wrote the same bytes with other headers.
  const writtenSince = Math.floor(listed.modifiedAt.getTime() / 1000) > recordedAt.getTime() / 1000;
  return listed.etag === recorded.etag && listed.bytes === recorded.bytes && !writtenSince;
}

function phaseOf(key: string, file: ServedFile, rules: SiteRules): PutPhase {
  if (key === "release.json") return "release";
  if (key === "config.json") return "config";
  if (key === rules.entry || key === rules.errorDocument) return "entry";
  if (file.contentType.startsWith("text/html")) return "pages";
  return isImmutable(file) ? "assets" : "files";
}

/** Some old asset may be deleted, unless a release that can be restored names it. */
export function hasAgedAssets(
  wanted: WantedSite,
  observed: Omit<ObservedSite, "inspected">,
  rules: SiteRules,
  now: Date,
): boolean {
  return leavingObjects(wanted, observed).some(
    ([, owned]) => isImmutable(owned) && isAged(owned, rules, now),
  );
}

const dayMs = 86_400_000;

function isAged({ unreferencedSince }: Partial<RecordedObject>, { keepDays }: SiteRules, now: Date): boolean {
  const since = unreferencedSince === undefined ? now.getTime() : Date.parse(unreferencedSince);
  return now.getTime() - since >= keepDays * dayMs;
}

/** Objects of ours that are there and that the site no longer has. */
function leavingObjects(wanted: WantedSite, observed: Omit<ObservedSite, "inspected">) {
  const { record, objects } = observed;
  return Object.entries(ownedObjects(record)).filter(([key, { etag }]) => {
    const listed = objects.get(key);
    if (wanted.files.has(key) || listed === undefined) return false;
    // Where someone else put another object, it is theirs now; an unfinished sync may have put one of ours.
    return etag === undefined || etag === listed.etag || record?.unfinished?.objects[key] !== undefined;
  });
}

/** What becomes of objects of ours that the site no longer has. */
function planLeaving(wanted: WantedSite, observed: ObservedSite, rules: SiteRules, now: Date) {
  const isProtected = picomatch([...rules.protect], { dot: true });
  const deletes: Delete[] = [];
  const kept: string[] = [];
  const objects: Record<string, RecordedObject> = {};
  for (const [key, owned] of leavingObjects(wanted, observed)) {
    const { etag } = observed.objects.get(key) as ListedObject;
    const since = owned.unreferencedSince ?? now.toISOString();
    const left = { ...servedFile(owned), etag, unreferencedSince: since };
    objects[key] = left;
    if (rules.protect.length > 0 && isProtected(key)) continue;
    if (!isImmutable(owned)) {
      deletes.push({ key, etag, reason: "no longer part of the site" });
    } else if (!isAged(left, rules, now)) {
      kept.push(key);
    } else if (observed.isStillNamed?.(key)) {
      kept.push(key);
      objects[key] = { ...left, unreferencedSince: now.toISOString() };
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

/** What changes under a name that was there before, but for files that never change under their name. */
function staleKeys(
  puts: readonly Put[],
  deletes: readonly Delete[],
  observed: ObservedSite,
): readonly string[] {
  const { record, objects } = observed;
  const isFixed = (key: string, file: ServedFile | undefined): boolean => {
    const was = record?.objects[key] ?? file;
    return was !== undefined && isImmutable(was) && (file === undefined || isImmutable(file));
  };
  const changed = puts.filter(({ key }) => objects.has(key) || record?.objects[key] !== undefined);
  const unfinished = Object.entries(record?.unfinished?.objects ?? {});
  const keys = [
    ...changed.filter(({ key, file }) => !isFixed(key, file)).map(({ key }) => key),
    ...deletes.filter(({ key }) => !isFixed(key, undefined)).map(({ key }) => key),
    ...unfinished.filter(([key, file]) => !isFixed(key, file)).map(([key]) => key),
    ...(record?.stale ?? []),
  ];
  return [...new Set(keys)].sort((a, b) => (a < b ? -1 : 1));
}

function isRecorded(
  wanted: WantedSite,
  objects: Readonly<Record<string, RecordedObject>>,
  record: SiteRecord | undefined,
): boolean {
  if (record === undefined || record.unfinished !== undefined || record.stale !== undefined) return false;
  if (record.distribution !== wanted.distribution) return false;
  if (record.release !== wanted.release || record.config !== wanted.config) return false;
  return JSON.stringify(sorted(objects)) === JSON.stringify(sorted(record.objects));
}

/** Keys and fields in one order, so that equal records are equal texts. */
export function sorted(objects: Readonly<Record<string, RecordedObject>>): Record<string, RecordedObject> {
  const entries = Object.entries(objects).map(([key, object]) => {
    const { etag, unreferencedSince } = object;
    const since = unreferencedSince === undefined ? {} : { unreferencedSince };
    return { key, object: { ...servedFile(object), etag, ...since } };
  });
  return Object.fromEntries(entries.sort(byKey).map(({ key, object }) => [key, object]));
}

function byKey(a: { readonly key: string }, b: { readonly key: string }): number {
  return a.key < b.key ? -1 : 1;
}
