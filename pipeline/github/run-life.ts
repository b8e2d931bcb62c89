import type { WorkflowRun } from "../kit/workflow-run.ts";
import type { Octokit } from "./octokit.ts";

/** Whether an attempt of a run is still at work, as GitHub says; "unknown" where it does not, or may not be asked. */
export type RunLife = "at work" | "over" | "unknown";

/** Asks GitHub for the life of one attempt of a run. Never rejects. */
export async function runLife(
  octokit: Octokit | undefined,
  { owner, repository: repo }: Pick<WorkflowRun, "owner" | "repository">,
  run: { readonly id: number; readonly attempt: number },
): Promise<RunLife> {
  if (!octokit) return "unknown";
  try {
    const { data } = await octokit.rest.actions.getWorkflowRun({ owner, repo, run_id: run.id });
    const attempt = data.run_attempt ?? 1;
    const isOver = attempt > run.attempt || (attempt === run.attempt && data.status === "completed");
    return isOver ? "over" : "at work";
  } catch {
    return "unknown";
  }
}
