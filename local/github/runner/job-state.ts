import type { Permissions } from "../runner-services.ts";
import { workflowRef } from "./calls/loaded-workflow.ts";
import type { WorkflowFrame } from "./calls/workflow-frame.ts";
import type { JobDirectories } from "./contexts.ts";
import type { Value } from "./expressions/data.ts";
import { environmentValue, toValue } from "./expressions/data.ts";
import type { Scope } from "./expressions/expression.ts";
import { type JobStatus, statusFunctions, stepFunctions } from "./expressions/functions.ts";
import type { RunContext } from "./run-context.ts";
import type { Masker } from "./steps/masker.ts";
import type { Stop } from "./steps/step-process.ts";
import type { Step, StepsJob } from "./workflow/model.ts";

/** One job that is to run: a job of the file, or one combination of its matrix. */
export interface JobPlan {
  readonly job: StepsJob;
  /** The workflow that it is a job of. */
  readonly frame: WorkflowFrame;
  /** Its id in the run's events: the job's id and, where it has a matrix, the combination. */
  readonly id: string;
  readonly name: string;
  /** Number of the job in the run, for its folder. */
  readonly number: number;
  /** Contexts that were known before the job started: github, inputs, vars, needs, strategy, matrix. */
  readonly contexts: ReadonlyMap<string, Value>;
  /** The environment that it deploys to. */
  readonly environment: string | undefined;
}

export interface StepResult {
  readonly outputs: Record<string, string>;
  outcome: StepConclusion;
  conclusion: StepConclusion;
}

export type StepConclusion = "success" | "failure" | "cancelled" | "skipped";

/** How far a running job is: what its steps change for those after them. */
interface JobProgress {
  status: JobStatus;
  /** The `env` context: of the workflow, of the job, and what steps wrote to GITHUB_ENV. */
  readonly env: Record<string, string>;
  /** What steps wrote to GITHUB_PATH, latest first. */
  readonly paths: string[];
  readonly steps: Map<string, StepResult>;
  /** GITHUB_STATE of each step that began, which its post stage gets back. */
  readonly saved: Map<Step, Record<string, string>>;
  /** Process groups that outlived their step. */
  readonly leftovers: Set<number>;
}

/** What the steps of a running job read and change. */
export interface JobState {
  readonly plan: JobPlan;
  readonly run: RunContext;
  readonly directories: JobDirectories;
  readonly masker: Masker;
  readonly permissions: Permissions;
  readonly debug: boolean;
  readonly stop: Stop;
  /** What no step can change: GITHUB_* and RUNNER_* variables, and where to ask for OIDC tokens. */
  readonly fixedVariables: Readonly<Record<string, string>>;
  /** Contexts of the job: those of the plan, and secrets, job and runner. */
  readonly contexts: ReadonlyMap<string, Value>;
  readonly progress: JobProgress;
}

/** What the expressions of a step see. `env` is the step's own `env` context, where it has one already. */
export function stepScope(
  state: JobState,
  env: Readonly<Record<string, string>> = state.progress.env,
  inputs?: Readonly<Record<string, string>>,
): Scope {
  const contexts = new Map(state.contexts);
  contexts.set("env", environmentValue(env));
  contexts.set("steps", toValue(Object.fromEntries(state.progress.steps)));
  contexts.set("job", toValue({ status: state.progress.status, ...workflowIdentity(state) }));
  if (inputs !== undefined) contexts.set("inputs", toValue(inputs));
  return {
    contexts,
    functions: new Map([
      ...statusFunctions(state.progress.status),
      ...stepFunctions(state.directories.workspace),
    ]),
  };
}

/** The file that defines the job: https://docs.github.com/actions/reference/workflows-and-actions/contexts#job-context */
function workflowIdentity({ plan }: JobState): Readonly<Record<string, string>> {
  const { source } = plan.frame.loaded;
  return {
    workflow_ref: workflowRef(source),
    workflow_sha: source.sha,
    workflow_repository: source.repository,
    workflow_file_path: source.path,
  };
}
