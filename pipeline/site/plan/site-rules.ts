export interface SiteRules extends RecordedRules {
  readonly maxDelete: MaxDelete | undefined;
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
}

/** The most that one sync may delete: so many files, or such a part of those that it owns. */
export type MaxDelete = { readonly count: number } | { readonly percent: number };

export function recordedRules({ entry, errorDocument, protect, keepDays }: SiteRules): RecordedRules {
  return { entry, errorDocument, protect, keepDays };
}

/**
 * For putting a release back: the rules of the last sync, but no limit to deletes, since `release` and `rollback` have
 * decided what is right.
 */
export function rulesOfLastSync(recorded: RecordedRules | undefined): SiteRules {
  const { entry = "index.html", errorDocument = "", protect = [], keepDays = 30 } = recorded ?? {};
  return { entry, errorDocument, protect, keepDays, maxDelete: undefined };
}
