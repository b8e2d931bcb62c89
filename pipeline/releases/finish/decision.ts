import type { Tier } from "../store/keys.ts";

/** What to do with an attempt that has no end yet. */
export type Decision = "commit" | "verify" | "put-back" | "unchanged";

/**
 * | live.json names this attempt | verification refused it | site moved, or its release is live already | anything moved | |
 * |---|---|---|---|---|
 * | yes | any | any | any | commit: it was verified; only its end is missing |
 * | no | no | yes | any | verify |
 * | no | no | no | yes | put-back: visitors cannot have the new site, so it cannot be whole |
 * | no | yes | any | yes | put-back: that it answers rightly now does not undo what was seen |
 * | no | any | no | no | unchanged |
 * | no | yes | yes | no | unchanged |
 */
export function decide(attempt: {
  readonly isLivePoint: boolean;
  readonly releaseId: string;
  readonly liveReleaseId: string | null;
  readonly moved: readonly Tier[];
  /** A failed verification, or a watch that did not come to its end. */
  readonly isRefused: boolean;
}): Decision {
  if (attempt.isLivePoint) return "commit";
  const isArrived = attempt.moved.includes("site") || attempt.releaseId === attempt.liveReleaseId;
  if (isArrived && !attempt.isRefused) return "verify";
  return attempt.moved.length > 0 ? "put-back" : "unchanged";
}
