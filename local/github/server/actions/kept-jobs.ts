import type { RunEvent } from "../../run-events.ts";
import type { KeptJobs } from "../../runner-services.ts";

/**
 * The jobs of an attempt that the next one need not run again: those that succeeded, but for the one that is asked for by its id.
 * What needs a job that runs again runs again too, as the runner sees to.
 * https://docs.github.com/actions/how-tos/manage-workflow-runs/re-run-workflows-and-jobs
 */
export function keptJobs(events: Iterable<RunEvent>, again?: string): KeptJobs {
  const kept = new Map<string, Readonly<Record<string, string>>>();
  for (const event of events) {
    if (event.type !== "job-ended" || event.job === again) continue;
    if (event.conclusion === "success") kept.set(event.job, event.outputs);
    else kept.delete(event.job);
  }
  return kept;
}
