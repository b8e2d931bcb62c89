import type { Conclusion } from "../run-events.ts";
import type { JobIdentity } from "../runner-services.ts";
import { workflowRef } from "./calls/loaded-workflow.ts";
import { defaultPermissions, readOnly } from "./calls/permissions.ts";
import { keepDependencies } from "./dependencies.ts";
import { evaluateText } from "./expressions/template.ts";
import { type JobPlan, type JobState, stepScope } from "./job-state.ts";
import { openJob } from "./open-job.ts";
import { endOrphans, trackingVariable } from "./orphans.ts";
import type { RunContext } from "./run-context.ts";
import type { JobControl } from "./scheduling/job-control.ts";
import { setUpJob } from "./set-up-job.ts";
import { stepTasks } from "./step-tasks.ts";
import { runStep } from "./steps/run-step.ts";
import { StepOutput } from "./steps/step-output.ts";
import { runTool } from "./tool.ts";

interface JobEnd {
  readonly conclusion: Extract<Conclusion, "success" | "failure" | "cancelled">;
  readonly outputs: Readonly<Record<string, string>>;
  readonly environmentUrl?: string;
}

/** Runs a job on this machine from its first step to its last, and tells it as events from job-started to job-ended. */
export async function runJob(plan: JobPlan, run: RunContext, control: JobControl): Promise<JobEnd> {
  const started = performance.now();
  const { emit } = run.services;
  const { loaded } = plan.frame;
  const { source } = loaded;
  const permissions = plan.job.permissions ?? plan.frame.permissions ?? defaultPermissions;
  const identity: JobIdentity = {
    run: run.request.head,
    job: plan.id,
    workflowRef: workflowRef(source),
    workflowSha: source.sha,
    environment: plan.environment,
    permissions: run.request.fromFork ? readOnly(permissions) : permissions,
  };
  const { token, revoke } = run.services.credentials.jobToken(identity);
  const stop = { cancel: control.cancel.signal, kill: control.kill.signal };
  const state = opened(() => openJob(plan, run, identity, token, stop), revoke);
  // Registered before any step listens: a step asks for the status when it hears of the cancel.
  stop.cancel.addEventListener("abort", () => {
    state.progress.status = "cancelled";
  });
  const tasks = stepTasks(plan.job, loaded.actions, 1);
  const titles = ["Set up job", ...tasks.map((task) => task.title(state)), "Complete job"];
  emit({
    type: "job-started",
    job: plan.id,
    name: plan.name,
    steps: titles,
    ...(plan.environment === undefined
      ? {}
      : {
          environment: { name: plan.environment, deployment: plan.job.environment?.deployment ?? true },
        }),
  });
  const timers: NodeJS.Timeout[] = [];
  const ready = await ownStep(state, 0, "Set up job", (output) => setUpJob(state, control, timers, output));
  for (const task of ready ? tasks : []) {
    if (!stop.kill.aborted) await runStep(task, state);
  }
  for (const timer of timers) clearTimeout(timer);
  let end: Omit<JobEnd, "conclusion"> = { outputs: {} };
  await ownStep(state, tasks.length + 1, "Complete job", async (output) => {
    end = await complete(state, output);
  });
  revoke();
  const conclusion = stop.kill.aborted ? "cancelled" : state.progress.status;
  const seconds = (performance.now() - started) / 1000;
  emit({ type: "job-ended", job: plan.id, conclusion, seconds, ...end });
  // A stack that stops has no time for it, and sweeps when it starts again.
  if (run.kill.reason !== "shutdown") run.background(removeFolder(state));
  return { conclusion, ...end };
}

/** The job's state; its token is taken back where there is none. */
function opened(open: () => JobState, revoke: () => void): JobState {
  try {
    return open();
  } catch (error) {
    revoke();
    throw error;
  }
}

/** A step of the runner's own. Resolves with whether it succeeded; the job fails with it. */
async function ownStep(
  state: JobState,
  step: number,
  name: string,
  body: (output: StepOutput) => Promise<void>,
): Promise<boolean> {
  const started = performance.now();
  const { emit } = state.run.services;
  const job = state.plan.id;
  const nothing = (): void => {};
  const { masker, debug } = state;
  const output = new StepOutput({ emit, job, step, masker, debug, setOutput: nothing, saveState: nothing });
  emit({ type: "step-started", job, step, name });
  let conclusion: Conclusion = "success";
  try {
    await body(output);
  } catch (error) {
    output.error(error instanceof Error ? error.message : String(error));
    conclusion = "failure";
    if (state.progress.status === "success") state.progress.status = "failure";
  }
  emit({ type: "step-ended", job, step, conclusion, seconds: (performance.now() - started) / 1000 });
  return conclusion === "success";
}

async function complete(state: JobState, output: StepOutput): Promise<Omit<JobEnd, "conclusion">> {
  const { plan, run, stop } = state;
  const { reason } = stop.cancel;
  if (reason instanceof Error) output.error(reason.message);
  const trackingId = state.fixedVariables[trackingVariable] as string;
  const ended = await endOrphans(trackingId, state.progress.leftovers, run.services.machine.processes);
  for (const line of ended) output.line(line);
  if (stop.kill.aborted) return { outputs: {} };
  const scope = stepScope(state);
  const outputs: Record<string, string> = {};
  for (const [name, template] of Object.entries(plan.job.outputs)) {
    const value = evaluateText(template, scope);
    if (state.masker.mask(value) !== value) {
      output.warning(`Skip output '${name}' since it may contain secret.`);
    } else outputs[name] = value;
  }
  const url = plan.job.environment?.url;
  const environmentUrl = url && state.masker.mask(evaluateText(url, scope));
  if (state.progress.status === "success") {
    const kept = await keepDependencies(state);
    if (kept !== undefined) output.line(kept);
  }
  return { outputs, ...(environmentUrl ? { environmentUrl } : {}) };
}

/** Removes the job's folder. A program does it in a tenth of the time that Node takes for a large node_modules. */
async function removeFolder({ run, directories }: JobState): Promise<void> {
  const never = new AbortController().signal;
  // A run that was ended by force has nothing else to end; a stack that stops meanwhile ends this too.
  const stop = { cancel: never, kill: run.kill.aborted ? never : run.kill };
  const { machine } = run.services;
  await runTool(machine, "rm", ["-rf", "--", directories.root], { cwd: machine.workDirectory, stop }).catch(
    () => {},
  );
}
