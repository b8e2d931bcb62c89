import type { SiteFile } from "../../bundle/manifest.ts";
import { hasSameHeaders } from "../../site/plan/served-file.ts";

export interface SiteChange {
  readonly key: string;
  readonly change: "new" | "changed" | "headers" | "removed";
  /** Of the file as it will be; of what goes for removed ones. */
  readonly bytes: number;
}

/** What becomes of each file that differs; sorted by key. */
export function siteChanges(
  wanted: Readonly<Record<string, SiteFile>>,
  live: Readonly<Record<string, SiteFile>>,
): readonly SiteChange[] {
  const keys = [...new Set([...Object.keys(wanted), ...Object.keys(live)])].sort();
  return keys.flatMap((key): SiteChange[] => {
    const after = wanted[key];
    const before = live[key];
    if (!after) return before ? [{ key, change: "removed", bytes: before.bytes }] : [];
    if (!before) return [{ key, change: "new", bytes: after.bytes }];
    if (after.sha256 !== before.sha256) return [{ key, change: "changed", bytes: after.bytes }];
    return hasSameHeaders(after, before) ? [] : [{ key, change: "headers", bytes: after.bytes }];
  });
}

/** How many of each kind there are, in words. */
export function siteCounts(files: readonly SiteChange[]): string {
  const kinds = ["new", "changed", "headers", "removed"] as const;
  return kinds
    .map((kind) => ({ kind, number: files.filter(({ change }) => change === kind).length }))
    .filter(({ number }) => number > 0)
    .map(({ kind, number }) => `${number} ${kind}`)
    .join(", ");
}
