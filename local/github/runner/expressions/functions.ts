import { data } from "@actions/expressions";
import type { FunctionDefinition } from "@actions/expressions/funcs/info";
import { hashFiles } from "../glob.ts";

export type JobStatus = "success" | "failure" | "cancelled";

type Functions = ReadonlyMap<string, FunctionDefinition>;

/** success(), failure(), cancelled() and always() after a status. */
export function statusFunctions(status: JobStatus): Functions {
  return new Map([
    ["success", answer("success", status === "success")],
    ["failure", answer("failure", status === "failure")],
    ["cancelled", answer("cancelled", status === "cancelled")],
    ["always", answer("always", true)],
  ]);
}

/** The same for a job: whether a job before it failed is asked apart from whether the run was cancelled. */
export function jobStatusFunctions(facts: {
  readonly allSucceeded: boolean;
  readonly anyFailed: boolean;
  readonly cancelled: boolean;
}): Functions {
  return new Map([
    ["success", answer("success", facts.allSucceeded && !facts.cancelled)],
    ["failure", answer("failure", facts.anyFailed)],
    ["cancelled", answer("cancelled", facts.cancelled)],
    ["always", answer("always", true)],
  ]);
}

export function stepFunctions(workspace: string): Functions {
  const call: FunctionDefinition["call"] = (...patterns) =>
    new data.StringData(
      hashFiles(
        workspace,
        patterns.map((pattern) => pattern.coerceString()),
      ),
    );
  return new Map([["hashfiles", { name: "hashFiles", minArgs: 1, maxArgs: 255, call }]]);
}

function answer(name: string, value: boolean): FunctionDefinition {
  return { name, minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(value) };
}
