import type { Octokit } from "../../github/octokit.ts";
import { runLife } from "../../github/run-life.ts";
import type { WorkflowRun } from "../../kit/workflow-run.ts";
import type { RunReference } from "../store/entries.ts";

/** True when GitHub says that the run's attempt is over. Where the token may not ask, what it holds has to expire. */
export async function isRunOver(
  octokit: Octokit | undefined,
  repository: Pick<WorkflowRun, "owner" | "repository">,
  run: RunReference,
): Promise<boolean> {
  return (await runLife(octokit, repository, run)) === "over";
}
