import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { workflowRef } from "./calls/loaded-workflow.ts";
import { toPlain, toValue } from "./expressions/data.ts";
import { evaluateNumber, evaluateText } from "./expressions/template.ts";
import { type JobState, stepScope } from "./job-state.ts";
import type { JobControl } from "./scheduling/job-control.ts";
import type { StepOutput } from "./steps/step-output.ts";
import { minutesToMs } from "./timing.ts";

const defaultTimeoutMinutes = 360;
const defaultCancelTimeoutMinutes = 5;

/** The first step of every job: folders, the event, `env`, how long it may take, and what it may do. */
export async function setUpJob(
  state: JobState,
  control: JobControl,
  timers: NodeJS.Timeout[],
  output: StepOutput,
): Promise<void> {
  const { plan, run, directories } = state;
  await rm(directories.root, { recursive: true, force: true });
  await mkdir(directories.workspace, { recursive: true });
  await mkdir(dirname(directories.eventPath), { recursive: true });
  await writeFile(directories.eventPath, JSON.stringify(run.request.event, null, 2));
  const scope = stepScope(state);
  for (const env of [plan.frame.loaded.workflow.env, plan.job.env]) {
    for (const [name, template] of Object.entries(env))
      state.progress.env[name] = evaluateText(template, scope);
  }
  const { timeoutMinutes, cancelTimeoutMinutes } = plan.job;
  const minutes = timeoutMinutes ? evaluateNumber(timeoutMinutes, scope, 0) : defaultTimeoutMinutes;
  const grace = cancelTimeoutMinutes
    ? evaluateNumber(cancelTimeoutMinutes, scope, 0)
    : defaultCancelTimeoutMinutes;
  const timedOut = `The job has exceeded the maximum execution time of ${minutes} minutes`;
  timers.push(setTimeout(() => control.cancel.abort(new Error(timedOut)), minutesToMs(minutes)));
  control.cancel.signal.addEventListener("abort", () => {
    timers.push(setTimeout(() => control.kill.abort(), minutesToMs(grace)).unref());
  });
  output.line(`Runner on this machine: Node ${process.versions.node}, ${run.services.machine.workDirectory}`);
  const permissions = Object.entries(state.permissions).map(([scopeName, level]) => `${scopeName}: ${level}`);
  output.group("GITHUB_TOKEN Permissions", permissions.length === 0 ? ["none"] : permissions);
  if (plan.environment !== undefined) output.line(`Environment: ${plan.environment}`);
  if (plan.frame.prefix.id !== "") tellCall(state, output);
}

/** Which workflow a called job is of, and what it was given, as GitHub's log begins with it. */
function tellCall({ plan }: JobState, output: StepOutput): void {
  const { loaded, contexts } = plan.frame;
  output.line(`Uses: ${workflowRef(loaded.source)} (${loaded.source.sha})`);
  const inputs = toPlain(contexts.get("inputs") ?? toValue({})) as Readonly<Record<string, unknown>>;
  const lines = Object.entries(inputs).flatMap(([name, value]) => `  ${name}: ${value}`.split("\n"));
  if (lines.length > 0) output.group("Inputs", lines);
  output.line(`Complete job name: ${plan.name}`);
}
