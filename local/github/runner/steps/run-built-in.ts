import type { BuiltIn } from "../actions/built-in-execution.ts";
import { builtInInputs } from "../actions/built-in-inputs.ts";
import { evaluateText } from "../expressions/template.ts";
import type { UsesStep } from "../workflow/model.ts";
import type { StepExecution } from "./execution.ts";
import { inputLines } from "./step-header.ts";

/** Runs an action that the runner provides itself. Resolves with true; throws with what went wrong. */
export async function runBuiltIn(execution: StepExecution<UsesStep>, builtIn: BuiltIn): Promise<true> {
  const { step, scope, output } = execution;
  const declared = step.uses.kind === "built-in" ? builtInInputs[step.uses.name] : {};
  const inputs = Object.fromEntries(
    Object.entries(declared).map(([name, fallback]) => {
      const template = step.with[name];
      return [
        name,
        (template === undefined ? fallback : evaluateText(template, scope))?.trim() ?? "",
      ] as const;
    }),
  );
  output.group(`Run ${step.uses.text}`, inputLines(inputs));
  await builtIn({ ...execution, inputs, input: (name) => inputs[name] ?? "" });
  return true;
}
