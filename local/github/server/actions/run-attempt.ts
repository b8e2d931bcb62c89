import type { RunEventBody } from "../../run-events.ts";
import { runWorkflow } from "../../runner/run-workflow.ts";
import type { KeptJobs } from "../../runner-services.ts";
import type { WorkflowFile } from "../events/workflow-files.ts";
import type { RunRecord } from "../state/runs.ts";
import { type Facilities, servicesOf } from "./run-services.ts";

/** Runs one attempt to its end. Never rejects: whatever goes wrong ends the run as a failure that says why. */
export async function runAttempt(
  facilities: Facilities,
  record: RunRecord,
  file: WorkflowFile,
  options: Parameters<typeof servicesOf>[2] & { readonly kept: KeptJobs | undefined },
): Promise<void> {
  const { emit } = options;
  const { services, revokeAll } = servicesOf(facilities, record, options);
  try {
    // Callers go on first: a push hears of its run before the run's first event.
    await Promise.resolve();
    const { head, event, inputs, headRef, baseRef, fork } = record;
    const fromFork = fork !== undefined;
    const workflowText = file.text;
    const { kept } = options;
    await runWorkflow({ head, workflowText, event, inputs, headRef, baseRef, fromFork, kept }, services);
  } catch (error) {
    tellFault(emit, file.path, error);
  } finally {
    revokeAll();
    if (facilities.runs.state(record.head.id) !== "ended") {
      emit({ type: "run-ended", conclusion: "failure", seconds: 0 });
    }
  }
}

/** A fault of the runner itself, told as the failure of a job of its own. */
function tellFault(emit: (event: RunEventBody) => void, path: string, error: unknown): void {
  const job = "runner";
  const name = "Run the workflow";
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  emit({ type: "job-started", job, name: path, steps: [name] });
  emit({ type: "step-started", job, step: 0, name });
  for (const line of text.split("\n")) emit({ type: "line", job, step: 0, text: line });
  const message = `the local runner failed: ${text.split("\n")[0]}`;
  emit({ type: "annotation", job, step: 0, level: "error", message });
  emit({ type: "step-ended", job, step: 0, conclusion: "failure", seconds: 0 });
  emit({ type: "job-ended", job, conclusion: "failure", seconds: 0, outputs: {} });
}
