import type { Manifest, MigrationEntry, SiteFile } from "../../bundle/manifest.ts";
import { count } from "../../kit/markdown.ts";
import { hasSameHeaders } from "../../site/plan/served-file.ts";
import { type Tier, tiers } from "../store/keys.ts";

export interface SiteChange {
  readonly key: string;
  readonly change: "new" | "changed" | "headers" | "removed";
  /** Of the file as it will be; of what goes for removed ones. */
  readonly bytes: number;
}

export interface TierPlan {
  readonly tier: Tier;
  readonly changed: boolean;
  /** What is there now, in a few words; "nothing" before the first deploy. */
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

/** What a release would change compared with the live one. Serialisable and sorted; equal releases plan nothing. */
export interface ReleasePlan {
  readonly releaseId: string;
  /** null where nothing is live. */
  readonly liveReleaseId: string | null;
  readonly tiers: readonly TierPlan[];
  readonly migrations: readonly MigrationEntry[];
  readonly apiBytes: number;
  readonly files: readonly SiteChange[];
  /** Why the release must not go live as it is; empty for a safe one. */
  readonly problems: readonly string[];
  /** Worth knowing, stops nothing. */
  readonly notes: readonly string[];
}

/** Plans the release against what is live there. `checkPhases` is db-migrate's own judgement of the pending migrations. */
export function planRelease(
  candidate: Manifest,
  live: Manifest | null,
  checkPhases: (pending: readonly MigrationEntry[], live: Manifest | null) => readonly string[],
): ReleasePlan {
  const known = new Map(live?.migrations.map((migration) => [migration.name, migration]));
  const pending = candidate.migrations
    .filter(({ name }) => !known.has(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const altered = candidate.migrations.filter(({ name, sha256 }) => {
    const before = known.get(name);
    return before !== undefined && before.sha256 !== sha256;
  });
  const names = new Set(candidate.migrations.map(({ name }) => name));
  const gone = [...known.keys()].filter((name) => !names.has(name));
  const files = siteChanges(candidate.site.files, live?.site.files ?? {});
  return {
    releaseId: candidate.id,
    liveReleaseId: live?.id ?? null,
    tiers: [
      schemaTier(candidate, live, pending),
      apiTier(candidate, live),
      siteTier(candidate, live, files),
    ].sort((a, b) => tiers.indexOf(a.tier) - tiers.indexOf(b.tier)),
    migrations: pending,
    apiBytes: candidate.api.bytes,
    files,
    problems: checkPhases(pending, live),
    notes: [
      ...altered.map(({ name }) => `migration ${name} was changed after it went live; it will not run again`),
      ...gone.map((name) => `migration ${name} is live and not in this release; it stays applied`),
    ],
  };
}

function schemaTier(
  candidate: Manifest,
  live: Manifest | null,
  pending: readonly MigrationEntry[],
): TierPlan {
  return {
    tier: "schema",
    changed: pending.length > 0,
    from: live ? head(live) : "nothing",
    to: head(candidate),
    reason:
      pending.length === 0
        ? "no pending migrations"
        : `${count(pending.length, "pending migration")}: ${[...new Set(pending.map(({ phase }) => phase))].join(", ")}`,
  };
}

function apiTier(candidate: Manifest, live: Manifest | null): TierPlan {
  const changed = candidate.api.version !== live?.api.version;
  return {
    tier: "api",
    changed,
    from: live?.api.version ?? "nothing",
    to: candidate.api.version,
    reason: changed ? (live ? "content differs" : "first deploy") : "same content",
  };
}

/** The site always moves with a new release id, by its release.json at least; `changed` says whether visitors notice. */
function siteTier(candidate: Manifest, live: Manifest | null, files: readonly SiteChange[]): TierPlan {
  const total = `${count(Object.keys(candidate.site.files).length, "file")}`;
  return {
    tier: "site",
    changed: files.length > 0,
    from: live ? count(Object.keys(live.site.files).length, "file") : "nothing",
    to: total,
    reason: files.length === 0 ? "same files; only release.json" : siteCounts(files),
  };
}

function siteCounts(files: readonly SiteChange[]): string {
  const kinds = ["new", "changed", "headers", "removed"] as const;
  return kinds
    .map((kind) => ({ kind, number: files.filter(({ change }) => change === kind).length }))
    .filter(({ number }) => number > 0)
    .map(({ kind, number }) => `${number} ${kind}`)
    .join(", ");
}

function siteChanges(
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

function head(manifest: Manifest): string {
  const last = manifest.migrations
    .map(({ name }) => name)
    .sort()
    .at(-1);
  return last ?? "no migrations";
}

/** The tiers that change what visitors notice, comma-separated: how outputs name them. */
export function changedTiers(plan: ReleasePlan): string {
  return plan.tiers
    .filter(({ changed }) => changed)
    .map(({ tier }) => tier)
    .join(",");
}
