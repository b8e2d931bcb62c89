import {
  type Manifest,
  type MigrationEntry,
  migrationsOf,
  type SiteFile,
  siteFilesOf,
} from "../../bundle/manifest.ts";
import { isRewritten, migrationKey, phaseOf } from "../../bundle/migration-names.ts";
import { count } from "../../kit/markdown.ts";
import { hasSameHeaders } from "../../site/plan/served-file.ts";
import { type Tier, tiers } from "../store/keys.ts";
import { hasTier, tierWords } from "../store/release-tiers.ts";

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
  /** The tiers that one of the two releases has. */
  readonly tiers: readonly TierPlan[];
  /** Those that only the live release has, and that nobody said may go. */
  readonly dropped: readonly Tier[];
  readonly migrations: readonly MigrationEntry[];
  /** 0 where the release has no API. */
  readonly apiBytes: number;
  readonly files: readonly SiteChange[];
  /** Why the release must not go live as it is; empty for a safe one. */
  readonly problems: readonly string[];
  /** Worth knowing, stops nothing. */
  readonly notes: readonly string[];
}

/**
 * Plans the release against what is live there. `checkPhases` is db-migrate's own judgement of the pending migrations,
 * `mayDrop` the tiers that the release may stop having.
 */
export function planRelease(
  candidate: Manifest,
  live: Manifest | null,
  checkPhases: (pending: readonly MigrationEntry[], live: Manifest | null) => readonly string[],
  mayDrop: readonly Tier[] = [],
): ReleasePlan {
  const wanted = migrationsOf(candidate);
  const known = new Map(live ? migrationsOf(live).map((one) => [migrationKey(one), one]) : []);
  const pending = wanted
    .filter((migration) => !known.has(migrationKey(migration)))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const altered = wanted.filter((migration) => {
    const before = known.get(migrationKey(migration));
    return before !== undefined && isRewritten(migration, before);
  });
  const kept = new Set(wanted.map(migrationKey));
  const gone = [...known].filter(([key]) => !kept.has(key)).map(([, { name }]) => name);
  const files = siteChanges(siteFilesOf(candidate), live ? siteFilesOf(live) : {});
  const dropped = tiers.filter((tier) => live && hasTier(live, tier) && !hasTier(candidate, tier));
  const changes = {
    schema: () => schemaTier(candidate, live, pending),
    api: () => apiTier(candidate, live),
    site: () => siteTier(candidate, live, files),
  };
  return {
    releaseId: candidate.id,
    liveReleaseId: live?.id ?? null,
    tiers: tiers
      .filter((tier) => hasTier(candidate, tier) || dropped.includes(tier))
      .map((tier) => (live && dropped.includes(tier) ? droppedTier(tier, live) : changes[tier]())),
    dropped: dropped.filter((tier) => !mayDrop.includes(tier)),
    migrations: pending,
    apiBytes: candidate.api?.bytes ?? 0,
    files: hasTier(candidate, "site") ? files : [],
    problems: checkPhases(pending, live),
    notes: [
      ...altered.map(({ name }) => `migration ${name} was changed after it went live; it will not run again`),
      ...gone.map((name) => `migration ${name} is live and not in this release; it stays applied`),
      ...pending
        .filter(({ phase }) => live !== null && phase === undefined)
        .map(
          ({ name }) =>
            `migration ${name} declares no phase: whether ${live?.id} can live with it is unchecked`,
        ),
    ],
  };
}

/** What a release would stop having, in words; "" where there is nothing. */
export function droppedWords({ releaseId, liveReleaseId, dropped }: ReleasePlan): string {
  if (dropped.length === 0) return "";
  const words = dropped.map((tier) => tierWords[tier]).join(" and no ");
  return `release "${releaseId}" has no ${words}, and the live release "${liveReleaseId}" has: what runs of it would stay as it is, and nobody would look after it`;
}

/** What there is of a tier, in a few words; "nothing" where there is none. */
function stateOf(tier: Tier, release: Manifest | null): string {
  if (!release || !hasTier(release, tier)) return "nothing";
  if (tier === "schema") return head(release);
  if (tier === "api") return release.api?.version ?? "nothing";
  return count(Object.keys(siteFilesOf(release)).length, "file");
}

function isNew(tier: Tier, live: Manifest | null): boolean {
  return !live || !hasTier(live, tier);
}

function newTier(tier: Tier, live: Manifest | null): string {
  return live ? `new: ${live.id} has no ${tierWords[tier]}` : "first deploy";
}

function droppedTier(tier: Tier, live: Manifest): TierPlan {
  const state = stateOf(tier, live);
  const reason = `dropped: this release has no ${tierWords[tier]}; it stays as it is, and nobody looks after it`;
  return { tier, changed: false, from: state, to: state, reason };
}

function schemaTier(
  candidate: Manifest,
  live: Manifest | null,
  pending: readonly MigrationEntry[],
): TierPlan {
  const reason =
    pending.length === 0
      ? "no pending migrations"
      : `${count(pending.length, "pending migration")}: ${[...new Set(pending.map(phaseOf))].join(", ")}`;
  return {
    tier: "schema",
    changed: pending.length > 0,
    from: stateOf("schema", live),
    to: stateOf("schema", candidate),
    reason: live && isNew("schema", live) ? `${newTier("schema", live)}; ${reason}` : reason,
  };
}

function apiTier(candidate: Manifest, live: Manifest | null): TierPlan {
  const changed = candidate.api?.version !== live?.api?.version;
  return {
    tier: "api",
    changed,
    from: stateOf("api", live),
    to: stateOf("api", candidate),
    reason: isNew("api", live) ? newTier("api", live) : changed ? "content differs" : "same content",
  };
}

/** The site always moves with a new release id, by its release.json at least; `changed` says whether visitors notice. */
function siteTier(candidate: Manifest, live: Manifest | null, files: readonly SiteChange[]): TierPlan {
  const reason = files.length === 0 ? "same files; only release.json" : siteCounts(files);
  return {
    tier: "site",
    changed: files.length > 0,
    from: stateOf("site", live),
    to: stateOf("site", candidate),
    reason: live && isNew("site", live) ? `${newTier("site", live)}; ${reason}` : reason,
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
  const last = migrationsOf(manifest)
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
