import type { Conclusion } from "../../run-events.ts";

export type JobResult = Extract<Conclusion, "success" | "failure" | "cancelled" | "skipped">;

/** What jobs that need this one see of it: a failure that continue-on-error forgives is a success. */
export interface JobOutcome {
  readonly result: JobResult;
  readonly outputs: Readonly<Record<string, string>>;
}

/** The result of several jobs together. */
export function worst(results: readonly JobResult[]): JobResult {
  for (const result of ["failure", "cancelled", "success"] as const) {
    if (results.includes(result)) return result;
  }
  return "skipped";
}

/**
 * The outputs of a job that called a workflow, once or for each combination of a matrix; the calls in the order in which they
 * ended: of the successful ones, the last that has a value. One call alone gives what it has.
 * https://docs.github.com/actions/how-tos/reuse-automations/reuse-workflows#using-outputs-from-a-reusable-workflow
 */
export function outputsOfCalls(calls: readonly JobOutcome[]): JobOutcome["outputs"] {
  const [only] = calls;
  if (calls.length === 1 && only !== undefined) return only.outputs;
  const entries = calls
    .filter(({ result }) => result === "success")
    .flatMap(({ outputs }) => Object.entries(outputs));
  const names = Object.fromEntries(entries.map(([name]) => [name, ""] as const));
  return { ...names, ...Object.fromEntries(entries.filter(([, value]) => value !== "")) };
}
