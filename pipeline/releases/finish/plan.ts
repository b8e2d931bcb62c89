import type { Relation } from "../../github/commits.ts";
import { ActionError } from "../../kit/errors.ts";
import type { Outcome } from "../store/entries.ts";
import type { Tier } from "../store/keys.ts";

/** What begin knows before anything changes. */
export interface Situation {
  readonly environment: string;
  readonly candidate: { readonly releaseId: string; readonly commit: string };
  readonly live: { readonly releaseId: string; readonly commit: string } | null;
  /** How the candidate stands to the live commit. */
  readonly relation: Relation;
  /** The branch of the run now ends in the candidate. */
  readonly isBranchHead: boolean;
  /** What the store lacks of the live release, by key. */
  readonly missing: readonly string[];
  /** Why the pending migrations are not safe for what is live. */
  readonly problems: readonly string[];
}

/**
 * The guards of a deploy, first one first; undefined lets it begin.
 *
 * | relation of the commit to the live one | branch ends in it | |
 * |---|---|---|
 * | identical, ahead | any | go on |
 * | behind | any | `CommitOlder` |
 * | diverged, unknown | yes: the branch was rewritten, and this is what it is now | go on |
 * | diverged, unknown | no | `CommitDiverged` |
 */
export function refusal(situation: Situation): ActionError | undefined {
  const { environment, candidate, live, relation, problems } = situation;
  const short = candidate.commit.slice(0, 7);
  if (live && relation === "behind") {
    return new ActionError(
      "CommitOlder",
      `commit "${short}" is older than what is live in "${environment}": ${live.releaseId}`,
      { hint: `to go back on purpose, run rollback.yml with to: ${candidate.releaseId}` },
    );
  }
  if (live && (relation === "diverged" || relation === "unknown") && !situation.isBranchHead) {
    return new ActionError(
      "CommitDiverged",
      `commit "${short}" does not descend from what is live in "${environment}": ${live.releaseId}`,
      { hint: "merge or rebase onto the live commit and push again, or deploy the head of the branch" },
    );
  }
  if (live && situation.missing.length > 0) {
    return new ActionError(
      "ReleaseMissing",
      `the live release "${live.releaseId}" could not be put back: the release store lacks ${situation.missing.join(", ")}`,
      { hint: "restore them from the bucket's versions or backup before anything else goes live" },
    );
  }
  if (problems.length > 0) {
    return new ActionError("UnsafeMigrations", problems.join("; "), {
      hint: "split the change: first a release whose migrations only expand, then, once it is live, one that contracts",
    });
  }
  return undefined;
}

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

/** The first line of log and summary: what is live now, and why. */
export function verdict(end: {
  readonly environment: string;
  readonly outcome: Outcome;
  readonly releaseId: string;
  readonly liveReleaseId: string | null;
  readonly reason: string;
}): string {
  const { environment, releaseId, liveReleaseId, reason } = end;
  const texts: Record<Outcome, string> = {
    live: `${releaseId} is live in ${environment}: ${reason}`,
    "put-back": `${liveReleaseId} is live again in ${environment}; ${releaseId} was put back: ${reason}`,
    unchanged: `${liveReleaseId ?? "nothing"} is live in ${environment}, untouched; ${releaseId} changed nothing: ${reason}`,
    "not-restored": `${environment} is neither ${releaseId} nor wholly ${liveReleaseId}; putting back failed too: ${reason}`,
    "nothing-to-restore": `nothing is live in ${environment}: ${releaseId} is its first release, and there is none to go back to: ${reason}`,
  };
  return texts[end.outcome];
}
