import type { EndEntry, Outcome, RestoredTier } from "../store/entries.ts";
import type { AttemptRecord } from "../store/ledger.ts";
import { verdict } from "./verdict.ts";

/** How an attempt ended: what its `end.json` says, and what there is to show of it. */
export interface EndedAttempt {
  readonly attempt: AttemptRecord;
  readonly outcome: Outcome;
  readonly reason: string;
  readonly verdict: string;
  readonly liveReleaseId: string | null;
  readonly previousReleaseId: string | null;
  readonly restored: readonly RestoredTier[];
}

/** The attempt with the end that was written. */
export function endedAttempt(attempt: AttemptRecord, end: EndEntry): EndedAttempt {
  const { outcome, reason, liveReleaseId, previousReleaseId } = end;
  const { environment, begin } = attempt;
  return {
    attempt: { ...attempt, end },
    outcome,
    reason,
    verdict: verdict({ environment, outcome, releaseId: begin.releaseId, liveReleaseId, reason }),
    liveReleaseId,
    previousReleaseId,
    restored: end.restored ?? [],
  };
}
