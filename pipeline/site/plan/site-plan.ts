import type { ServedFile } from "./served-file.ts";
import type { RecordedObject } from "./site-record.ts";

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

/** Nothing to do at all. */
export function isEmpty(plan: SitePlan): boolean {
  return !plan.recordChanges;
}
