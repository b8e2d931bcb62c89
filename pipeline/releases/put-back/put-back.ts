import { flawOf } from "../finish/flaw.ts";
import type { Session } from "../session.ts";
import type { Outcome, RestoredTier, TierResult } from "../store/entries.ts";
import type { AttemptRecord } from "../store/ledger.ts";
import type { HeldLive } from "../store/live.ts";
import { readReleaseManifest } from "../store/releases.ts";
import { putBackTier } from "./put-back-tier.ts";

/** What became of an attempt, before that is on record. */
export interface Decided {
  readonly outcome: Outcome;
  readonly reason: string;
  readonly restored: readonly RestoredTier[];
}

/** Puts back what moved, once, and checks that the release before answers again. */
export async function putBack(
  session: Session,
  attempt: AttemptRecord,
  held: HeldLive,
  reason: string,
): Promise<Decided> {
  const { runner, clock } = session.context;
  const live = await readReleaseManifest(session.store, held.live.releaseId);
  runner.info(`putting ${held.live.releaseId} back: ${reason}`);
  const restored: RestoredTier[] = [];
  // The reverse of the way there: after a deploy site, API, schema; after a rollback schema, API, site.
  for (const { tier } of [...attempt.moved].reverse()) {
    // A schema goes back only under an API that has gone back.
    const isStuck = tier === "schema" && restored.some(({ outcome }) => outcome === "failed");
    const from = clock.now().toISOString();
    const result: TierResult = isStuck
      ? { tier, outcome: "left", note: "left, since the API or the site could not be put back" }
      : await putBackTier(session, attempt, tier, live);
    restored.push({ ...result, from, until: clock.now().toISOString() });
  }
  for (const { tier, outcome, note } of restored)
    runner.info(`${outcome.padEnd(8)} ${tier.padEnd(6)}  ${note}`);
  const failed = restored.filter(({ outcome }) => outcome === "failed");
  if (failed.length > 0) {
    const notes = failed.map(({ tier, note }) => `${tier}: ${note}`).join("; ");
    return { outcome: "not-restored", reason: `${reason}; ${notes}`, restored };
  }
  const flaw = await flawOf(session, live);
  if (flaw !== undefined) return { outcome: "not-restored", reason: `${reason}; ${flaw}`, restored };
  return { outcome: "put-back", reason, restored };
}
