import type { RunReference } from "../lib/release/entries.ts";
import type { Session } from "./session.ts";

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
  { octokit, context }: Session,
  run: Pick<RunReference, "id">,
): Promise<string | undefined> {
  if (!octokit) return undefined;
  const { owner, repository: repo } = context.run;
  try {
    const { data } = await octokit.rest.actions.listJobsForWorkflowRun({
      owner,
      repo,
      run_id: run.id,
      per_page: 100,
    });
    const job = data.jobs.find((one) => wordOf(one) !== undefined);
    if (!job) return undefined;
    const step = job.steps?.find((one) => wordOf(one) !== undefined);
    return step
      ? `step "${step.name}" of job "${job.name}" ${wordOf(step)}`
      : `job "${job.name}" ${wordOf(job)}`;
  } catch {
    context.signal.throwIfAborted();
    return undefined;
  }
}

function wordOf({ conclusion }: Ended): string | undefined {
  return Object.entries(words).find(([name]) => name === conclusion)?.[1];
}
