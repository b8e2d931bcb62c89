/** The contexts and functions that may stand in an expression, by the key that it stands in. */
export interface Availability {
  readonly contexts: readonly string[];
  readonly functions: readonly string[];
}

const run = ["github", "inputs", "vars"];
const job = [...run, "needs", "strategy", "matrix"];
const step = [...job, "steps", "job", "runner", "env"];
const status = ["always", "cancelled", "failure", "success"];

/** https://docs.github.com/actions/reference/workflows-and-actions/contexts#context-availability */
export const availability = {
  "run-name": { contexts: run, functions: [] },
  "workflow-env": { contexts: [...run, "secrets"], functions: [] },
  "workflow-concurrency": { contexts: run, functions: [] },
  "job-if": { contexts: [...run, "needs"], functions: status },
  strategy: { contexts: [...run, "needs"], functions: [] },
  job: { contexts: job, functions: [] },
  "call-secrets": { contexts: [...job, "secrets"], functions: [] },
  "call-input-default": { contexts: run, functions: [] },
  "call-output": { contexts: [...run, "jobs"], functions: [] },
  "job-env": { contexts: [...job, "secrets"], functions: [] },
  "job-defaults": { contexts: [...job, "env"], functions: [] },
  "job-outputs": { contexts: [...step, "secrets"], functions: [] },
  "environment-url": { contexts: step, functions: [] },
  "step-if": { contexts: step, functions: [...status, "hashFiles"] },
  step: { contexts: [...step, "secrets"], functions: ["hashFiles"] },
  "action-input-default": {
    contexts: ["github", "strategy", "matrix", "job", "runner"],
    functions: ["hashFiles"],
  },
  "action-if": {
    contexts: ["github", "inputs", "strategy", "matrix", "job", "runner", "env", "steps"],
    functions: [...status, "hashFiles"],
  },
  /** Values in which no expression may stand. */
  nothing: { contexts: [], functions: [] },
} as const satisfies Record<string, Availability>;

export type ExpressionPlace = keyof typeof availability;

/** Every context that GitHub has, to tell a misspelt one from one that is not available in a place. */
export const allContexts: readonly string[] = [...step, "secrets", "jobs"];
