import type { Placement } from "./served-file.ts";

export interface SiteRules extends RecordedRules {
  readonly maxDelete: MaxDelete | undefined;
  /** Globs of keys that are ours from now on, whoever put them there. */
  readonly takeOver?: readonly string[];
}

/** The rules that whoever puts an earlier release back has to keep. */
export interface RecordedRules {
  /** Key of the page that must be there and that is written after all others. */
  readonly entry: string;
  /** Key of the error document; "" for none. */
  readonly errorDocument: string;
  /** Globs of keys that are never deleted. */
  readonly protect: readonly string[];
  /** For how long content-named files stay after the site, and every release that can be restored, stopped using them. */
  readonly keepDays: number;
  /** How all files are stored; absent where the bucket decides. */
  readonly placement?: Placement;
  /** Paths that a cache has to forget besides, whenever something changes; absent for none. */
  readonly invalidate?: readonly string[];
}

/** The most that one sync may delete: so many files, or such a part of those that it owns. */
export type MaxDelete = { readonly count: number } | { readonly percent: number };

export function recordedRules(rules: SiteRules): RecordedRules {
  const { entry, errorDocument, protect, keepDays, placement, invalidate } = rules;
  return { entry, errorDocument, protect, keepDays, ...given({ placement, invalidate }) };
}

/** Without what is not said, so that records of syncs that say nothing are as they always were. */
function given({ placement = {}, invalidate = [] }: Pick<RecordedRules, "placement" | "invalidate">) {
  return {
    ...(Object.keys(placement).length === 0 ? {} : { placement }),
    ...(invalidate.length === 0 ? {} : { invalidate }),
  };
}

/**
 * For putting a release back: the rules of the last sync, but no limit to deletes, since `release` and `rollback` have
 * decided what is right.
 */
export function rulesOfLastSync(recorded: RecordedRules | undefined): SiteRules {
  const { entry = "index.html", errorDocument = "", protect = [], keepDays = 30 } = recorded ?? {};
  return { entry, errorDocument, protect, keepDays, maxDelete: undefined, ...given(recorded ?? {}) };
}
