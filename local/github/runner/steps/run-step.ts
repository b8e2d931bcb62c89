import { builtIns } from "../actions/built-ins.ts";
import { type Condition, evaluateCondition, stillHolds } from "../expressions/condition.ts";
import { evaluateBoolean, evaluateNumber, evaluateText } from "../expressions/template.ts";
import { type JobState, type StepConclusion, type StepResult, stepScope } from "../job-state.ts";
import { minutesToMs } from "../timing.ts";
import type { RunStep, Step, UsesStep } from "../workflow/model.ts";
import type { Stage, StepExecution } from "./execution.ts";
import { runBuiltIn } from "./run-built-in.ts";
import { runJavaScript } from "./run-javascript.ts";
import { runScript } from "./run-script.ts";
import { createStepFiles, type StepFiles } from "./step-files.ts";
import { StepOutput } from "./step-output.ts";

/** One entry of a job's list of steps. */
export interface StepTask {
  readonly step: Step;
  readonly stage: Stage;
  readonly condition: Condition;
  /** Its place in the list. */
  readonly index: number;
  /** GITHUB_ACTION: the step's id, or one that the runner makes up. */
  readonly actionId: string;
  readonly title: (state: JobState) => string;
}

/** A task while it runs, and what it has brought about so far. */
interface RunningStep {
  readonly task: StepTask;
  readonly state: JobState;
  readonly output: StepOutput;
  readonly outputs: Record<string, string>;
  /** GITHUB_STATE. */
  readonly saved: Record<string, string>;
}

/** Runs a stage of a step as far as its condition lets it, and updates the job's state with how it ended. */
export async function runStep(task: StepTask, state: JobState): Promise<void> {
  const { step, stage, index } = task;
  const { emit } = state.run.services;
  const job = state.plan.id;
  const started = performance.now();
  emit({ type: "step-started", job, step: index, name: task.title(state) });
  const result = await conclude(open(task, state));
  if (stage === "main" && step.id !== undefined) state.progress.steps.set(step.id, result);
  if (result.conclusion === "failure" && state.progress.status === "success")
    state.progress.status = "failure";
  const seconds = (performance.now() - started) / 1000;
  emit({ type: "step-ended", job, step: index, conclusion: result.conclusion, seconds });
}

function open(task: StepTask, state: JobState): RunningStep {
  const outputs: Record<string, string> = {};
  const saved = state.progress.saved.get(task.step) ?? {};
  const output = new StepOutput({
    emit: state.run.services.emit,
    job: state.plan.id,
    step: task.index,
    masker: state.masker,
    debug: state.debug,
    setOutput: (name, value) => {
      outputs[name] = value;
    },
    saveState: (name, value) => {
      saved[name] = value;
    },
  });
  return { task, state, output, outputs, saved };
}

async function conclude(running: RunningStep): Promise<StepResult> {
  const { task, state, output, outputs, saved } = running;
  const { step, stage } = task;
  const ended = (outcome: StepConclusion): StepResult => ({ outputs, outcome, conclusion: outcome });
  // The post stage of a step that never began has nothing to clean up.
  if (stage === "post" && !state.progress.saved.has(step)) return ended("skipped");
  try {
    const env = { ...state.progress.env };
    const envScope = stepScope(state);
    for (const [name, template] of Object.entries(step.env)) env[name] = evaluateText(template, envScope);
    if (!evaluateCondition(task.condition, stepScope(state, env))) return ended("skipped");
    state.progress.saved.set(step, saved);
    const files = createStepFiles(state.directories.commands);
    const outcome = await runUntilStopped(running, env, files);
    const understood = collectFiles(running, files);
    const result = ended(outcome === "success" && !understood ? "failure" : outcome);
    if (result.outcome !== "failure" || step.continueOnError === undefined) return result;
    const forgiven = evaluateBoolean(step.continueOnError, stepScope(state, env));
    return forgiven ? { ...result, conclusion: "success" } : result;
  } catch (error) {
    output.error(error instanceof Error ? error.message : String(error));
    return ended("failure");
  }
}

async function runUntilStopped(
  { task, state, output, outputs, saved }: RunningStep,
  env: Readonly<Record<string, string>>,
  files: StepFiles,
): Promise<StepConclusion> {
  const { step, stage, condition } = task;
  const { cancel, kill } = state.stop;
  const scope = stepScope(state, env);
  const minutes = step.timeoutMinutes && evaluateNumber(step.timeoutMinutes, scope, 0);
  const stopper = new AbortController();
  const stopped = (): boolean => stopper.signal.aborted || kill.aborted;
  // A step whose condition holds in a cancelled job, such as always(), goes on.
  const onJobCancel = (): void => {
    if (!stillHolds(condition, stepScope(state, env))) stopper.abort("cancel");
  };
  if (!cancel.aborted) cancel.addEventListener("abort", onJobCancel);
  const timer = minutes && setTimeout(() => stopper.abort("timeout"), minutesToMs(minutes));
  let succeeded = false;
  try {
    succeeded = await execute({
      state,
      step,
      stage,
      output,
      scope,
      env,
      saved,
      stop: { cancel: stopper.signal, kill },
      stepVariables: { ...files.variables, GITHUB_ACTION: task.actionId },
      setOutput: (name, value) => {
        outputs[name] = value;
      },
    });
  } catch (error) {
    if (!stopped()) output.error(error instanceof Error ? error.message : String(error));
  } finally {
    if (timer) clearTimeout(timer);
    cancel.removeEventListener("abort", onJobCancel);
  }
  if (stopper.signal.reason === "timeout") {
    output.error(`The action '${task.title(state)}' has timed out after ${minutes} minutes.`);
    return "failure";
  }
  if (stopped()) {
    output.error("The operation was canceled.");
    return "cancelled";
  }
  return succeeded && !output.failed ? "success" : "failure";
}

function execute(execution: StepExecution): Promise<boolean> {
  const { step, state } = execution;
  if (step.kind === "run") return runScript(execution as StepExecution<RunStep>);
  const uses = execution as StepExecution<UsesStep>;
  if (step.uses.kind === "built-in") return runBuiltIn(uses, builtIns[step.uses.name]);
  const action = state.plan.frame.loaded.actions.get(step.uses.text);
  if (action === undefined) throw new Error(`action "${step.uses.text}" was not resolved`);
  return runJavaScript(uses, action);
}

/** Applies what the step wrote to its environment files. Returns false when one of them cannot be understood. */
function collectFiles({ task, state, output, outputs, saved }: RunningStep, files: StepFiles): boolean {
  const contents = files.collect();
  for (const [name, value] of contents.env) state.progress.env[name] = value;
  for (const [name, value] of contents.outputs) outputs[name] = value;
  for (const [name, value] of contents.state) saved[name] = value;
  for (const path of contents.paths) state.progress.paths.unshift(path);
  for (const problem of contents.problems) output.error(problem);
  if (contents.summary.trim() !== "") {
    const markdown = state.masker.mask(contents.summary);
    state.run.services.emit({ type: "summary", job: state.plan.id, step: task.index, markdown });
  }
  if (contents.summaryProblem !== undefined) output.error(contents.summaryProblem);
  return contents.problems.length === 0;
}
