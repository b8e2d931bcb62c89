import type { Workflow } from "./model.ts";
import type { DispatchInput } from "./triggers.ts";

/** A dispatch that GitHub answers with 422; one message per wrong input. */
export class DispatchInputsError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("; "));
    this.name = "DispatchInputsError";
    this.problems = problems;
  }
}

/**
 * The values of `inputs` for a workflow_dispatch: the given ones typed as the workflow declares them, defaults for the
 * rest. Throws `DispatchInputsError` with every unknown, missing and malformed input.
 */
export function checkDispatchInputs(
  workflow: Workflow,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string | boolean | number>> {
  const dispatch = workflow.triggers.workflowDispatch;
  if (dispatch === undefined) {
    throw new DispatchInputsError([`workflow "${workflow.path}" has no workflow_dispatch trigger`]);
  }
  const problems: string[] = [];
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(dispatch.inputs, name)) continue;
    const known = Object.keys(dispatch.inputs).join(", ") || "none";
    problems.push(`unexpected input "${name}"; the workflow's inputs: ${known}`);
  }
  const values = Object.entries(dispatch.inputs).map(([name, input]) => {
    try {
      return [name, typedValue(input, given[name])] as const;
    } catch (error) {
      problems.push(`input "${name}" ${error instanceof Error ? error.message : error}`);
      return [name, ""] as const;
    }
  });
  if (problems.length > 0) throw new DispatchInputsError(problems);
  return Object.fromEntries(values);
}

/** `github.event.inputs`: every value as text, as GitHub puts them into the payload. */
export function dispatchPayloadInputs(
  inputs: Readonly<Record<string, string | boolean | number>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, String(value)]));
}

function typedValue(input: DispatchInput, given: unknown): string | boolean | number {
  const absent = given === undefined || given === null || given === "";
  if (absent && input.required && input.default === undefined) throw new Error("is required");
  const value = absent ? input.default : given;
  switch (input.type) {
    case "boolean":
      if (value === undefined) return false;
      if (!/^(true|false)$/.test(String(value))) throw new Error(`must be true or false, not "${value}"`);
      return String(value) === "true";
    case "number": {
      if (value === undefined) return 0;
      const number = Number(value);
      if (String(value).trim() === "" || Number.isNaN(number)) {
        throw new Error(`must be a number, not "${value}"`);
      }
      return number;
    }
    case "choice": {
      const choice = value ?? "";
      if (choice !== "" && !input.options.includes(String(choice))) {
        throw new Error(`must be one of ${input.options.join(", ")}, not "${choice}"`);
      }
      return String(choice);
    }
    default:
      return String(value ?? "");
  }
}
