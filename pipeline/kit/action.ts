import { type Clock, systemClock } from "./clock.ts";
import { ActionError, explain } from "./errors.ts";
import { type InputSpec, type Inputs, readInputs } from "./inputs.ts";
import { withRemedy } from "./log-text.ts";
import { type Runner, workflowRunner } from "./runner.ts";
import { parseWorkflowRun, type WorkflowRun } from "./workflow-run.ts";

/** The outside world as an action's story sees it; built once, at the edge, and passed in. */
export interface ActionContext {
  readonly runner: Runner;
  readonly run: WorkflowRun;
  readonly clock: Clock;
  /** Aborts when the job is cancelled (SIGINT, then SIGTERM); stories stop at the next safe point. */
  readonly signal: AbortSignal;
  /** The step's environment, for what child processes and SDK endpoints need; read-only. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * The whole of an action's `main.ts`: reads the inputs, runs the story, reports a failure as one annotation with its code,
 * and sets the exit code. Never rejects.
 */
export async function runAction<Spec extends InputSpec>(
  spec: Spec,
  story: (inputs: Inputs<Spec>, context: ActionContext) => Promise<void>,
): Promise<void> {
  const cancel = new AbortController();
  const stop = (): void =>
    cancel.abort(
      new ActionError("Cancelled", "the job was cancelled", {
        hint: "nothing, if that was meant; of a deploy or a rollback, the run's last job says what is live now",
      }),
    );
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  try {
    const context: ActionContext = {
      runner: workflowRunner,
      run: parseWorkflowRun(process.env),
      clock: systemClock,
      signal: cancel.signal,
      env: process.env,
    };
    await story(readInputs(workflowRunner, spec), context);
  } catch (error) {
    reportFailure(workflowRunner, error);
  } finally {
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  }
}

/** Prints an error as people need it: what, why, what to change; then marks the step as failed. */
export function reportFailure(runner: Pick<Runner, "info" | "fail">, error: unknown): void {
  if (error instanceof AggregateError) {
    for (const one of error.errors) reportFailure(runner, one);
    return;
  }
  if (isDiskFull(error)) {
    const hint =
      "free space in an earlier step, or choose a runner with a larger disk, and run the job again";
    reportFailure(
      runner,
      new ActionError("RunnerDiskFull", "the runner's disk is full", { hint, cause: error }),
    );
    return;
  }
  if (!(error instanceof ActionError)) {
    runner.info(error instanceof Error ? (error.stack ?? error.message) : String(error));
    runner.fail(explain(error), "InternalError");
    return;
  }
  for (const [name, value] of Object.entries(error.details)) runner.info(`  ${name}: ${value}`);
  runner.fail(withRemedy(explain(error), error.hint), error.code);
}

function isDiskFull(error: unknown): boolean {
  return error instanceof Error && ["ENOSPC", "EDQUOT"].includes((error as NodeJS.ErrnoException).code ?? "");
}
