import type { Scope } from "../expressions/expression.ts";
import type { JobState } from "../job-state.ts";
import { npmFolder } from "../npm-command.ts";
import type { Step } from "../workflow/model.ts";
import type { StepOutput } from "./step-output.ts";
import { runProcess, type Stop } from "./step-process.ts";

/** One stage of a step while it runs: what the code behind `run` and `uses` works with. */
export interface StepExecution<S extends Step = Step> {
  readonly state: JobState;
  readonly step: S;
  readonly stage: Stage;
  readonly output: StepOutput;
  readonly stop: Stop;
  readonly scope: Scope;
  /** `env` of the workflow, the job and the step, and what earlier steps added. */
  readonly env: Readonly<Record<string, string>>;
  /** Variables of the step's environment files and name. */
  readonly stepVariables: Readonly<Record<string, string>>;
  readonly saved: Readonly<Record<string, string>>;
  setOutput(name: string, value: string): void;
}

export type Stage = "pre" | "main" | "post";

/** Runs a program as the step's process, with the step's environment and output. Resolves with its exit code. */
export function runStepProcess(
  { state, output, stop, env, stepVariables }: StepExecution,
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly variables?: Readonly<Record<string, string>> },
): Promise<number> {
  const { patience } = state.run;
  const { machine } = state.run.services;
  const merged: Record<string, string> = {
    CI: "true",
    ...machine.environment,
    ...env,
    ...options.variables,
    ...state.fixedVariables,
    ...stepVariables,
  };
  const paths = [npmFolder(machine), ...state.progress.paths, merged.PATH ?? ""];
  merged.PATH = paths.filter((part) => part !== "").join(":");
  return runProcess(machine.processes, command, args, {
    cwd: options.cwd,
    env: merged,
    stop,
    patience,
    onLine: (line) => output.read(line),
    onLeftover: (group) => state.progress.leftovers.add(group),
  });
}
