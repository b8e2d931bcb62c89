import { isImmutable } from "../../bundle/site-headers.ts";
import type { RecordedObject, RecordedRules, SiteRecord } from "../record/record.ts";
import { decide } from "./compare.ts";
import { checkWanted, type MaxDelete, refuseTooManyDeletes } from "./guards.ts";
import { byKey } from "./keys-in-order.ts";
import { planLeaving } from "./leaving.ts";
import { hasSameHeaders, type ServedFile, type ServedHeaders } from "./served-file.ts";
import { staleKeys } from "./stale.ts";

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
  readonly objects: ReadonlyMap<string, RecordedObject>;
  /** Keys that a cache in front of the bucket may have as they were before. */
  readonly stale: readonly string[];
  /** The record has to be written, even where no object changes. */
  readonly recordChanges: boolean;
}

/** An object as the bucket lists it. */
export interface ListedObject {
  readonly etag: string;
  readonly bytes: number;
  /** In whole seconds since 1970, which is all that S3 tells. */
  readonly modifiedAt: number;
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

export interface SiteRules extends RecordedRules {
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
  const objects = new Map<string, RecordedObject>();
  for (const [key, file] of wanted.files) {
    const decision = decide(key, file, observed);
    if (decision.object !== undefined) {
      objects.set(key, decision.object);
    } else {
      const { from, reason } = decision;
      puts.push({ key, phase: phaseOf(key, file, rules), file, from, reason });
    }
  }
  const unchanged = objects.size;
  const leaving = planLeaving(wanted, observed, rules, now);
  for (const [key, object] of leaving.objects) objects.set(key, object);
  refuseTooManyDeletes(leaving.deletes, observed.record, rules.maxDelete);
  return {
    puts: puts.sort((a, b) => phases.indexOf(a.phase) - phases.indexOf(b.phase) || byKey(a, b)),
    deletes: leaving.deletes,
    kept: leaving.kept,
    unchanged,
    stale: staleKeys(puts, leaving.deletes, observed),
    objects,
    recordChanges:
      puts.length + leaving.deletes.length > 0 || !isRecorded(wanted, objects, rules, observed.record),
  };
}

/** The plan of a site that is known to be as wanted, without having looked at it. */
export function nothingToDo(wanted: WantedSite): SitePlan {
  const nothing = { puts: [], deletes: [], kept: [], stale: [], recordChanges: false };
  return { ...nothing, objects: new Map(), unchanged: wanted.files.size };
}

/** The rules that whoever puts an earlier release back has to keep. */
export function recordedRules({ entry, errorDocument, protect, keepDays }: SiteRules): RecordedRules {
  return { entry, errorDocument, protect, keepDays };
}

/** Nothing to do at all. */
export function isEmpty(plan: SitePlan): boolean {
  return !plan.recordChanges;
}

function phaseOf(key: string, file: ServedFile, rules: SiteRules): PutPhase {
  if (key === "release.json") return "release";
  if (key === "config.json") return "config";
  if (key === rules.entry || key === rules.errorDocument) return "entry";
  if (file.contentType.startsWith("text/html")) return "pages";
  return isImmutable(file) ? "assets" : "files";
}

function isRecorded(
  wanted: WantedSite,
  objects: ReadonlyMap<string, RecordedObject>,
  rules: SiteRules,
  record: SiteRecord | undefined,
): boolean {
  if (record === undefined || record.unfinished !== undefined || record.stale !== undefined) return false;
  if (record.distribution !== wanted.distribution) return false;
  if (JSON.stringify(record.rules) !== JSON.stringify(recordedRules(rules))) return false;
  if (record.release !== wanted.release || record.config !== wanted.config) return false;
  if (objects.size !== record.objects.size) return false;
  for (const [key, object] of objects) if (!isSameObject(object, record.objects.get(key))) return false;
  return true;
}

function isSameObject(a: RecordedObject, b: RecordedObject | undefined): boolean {
  if (a === b) return true;
  return (
    b !== undefined &&
    a.sha256 === b.sha256 &&
    a.bytes === b.bytes &&
    a.etag === b.etag &&
    a.unreferencedSince === b.unreferencedSince &&
    hasSameHeaders(a, b)
  );
}
