import type { Relation } from "../../github/commits.ts";
import { ActionError } from "../../kit/errors.ts";
import type { WorkflowRun } from "../../kit/workflow-run.ts";
import { wayTo } from "../store/commands.ts";

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
  /** What the live release has and this one would stop having, in words; "" for nothing. */
  readonly dropped: string;
}

/**
 * Whether a newer push has overtaken this one, so that there is nothing left to do: builds and tests of pushes run side by
 * side. Where somebody asked for the older commit, by a dispatch, by running its run again or by rewriting the branch, it is
 * refused instead.
 */
export function isSuperseded(
  relation: Relation,
  run: Pick<WorkflowRun, "eventName" | "event" | "runAttempt">,
): boolean {
  return relation === "behind" && mayBeOvertaken(run);
}

/** Whether it is there only because somebody pushed, and not because somebody asks for this very commit. */
export function mayBeOvertaken({
  eventName,
  event,
  runAttempt,
}: Pick<WorkflowRun, "eventName" | "event" | "runAttempt">): boolean {
  return eventName === "push" && event.forced !== true && runAttempt === 1;
}

/**
 * The guards of a deploy, first one first; undefined lets it begin.
 *
 * | relation of the commit to the live one | branch ends in it | |
 * |---|---|---|
 * | identical, ahead | any | go on |
 * | behind | any | `CommitOlder`, unless it is superseded |
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
      { hint: `to go back on purpose, ${wayTo("rollback", environment, candidate.releaseId)}` },
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
  if (situation.dropped !== "") {
    return new ActionError("TierDropped", situation.dropped, {
      hint: "see whether the inputs of `build` are empty by mistake; where the app has really given it up, name it in the input `drop-tiers`",
    });
  }
  if (problems.length > 0) {
    return new ActionError("UnsafeMigrations", problems.join("; "), {
      hint: 'split the change: first a release whose migrations only expand, then, once it is live, one that contracts; docs/safe-migrations.md has the safe form of each rule. What is meant is exported with its reason: `accept = { "rule": "reason" }`',
    });
  }
  return undefined;
}
