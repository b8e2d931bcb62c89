import type { Octokit } from "../../github/octokit.ts";
import type { WorkflowRun } from "../../kit/workflow-run.ts";
import type { RunReference } from "../store/entries.ts";

/** True when GitHub says that the run's attempt is over. Where the token may not ask, what it holds has to expire. */
export async function isRunOver(
  octokit: Octokit | undefined,
  { owner, repository: repo }: Pick<WorkflowRun, "owner" | "repository">,
  run: RunReference,
): Promise<boolean> {
  if (!octokit) return false;
  try {
    const { data } = await octokit.rest.actions.getWorkflowRun({ owner, repo, run_id: run.id });
    const attempt = data.run_attempt ?? 1;
    return attempt > run.attempt || (attempt === run.attempt && data.status === "completed");
  } catch {
    return false;
  }
}
