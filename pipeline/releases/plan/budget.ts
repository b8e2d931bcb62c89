import type { Parser } from "../../kit/inputs.ts";
import { size } from "../../kit/markdown.ts";
import type { TierPlan } from "./tier-plan.ts";

/** How many bytes a tier may have. */
interface Budget {
  readonly tier: "api" | "site";
  readonly bytes: number;
}

const units = { B: 1, kB: 1000, MB: 1_000_000 } as const;

/** One `tier size` per line, such as `site 500 kB`. */
export const budgets: Parser<readonly Budget[]> = (value) =>
  value
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map((line) => {
      const [, tier, number, unit] = /^(api|site)\s+(\d+(?:\.\d+)?)\s*(B|kB|MB)$/.exec(line) ?? [];
      if (tier === undefined) {
        throw new Error(`must be lines such as "site 500 kB", of api or site, but one is "${line}"`);
      }
      return { tier: tier as Budget["tier"], bytes: Number(number) * units[unit as keyof typeof units] };
    });

/** The tiers that are larger than they may be, in words. */
export function overBudget(tiers: readonly TierPlan[], allowed: readonly Budget[]): readonly string[] {
  return allowed.flatMap(({ tier, bytes }) => {
    const to = tiers.find((one) => one.tier === tier)?.bytes?.to ?? 0;
    return to > bytes ? [`${tier} has ${size(to)}, more than its budget of ${size(bytes)}`] : [];
  });
}
