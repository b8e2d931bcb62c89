import { parseTemplate } from "../expressions/template.ts";
import type { TemplateMap } from "../expressions/template-tree.ts";
import type { CallInput, WorkflowCallTrigger } from "./triggers.ts";
import { isEmpty, type YamlValue } from "./yaml-value.ts";

/** https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#onworkflow_call */
export function parseCallTrigger(value: YamlValue | undefined): WorkflowCallTrigger {
  if (isEmpty(value)) return { inputs: {}, secrets: {}, outputs: {} };
  const fields = value.fields(["inputs", "secrets", "outputs"]);
  return {
    inputs: parseEntries(fields.get("inputs"), parseInput),
    secrets: parseEntries(fields.get("secrets"), parseSecret),
    outputs: parseOutputs(fields.get("outputs")),
  };
}

function parseEntries<Entry>(
  value: YamlValue | undefined,
  parse: (entry: YamlValue) => Entry,
): Readonly<Record<string, Entry>> {
  if (isEmpty(value)) return {};
  return Object.fromEntries(value.entries().map(([name, entry]) => [name, parse(entry)] as const));
}

function parseInput(value: YamlValue): CallInput {
  const fields = value.fields(["description", "type", "required", "default"]);
  const type = fields.get("type");
  if (type === undefined) value.problem("type is missing: string, boolean or number");
  const fallback = fields.get("default");
  return {
    type: type?.oneOf(["string", "boolean", "number"]) ?? "string",
    required: fields.get("required")?.boolean() ?? false,
    default: isEmpty(fallback) ? undefined : parseTemplate(fallback, "call-input-default"),
  };
}

function parseSecret(value: YamlValue): { readonly required: boolean } {
  if (isEmpty(value)) return { required: false };
  return {
    required: value.fields(["description", "required"]).get("required")?.boolean() ?? false,
  };
}

function parseOutputs(value: YamlValue | undefined): TemplateMap {
  if (isEmpty(value)) return {};
  const outputs = value.entries().map(([name, entry]) => {
    const result = entry.fields(["description", "value"]).get("value");
    if (result === undefined) entry.problem("value is missing");
    return [name, parseTemplate(result ?? entry, "call-output")] as const;
  });
  return Object.fromEntries(outputs);
}
