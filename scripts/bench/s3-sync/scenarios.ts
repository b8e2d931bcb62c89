import type { Version } from "./site/site.ts";
import type { Scenario } from "./tools/tool.ts";

const hour = 3_600_000;

/** What the folder holds, and how old its files are, when the scenario's sync begins. */
export const folderAt: Readonly<Record<Scenario, { readonly version: Version; readonly ageMs: number }>> = {
  "first upload": { version: 1, ageMs: 0 },
  // A checkout gives every file the date of the moment.
  "no change": { version: 1, ageMs: 0 },
  "one file": { version: 2, ageMs: 0 },
  // Built before the last sync ended, as when builds overlap or are unpacked with their dates.
  "same size": { version: 3, ageMs: hour },
  rollback: { version: 1, ageMs: 2 * hour },
};

/** What the bucket holds when the scenario's sync begins. */
export const versionBefore: Readonly<Record<Scenario, Version>> = {
  "first upload": 1,
  "no change": 1,
  "one file": 1,
  "same size": 2,
  rollback: 3,
};
