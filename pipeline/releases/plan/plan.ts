import {
  type Manifest,
  type MigrationEntry,
  migrationsOf,
  recordedMigrations,
  siteFilesOf,
} from "../../bundle/manifest.ts";
import { isRewritten, migrationKey } from "../../bundle/migration-names.ts";
import { findingWords, isUnchecked } from "../../schema/judge/pending.ts";
import { type Tier, tiers } from "../store/keys.ts";
import { hasTier, tierWords } from "../store/release-tiers.ts";
import { type SiteChange, siteChanges } from "./site-changes.ts";
import { apiTier, droppedTier, schemaTier, siteTier, type TierPlan } from "./tier-plan.ts";

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
  const known = new Map(live ? recordedMigrations(live).map((one) => [migrationKey(one), one]) : []);
  const pending = wanted
    .filter((migration) => !known.has(migrationKey(migration)))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const altered = wanted.filter((migration) => {
    const before = known.get(migrationKey(migration));
    return before !== undefined && isRewritten(migration, before);
  });
  const kept = new Set(wanted.map(migrationKey));
  const gone = [...known].filter(([key]) => !kept.has(key)).map(([, migration]) => migration);
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
    files: hasTier(candidate, "site") ? files : [],
    problems: [...checkPhases(pending, live), ...takenBack(gone, wanted)],
    notes: [
      ...altered.map(({ name }) => `migration ${name} was changed after it went live; it will not run again`),
      ...gone.map(({ name }) => `migration ${name} is live and not in this release; it stays applied`),
      ...pending
        .filter((one) => live !== null && isUnchecked(one))
        .map(
          (one) =>
            `migration ${one.name}: ${findingWords(one)}; whether ${live?.id} can live with it nobody saw`,
        ),
    ],
  };
}

/**
 * Contract migrations that are live and that the release takes back: reverting their commit does not bring back what they took out
 * of the schema. Old ones that a repository has cleared away, newer ones being there, are no such thing.
 */
function takenBack(gone: readonly MigrationEntry[], wanted: readonly MigrationEntry[]): readonly string[] {
  if (wanted.length === 0) return [];
  return gone
    .filter(({ phase, name }) => phase === "contract" && wanted.every((one) => one.name < name))
    .map(
      ({ name }) =>
        `migration "${name}" (contract) is live and not in this release, which may need what it took out: keep it, and add one that brings that back`,
    );
}

/** What a release would stop having, in words; "" where there is nothing. */
export function droppedWords({ releaseId, liveReleaseId, dropped }: ReleasePlan): string {
  if (dropped.length === 0) return "";
  const words = dropped.map((tier) => tierWords[tier]).join(" and no ");
  return `release "${releaseId}" has no ${words}, and the live release "${liveReleaseId}" has: what runs of it would stay as it is, and nobody would look after it`;
}

/** The tiers that change what visitors notice, comma-separated: how outputs name them. */
export function changedTiers(plan: ReleasePlan): string {
  return plan.tiers
    .filter(({ changed }) => changed)
    .map(({ tier }) => tier)
    .join(",");
}
