import type { Tier } from "../store/keys.ts";

/** What to do with an attempt that has no end yet. */
export type Decision = "commit" | "verify" | "put-back" | "unchanged";

/**
 * A release has arrived where its last tier moved or was in place, or where it is live already.
 *
 * | live.json names this attempt | verification refused it | it has arrived | anything moved | |
 * |---|---|---|---|---|
 * | yes | any | any | any | commit: it was verified; only its end is missing |
 * | no | no | yes | any | verify |
 * | no | no | no | yes | put-back: its last tier is the one before, so it cannot be whole |
 * | no | yes | any | yes | put-back: that it answers rightly now does not undo what was seen |
 * | no | any | no | no | unchanged |
 * | no | yes | yes | no | unchanged |
 */
export function decide(attempt: {
  readonly isLivePoint: boolean;
  readonly releaseId: string;
  readonly liveReleaseId: string | null;
  /** The tiers that the release has, in the order of a deploy. */
  readonly tiers: readonly Tier[];
  readonly moved: readonly Tier[];
  /** The last tier said that nothing of it had to move. */
  readonly isInPlace: boolean;
  /** A failed verification, or a watch that did not come to its end. */
  readonly isRefused: boolean;
}): Decision {
  if (attempt.isLivePoint) return "commit";
  const { moved, isInPlace } = attempt;
  const lastMoved = moved.some((tier) => tier === attempt.tiers.at(-1));
  const hasArrived = lastMoved || isInPlace || attempt.releaseId === attempt.liveReleaseId;
  if (hasArrived && !attempt.isRefused) return "verify";
  return moved.length > 0 ? "put-back" : "unchanged";
}
