import { isImmutable, isPage } from "../../bundle/site-headers.ts";
import { checkWanted } from "./check-wanted.ts";
import { compareObject } from "./compare-object.ts";
import { planDeletions } from "./deletions.ts";
import { byKey } from "./keys-in-order.ts";
import { keysToInvalidate } from "./keys-to-invalidate.ts";
import { refuseTooManyDeletes } from "./max-delete.ts";
import type { ObservedSite } from "./observed-site.ts";
import { hasSameHeaders, type ServedFile } from "./served-file.ts";
import { type Put, type PutPhase, phases, type SitePlan } from "./site-plan.ts";
import type { RecordedObject, SiteRecord } from "./site-record.ts";
import { recordedRules, type SiteRules } from "./site-rules.ts";
import type { WantedSite } from "./wanted-site.ts";

/** Decides what to write and what to delete. Throws when the change as a whole would be dangerous; see `check-wanted.ts` and `max-delete.ts`. */
export function planSite(wanted: WantedSite, observed: ObservedSite, rules: SiteRules, now: Date): SitePlan {
  checkWanted(wanted, observed.record, rules);
  const puts: Put[] = [];
  const objects = new Map<string, RecordedObject>();
  let unchanged = 0;
  for (const [key, file] of wanted.files) {
    if (wanted.isAdopted && isNotOurs(key, observed)) {
      unchanged += 1;
      continue;
    }
    const decision = compareObject(key, file, observed);
    if (decision.object !== undefined) {
      unchanged += 1;
      objects.set(key, decision.object);
    } else {
      const { from, reason } = decision;
      puts.push({ key, phase: phaseOf(key, file, rules), file, from, reason });
    }
  }
  const obsolete = planDeletions(wanted, observed, rules, now);
  for (const [key, object] of obsolete.objects) objects.set(key, object);
  refuseTooManyDeletes(obsolete, observed.record, wanted.files.size, rules.maxDelete);
  return {
    puts: puts.sort((a, b) => phases.indexOf(a.phase) - phases.indexOf(b.phase) || byKey(a, b)),
    deletes: obsolete.deletes,
    kept: obsolete.kept,
    unchanged,
    stale: keysToInvalidate(puts, obsolete.deletes, observed, rules.invalidate),
    objects,
    recordChanges:
      puts.length + obsolete.deletes.length > 0 || !isRecorded(wanted, objects, rules, observed.record),
  };
}

/** It lies there, and no sync put it there: none may write over it or delete it. */
function isNotOurs(key: string, { objects, record }: ObservedSite): boolean {
  return objects.has(key) && !record?.objects.has(key) && !record?.unfinished?.objects.has(key);
}

/** The plan of a site that is known to be as wanted, without having looked at it. */
export function nothingToDo(wanted: WantedSite): SitePlan {
  const nothing = { puts: [], deletes: [], kept: [], stale: [], recordChanges: false };
  return { ...nothing, objects: new Map(), unchanged: wanted.files.size };
}

function phaseOf(key: string, file: ServedFile, rules: SiteRules): PutPhase {
  if (key === "release.json") return "release";
  if (key === "config.json") return "config";
  const page = key.replace(/\.(br|gz)$/, "");
  if (page === rules.entry || page === rules.errorDocument) return "entry";
  if (isPage(file)) return "pages";
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
