import type { Manifest } from "../../bundle/manifest.ts";
import { isBranchHead, relationTo } from "../../github/commits.ts";
import { newerWaitingRun } from "../../github/newer-run.ts";
import type { Octokit } from "../../github/octokit.ts";
import type { ActionContext } from "../../kit/action.ts";
import { ActionError } from "../../kit/errors.ts";
import { missingParts } from "../environment/missing-objects.ts";
import type { WholeState } from "../environment/state.ts";
import type { Environment } from "../store/environment.ts";
import { isSuperseded, mayBeOvertaken, refusal, type Situation } from "./guards.ts";

/** What makes it needless that this one goes live, in words. */
export interface Superseded {
  readonly by: string;
}

/**
 * Asks GitHub and the store what the guards decide by; throws what refuses the release, and warns where the branch was
 * rewritten. `problems` and `dropped` are those of its plan. `Superseded` lets nothing begin, and is no failure.
 */
export async function checkGuards(
  { name, store }: Environment,
  { id, commit }: Manifest,
  {
    live,
    liveManifest,
    problems,
    dropped,
  }: Pick<WholeState, "live" | "liveManifest"> & Pick<Situation, "problems" | "dropped">,
  octokit: Octokit | undefined,
  context: ActionContext,
): Promise<"begin" | Superseded> {
  let relation: Awaited<ReturnType<typeof relationTo>> = "identical";
  let isHead = false;
  if (live?.commit === "") {
    context.runner.notice(
      `whether commit "${commit.slice(0, 7)}" is newer than what is live was not asked: ${live.releaseId} was taken over, and nobody knows its commit`,
    );
  } else if (live && live.commit !== commit) {
    if (!octokit) {
      throw new ActionError(
        "InvalidInputs",
        'input "github-token" is required to tell which commit is older',
        {
          hint: "give it the expression github.token",
        },
      );
    }
    relation = await relationTo(live.commit, commit, octokit, context);
    isHead =
      (relation === "diverged" || relation === "unknown") && (await isBranchHead(commit, octokit, context));
  }
  if (isSuperseded(relation, context.run)) {
    return { by: `${live?.releaseId}, which contains it, is live in ${name}` };
  }
  const newer = mayBeOvertaken(context.run) ? await newerWaitingRun(octokit, context) : undefined;
  if (newer) {
    const commit = newer.commit.slice(0, 7);
    return {
      by: `commit ${commit}, which contains it, is built, tested and waits for ${name}: ${newer.url}`,
    };
  }
  const refused = refusal({
    environment: name,
    candidate: { releaseId: id, commit },
    live,
    relation,
    isBranchHead: isHead,
    missing: liveManifest ? await missingParts(store, liveManifest, context.signal) : [],
    problems,
    dropped,
  });
  if (refused) throw refused;
  if (isHead) {
    context.runner.warning(
      `commit "${commit.slice(0, 7)}" does not descend from the live release ${live?.releaseId}, but the branch ends in it: its history was rewritten`,
    );
  }
  return "begin";
}
