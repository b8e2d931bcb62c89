import type { Manifest } from "../../bundle/manifest.ts";
import type { Parser } from "../../kit/inputs.ts";
import type { BeginEntry } from "./entries.ts";
import { type Tier, tiers } from "./keys.ts";

type Parts = Pick<Manifest, "api" | "site" | "migrations">;

/** Where a manifest describes each tier. */
const partOf = { schema: "migrations", api: "api", site: "site" } as const;

/** What a release has of a tier, in words: "release X has no API". */
export const tierWords: Readonly<Record<Tier, string>> = { schema: "migrations", api: "API", site: "site" };

export function hasTier(release: Parts, tier: Tier): boolean {
  return release[partOf[tier]] !== undefined;
}

/** The tiers that a release has, in the order of a deploy; never empty. */
export function tiersOf(release: Parts): readonly Tier[] {
  return tiers.filter((tier) => hasTier(release, tier));
}

/** The tiers of an attempt's release; all three in entries from before there were releases without one. */
export function tiersOfAttempt({ tiers: named = tiers }: Pick<BeginEntry, "tiers">): readonly Tier[] {
  return named;
}

/** Tiers by name, separated by commas, spaces or line ends. */
export const tierNames: Parser<readonly Tier[]> = (value) => {
  const words = value.split(/[\s,]+/).filter((word) => word !== "");
  const isTier = (word: string): word is Tier => (tiers as readonly string[]).includes(word);
  const wrong = words.find((word) => !isTier(word));
  if (wrong !== undefined) throw new Error(`must be of ${tiers.join(", ")}, but one is "${wrong}"`);
  return words.filter(isTier);
};
