import type { ActionContext } from "../kit/action.ts";
import { relationTo } from "./commits.ts";
import type { Octokit } from "./octokit.ts";

/** A newer push that only waits for its turn. */
export interface NewerRun {
  readonly id: number;
  readonly commit: string;
  readonly url: string;
}

interface Job {
  readonly name: string;
  readonly status: string;
  readonly conclusion: string | null;
}

/** So many of the newest runs are looked at. */
const looked = 20;

/**
 * The newest push whose commit descends from this run's, whose builds and tests have all passed, and whose job of the same name waits
 * for its turn. undefined where there is none, or where GitHub does not say: then this run goes on, as it would have.
 */
export async function newerWaitingRun(
  octokit: Octokit | undefined,
  { run, signal, ...context }: Pick<ActionContext, "run" | "clock" | "signal">,
): Promise<NewerRun | undefined> {
  if (!octokit) return undefined;
  const { owner, repository: repo, runId, sha } = run;
  try {
    const { data: own } = await octokit.rest.actions.getWorkflowRun({ owner, repo, run_id: runId });
    const { data } = await octokit.rest.actions.listWorkflowRuns({
      owner,
      repo,
      workflow_id: own.workflow_id,
      event: "push",
      per_page: looked,
    });
    const newer = data.workflow_runs
      .filter(({ status, run_number: number, head_sha: commit }) => {
        return status !== "completed" && number > own.run_number && commit !== sha;
      })
      .sort((a, b) => b.run_number - a.run_number);
    for (const { id, head_sha: commit, html_url: url } of newer) {
      const jobs = await octokit.rest.actions.listJobsForWorkflowRun({
        owner,
        repo,
        run_id: id,
        per_page: 100,
      });
      if (!isReady(jobs.data.jobs, run.job)) continue;
      if ((await relationTo(sha, commit, octokit, { run, signal, ...context })) === "ahead")
        return { id, commit, url };
    }
    return undefined;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

/** Whether all that comes before the job of that id is done and well, and it waits for nothing but its turn. */
function isReady(jobs: readonly Job[], id: string): boolean {
  const named = (part: string): readonly Job[] => jobs.filter(({ name }) => lastName(name).startsWith(part));
  const before = [...named("build"), ...named("test")];
  const own = named(id.toLowerCase());
  return (
    named("build").some(({ conclusion }) => conclusion === "success") &&
    before.every(({ conclusion }) => conclusion === "success" || conclusion === "skipped") &&
    own.some(({ status }) => status === "queued" || status === "pending")
  );
}

/** Of `Pipeline / Test backend`: `test backend`. */
function lastName(name: string): string {
  return (name.split(" / ").at(-1) ?? "").toLowerCase();
}
