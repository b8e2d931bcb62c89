import type { ActionContext } from "../kit/action.ts";
import type { Octokit } from "./octokit.ts";

const words = { failure: "failed", timed_out: "timed out", cancelled: "was cancelled" } as const;

interface Ended {
  readonly name: string;
  readonly conclusion?: string | null;
}

/**
 * What stopped the run before its finish, as GitHub tells it: `step "API" of job "Deploy" failed`. undefined where GitHub
 * does not say; the ledger knows only what moved.
 */
export async function failedStep(
  octokit: Octokit | undefined,
  { run: current, signal }: Pick<ActionContext, "run" | "signal">,
  runId: number,
): Promise<string | undefined> {
  if (!octokit) return undefined;
  const { owner, repository: repo } = current;
  try {
    const { data } = await octokit.rest.actions.listJobsForWorkflowRun({
      owner,
      repo,
      run_id: runId,
      per_page: 100,
    });
    const job = data.jobs.find((one) => wordOf(one) !== undefined);
    if (!job) return undefined;
    const step = job.steps?.find((one) => wordOf(one) !== undefined);
    return step
      ? `step "${step.name}" of job "${job.name}" ${wordOf(step)}`
      : `job "${job.name}" ${wordOf(job)}`;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

function wordOf({ conclusion }: Ended): string | undefined {
  return Object.entries(words).find(([name]) => name === conclusion)?.[1];
}
