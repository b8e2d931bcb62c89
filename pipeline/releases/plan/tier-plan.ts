import { type Manifest, type MigrationEntry, migrationsOf, siteFilesOf } from "../../bundle/manifest.ts";
import { phaseOf } from "../../bundle/migration-names.ts";
import { count } from "../../kit/markdown.ts";
import type { Tier } from "../store/keys.ts";
import { hasTier, tierWords } from "../store/release-tiers.ts";
import { type SiteChange, siteCounts } from "./site-changes.ts";

/** What a release would do to one tier. */
export interface TierPlan {
  readonly tier: Tier;
  readonly changed: boolean;
  /** What is there now, in a few words; "nothing" before the first deploy. */
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  /** What is shipped of it; absent where the release has none of it to ship. */
  readonly bytes?: TierBytes;
}

interface TierBytes {
  /** Of the live release; null where it has none. */
  readonly from: number | null;
  readonly to: number;
}

export function schemaTier(
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

export function apiTier(candidate: Manifest, live: Manifest | null): TierPlan {
  const changed = candidate.api?.version !== live?.api?.version;
  return {
    tier: "api",
    changed,
    from: stateOf("api", live),
    to: stateOf("api", candidate),
    reason: isNew("api", live) ? newTier("api", live) : changed ? "content differs" : "same content",
    ...(candidate.api && { bytes: { from: live?.api?.bytes ?? null, to: candidate.api.bytes } }),
  };
}

/** The site always moves with a new release id, by its release.json at least; `changed` says whether visitors notice. */
export function siteTier(candidate: Manifest, live: Manifest | null, files: readonly SiteChange[]): TierPlan {
  const reason = files.length === 0 ? "same files; only release.json" : siteCounts(files);
  return {
    tier: "site",
    changed: files.length > 0,
    from: stateOf("site", live),
    to: stateOf("site", candidate),
    reason: live && isNew("site", live) ? `${newTier("site", live)}; ${reason}` : reason,
    ...(candidate.site && { bytes: { from: live?.site ? siteBytes(live) : null, to: siteBytes(candidate) } }),
  };
}

function siteBytes(release: Manifest): number {
  return Object.values(siteFilesOf(release)).reduce((sum, { bytes }) => sum + bytes, 0);
}

/** A tier that the live release has and the next one has not. */
export function droppedTier(tier: Tier, live: Manifest): TierPlan {
  const state = stateOf(tier, live);
  const reason = `dropped: this release has no ${tierWords[tier]}; it stays as it is, and nobody looks after it`;
  return { tier, changed: false, from: state, to: state, reason };
}

/** What there is of a tier, in a few words; "nothing" where there is none. */
function stateOf(tier: Tier, release: Manifest | null): string {
  if (!release || !hasTier(release, tier)) return "nothing";
  if (tier === "schema") return head(release);
  if (tier === "api") return release.api?.version ?? "nothing";
  return count(Object.keys(siteFilesOf(release)).length, "file");
}

function head(manifest: Manifest): string {
  const last = migrationsOf(manifest)
    .map(({ name }) => name)
    .sort()
    .at(-1);
  return last ?? "no migrations";
}

function isNew(tier: Tier, live: Manifest | null): boolean {
  return !live || !hasTier(live, tier);
}

function newTier(tier: Tier, live: Manifest | null): string {
  return live ? `new: ${live.id} has no ${tierWords[tier]}` : "first deploy";
}
