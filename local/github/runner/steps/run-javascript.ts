import { join } from "node:path";
import type { ActionMetadata } from "../actions/action-metadata.ts";
import { evaluateText } from "../expressions/template.ts";
import type { UsesStep } from "../workflow/model.ts";
import { runStepProcess, type StepExecution } from "./execution.ts";
import { environmentLines, inputLines } from "./step-header.ts";

/** Runs a stage of a JavaScript action of the repository. Resolves with whether it succeeded. */
export async function runJavaScript(
  execution: StepExecution<UsesStep>,
  action: ActionMetadata,
): Promise<boolean> {
  const { state, step, stage, output, scope, saved } = execution;
  const inputs: Record<string, string> = {};
  for (const [name, input] of Object.entries(action.inputs)) {
    const template = step.with[name] ?? input.default;
    if (step.with[name] !== undefined && input.deprecationMessage !== undefined && stage === "main") {
      output.warning(`input "${name}" is deprecated: ${input.deprecationMessage}`);
    }
    inputs[name] = template === undefined ? "" : evaluateText(template, scope);
  }
  output.group(`Run ${step.uses.text}`, [...inputLines(inputs), ...environmentLines(execution.env)]);
  const variables = {
    ...Object.fromEntries(
      Object.entries(inputs).map(
        ([name, value]) => [`INPUT_${name.replaceAll(" ", "_").toUpperCase()}`, value] as const,
      ),
    ),
    ...Object.fromEntries(Object.entries(saved).map(([name, value]) => [`STATE_${name}`, value] as const)),
  };
  const script = stage === "main" ? action.main : action[stage]?.script;
  if (script === undefined) throw new Error(`action "${step.uses.text}" has no ${stage} script`);
  const exitCode = await runStepProcess(execution, process.execPath, [join(action.directory, script)], {
    cwd: state.directories.workspace,
    variables,
  });
  return exitCode === 0;
}
