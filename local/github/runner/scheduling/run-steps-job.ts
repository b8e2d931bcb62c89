import type { WorkflowFrame } from "../calls/workflow-frame.ts";
import { evaluateBoolean, evaluateText } from "../expressions/template.ts";
import type { RunContext } from "../run-context.ts";
import { runJob } from "../run-job.ts";
import type { StepsJob } from "../workflow/model.ts";
import { enterGroup } from "./concurrency-group.ts";
import type { JobControl } from "./job-control.ts";
import type { JobOutcome } from "./job-outcome.ts";
import type { JobVariant } from "./job-variants.ts";
import type { Machines } from "./machines.ts";

/** Waits for all that holds a job back, then runs it. Throws where it cannot start. */
export async function runStepsJob(
  job: StepsJob,
  variant: JobVariant,
  control: JobControl,
  parts: { readonly run: RunContext; readonly frame: WorkflowFrame; readonly machines: Machines },
): Promise<JobOutcome> {
  const { run, frame, machines } = parts;
  const { id, contexts } = variant;
  const { emit, gates } = run.services;
  const { signal } = control.cancel;
  using held = new DisposableStack();
  const scope = { contexts, functions: new Map() };
  const tell = (reason: string): void => emit({ type: "job-waiting", job: id, reason });
  const environment = (job.environment && evaluateText(job.environment.name, scope)) || undefined;
  const isForgiving = job.continueOnError ? evaluateBoolean(job.continueOnError, scope) : false;
  const place = await enterGroup(gates, job.concurrency, scope, {
    heldGroups: frame.heldGroups,
    cancel: control.cancel,
    onWait: (ahead, group) => tell(`concurrency group "${group}", ${ahead} ahead`),
  });
  if (place !== undefined) held.defer(() => place.release());
  if (environment !== undefined) {
    await gates.protection({ run: run.request.head, environment, signal, onWait: tell });
  }
  held.defer(await machines.take(signal, tell));
  const plan = { ...variant, job, frame, environment, number: machines.nextNumber() };
  const { conclusion, outputs } = await runJob(plan, run, control);
  return { result: conclusion === "failure" && isForgiving ? "success" : conclusion, outputs };
}
