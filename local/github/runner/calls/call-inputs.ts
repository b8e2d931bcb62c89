import { data } from "@actions/expressions";
import type { Value } from "../expressions/data.ts";
import type { Scope } from "../expressions/expression.ts";
import { evaluateTemplate } from "../expressions/template.ts";
import type { TemplateMap } from "../expressions/template-tree.ts";
import type { CallInput } from "../workflow/triggers.ts";

type InputValue = string | boolean | number;

const absent = { string: "", boolean: false, number: 0 } as const;

/**
 * The `inputs` of a called workflow: what is passed, else the default, each of the type that the workflow declares. What is
 * passed counts although it is empty. Throws a plain Error that names an input of another type.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#onworkflow_callinputs
 */
export function callInputs(
  declared: Readonly<Record<string, CallInput>>,
  given: TemplateMap,
  scope: Scope,
): Readonly<Record<string, InputValue>> {
  const values = Object.entries(declared).map(([name, input]) => {
    const [, passed] =
      Object.entries(given).find(([other]) => other.toLowerCase() === name.toLowerCase()) ?? [];
    const template = passed ?? input.default;
    const value =
      template === undefined ? absent[input.type] : typed(name, input, evaluateTemplate(template, scope));
    return [name, value] as const;
  });
  return Object.fromEntries(values);
}

function typed(name: string, { type }: CallInput, value: Value): InputValue {
  if (type === "string" && value.primitive) return value.coerceString();
  if (type === "boolean" && value instanceof data.BooleanData) return value.value;
  if (type === "number" && value instanceof data.NumberData) return value.value;
  const shown = value.primitive ? `"${value.coerceString()}"` : "a mapping or a list";
  throw new Error(`input "${name}" must be a ${type}, not ${shown}`);
}
