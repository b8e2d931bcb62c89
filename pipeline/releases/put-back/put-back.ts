import type { Manifest } from "../../bundle/manifest.ts";
import type { ActionContext } from "../../kit/action.ts";
import type { Verify } from "../environment/verification.ts";
import type { Outcome, RestoredTier, TierResult } from "../store/entries.ts";
import type { AttemptRecord } from "../store/ledger.ts";
import type { Store } from "../store/objects.ts";
import { putBackTier } from "./put-back-tier.ts";
import type { Tiers } from "./tier.ts";

/** What became of an attempt, before that is on record. */
export interface AttemptResult {
  readonly outcome: Outcome;
  readonly reason: string;
  readonly restored: readonly RestoredTier[];
}

const named = { schema: "schema", api: "API", site: "site" } as const;

/** Puts back what moved, once, and checks that the release before, `live`, answers again. `reason` is why. */
export async function putBack(
  attempt: AttemptRecord,
  live: Manifest,
  reason: string,
  { store, tiers, verify }: { readonly store: Store; readonly tiers: Tiers; readonly verify: Verify },
  { runner, clock, signal }: Pick<ActionContext, "runner" | "clock" | "signal">,
): Promise<AttemptResult> {
  runner.info(`putting ${live.id} back: ${reason}`);
  const restored: RestoredTier[] = [];
  // The reverse of the way there: after a deploy site, API, schema; after a rollback schema, API, site.
  for (const { tier } of [...attempt.moved].reverse()) {
    // Whatever comes after one that stayed would meet it the wrong way round: a newer site an older API, or an API an older schema.
    const stuck = restored.find(({ outcome }) => outcome === "failed");
    const from = clock.now().toISOString();
    const result: TierResult = stuck
      ? { tier, outcome: "left", note: `left, since the ${named[stuck.tier]} could not be put back` }
      : await putBackTier(tier, attempt, live, { store, tiers }, signal);
    restored.push({ ...result, from, until: clock.now().toISOString() });
  }
  for (const { tier, outcome, note } of restored)
    runner.info(`${outcome.padEnd(8)} ${tier.padEnd(6)}  ${note}`);
  const failed = restored.filter(({ outcome }) => outcome === "failed");
  if (failed.length > 0) {
    const notes = failed.map(({ tier, note }) => `${tier}: ${note}`).join("; ");
    return { outcome: "not-restored", reason: `${reason}; ${notes}`, restored };
  }
  const failure = await verify(live);
  if (failure !== undefined) return { outcome: "not-restored", reason: `${reason}; ${failure}`, restored };
  const isUntouched = restored.every(({ untouched }) => untouched);
  return { outcome: isUntouched ? "unchanged" : "put-back", reason, restored };
}
