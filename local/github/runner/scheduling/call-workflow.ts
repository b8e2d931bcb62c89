import { calledFrame, type WorkflowFrame } from "../calls/workflow-frame.ts";
import { toValue } from "../expressions/data.ts";
import { evaluateText } from "../expressions/template.ts";
import type { RunContext } from "../run-context.ts";
import type { CallingJob } from "../workflow/model.ts";
import { enterGroup } from "./concurrency-group.ts";
import type { JobOutcome, JobResult } from "./job-outcome.ts";
import type { JobVariant } from "./job-variants.ts";

/** The jobs of a called workflow, ready to run. */
export interface CalledJobs {
  announced(): readonly { readonly id: string; readonly name: string }[];
  run(): Promise<JobResult>;
  /** How each job of the workflow ended, by its id in the file. */
  outcomes(): ReadonlyMap<string, JobOutcome>;
}

/**
 * Calls a workflow: waits for the calling job's concurrency group, then for the called workflow's own, and runs its jobs as
 * part of this run. Throws where it cannot start.
 */
export async function callWorkflow(
  job: CallingJob,
  variant: JobVariant,
  cancel: AbortController,
  parts: {
    readonly run: RunContext;
    readonly caller: WorkflowFrame;
    readonly schedule: (frame: WorkflowFrame) => CalledJobs;
  },
): Promise<JobOutcome> {
  const { run, caller } = parts;
  const { id, name, contexts } = variant;
  const { emit, gates } = run.services;
  using held = new DisposableStack();
  const enter = async (
    concurrency: CallingJob["concurrency"],
    { contexts: known, heldGroups }: Pick<WorkflowFrame, "contexts" | "heldGroups">,
  ): Promise<readonly string[]> => {
    const place = await enterGroup(
      gates,
      concurrency,
      { contexts: known, functions: new Map() },
      {
        heldGroups,
        cancel,
        onWait: (ahead, group) =>
          emit({ type: "job-waiting", job: id, reason: `concurrency group "${group}", ${ahead} ahead` }),
      },
    );
    if (place !== undefined) held.defer(() => place.release());
    return place === undefined ? heldGroups : [...heldGroups, place.group];
  };
  const frame = calledFrame(run, caller, { job, id, name, contexts });
  const { workflow } = frame.loaded;
  const ofCall = await enter(job.concurrency, { contexts, heldGroups: caller.heldGroups });
  const heldGroups = await enter(workflow.concurrency, { contexts: frame.contexts, heldGroups: ofCall });
  const jobs = parts.schedule({ ...frame, heldGroups });
  emit({ type: "job-called", job: id, jobs: jobs.announced() });
  const result = await jobs.run();
  const known = new Map(frame.contexts).set("jobs", toValue(Object.fromEntries(jobs.outcomes())));
  const outputs = Object.entries(workflow.triggers.workflowCall?.outputs ?? {}).map(
    ([output, template]) =>
      [output, evaluateText(template, { contexts: known, functions: new Map() })] as const,
  );
  return { result, outputs: Object.fromEntries(outputs) };
}
