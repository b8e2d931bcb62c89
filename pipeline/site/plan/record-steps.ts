// What the record says while a sync changes the site, from one write of it to the next.
import { isPage } from "../../bundle/site-headers.ts";
import { completedSync } from "./completed-sync.ts";
import type { ServedFile } from "./served-file.ts";
import type { Delete, SitePlan } from "./site-plan.ts";
import type { RecordContent, RecordedObject, SiteRecord, SyncMark } from "./site-record.ts";
import { recordedRules, type SiteRules } from "./site-rules.ts";
import type { WantedSite } from "./wanted-site.ts";

/** What was decided, before anything changes. */
export interface Decided {
  readonly wanted: WantedSite;
  /** Of the site as it is. */
  readonly record: SiteRecord | undefined;
  readonly rules: SiteRules;
  readonly plan: SitePlan;
}

type Objects = ReadonlyMap<string, RecordedObject>;

/** Before the first file is written: the site as it was, and what may be written from now on. */
export function recordBeforeWrites({ wanted, record, rules, plan }: Decided, mark: SyncMark): RecordContent {
  const begun = new Map<string, ServedFile>(record?.unfinished?.objects);
  for (const { key, file } of plan.puts) begun.set(key, file);
  const { release = null, config = null, objects = new Map() } = record ?? {};
  return {
    release,
    config,
    rules: record?.rules ?? recordedRules(rules),
    objects,
    ...fronted(wanted),
    ...(mustInvalidate({ wanted, plan }) ? { stale: plan.stale } : {}),
    unfinished: { ...mark, objects: begun },
  };
}

/** With all files written: the new site, of which caches may have old files, and which has files that are to be deleted. */
export function recordAfterWrites(
  decided: Decided,
  objects: Objects,
  mark: SyncMark | undefined,
): RecordContent {
  return {
    ...shown(decided),
    objects,
    ...fronted(decided.wanted),
    ...(mustInvalidate(decided) ? { stale: decided.plan.stale } : {}),
    ...(mark === undefined ? {} : { unfinished: { ...mark, objects: new Map() } }),
  };
}

/** At the end. `objects` are those after the writes, and `digest` that of the site and its rules. */
export function recordAtEnd(decided: Decided, objects: Objects, digest: string): RecordContent {
  const left = without(objects, decided.plan.deletes);
  return {
    completed: completedSync(digest, decided.rules, left),
    ...shown(decided),
    objects: left,
    ...fronted(decided.wanted),
  };
}

/** Whether a cache in front of the bucket has to forget something. */
export function mustInvalidate({ wanted, plan }: Pick<Decided, "wanted" | "plan">): boolean {
  return wanted.distribution !== undefined && plan.stale.length > 0;
}

/**
 * Whether a cache may go on giving pages of before that refer to what is to be deleted: not until it has forgotten them may
 * that go. A page that is asked for each time is none.
 */
export function mustForgetFirst({ record, plan, wanted }: Decided): boolean {
  if (plan.deletes.length === 0 || !mustInvalidate({ wanted, plan })) return false;
  const pages = [...(record?.objects.values() ?? [])].filter(isPage);
  return pages.some(({ cacheControl }) => !/\b(no-cache|no-store|private|max-age=0)\b/i.test(cacheControl));
}

function shown({ wanted, rules }: Decided) {
  return { release: wanted.release, config: wanted.config, rules: recordedRules(rules) };
}

function fronted({ distribution }: WantedSite) {
  return distribution === undefined ? {} : { distribution };
}

function without(objects: Objects, deletes: readonly Delete[]): Objects {
  if (deletes.length === 0) return objects;
  const left = new Map(objects);
  for (const { key } of deletes) left.delete(key);
  return left;
}
