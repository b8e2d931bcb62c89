import { parseTemplate, type Template } from "../expressions/template.ts";
import type { CallInput, WorkflowCallTrigger } from "./triggers.ts";
import { isEmpty, type YamlValue } from "./yaml-value.ts";

/** https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#onworkflow_call */
export function parseCallTrigger(value: YamlValue | undefined): WorkflowCallTrigger {
  if (isEmpty(value)) return { inputs: {}, secrets: {}, outputs: {} };
  const fields = value.fields(["inputs", "secrets", "outputs"]);
  return {
    inputs: parseEntries(fields.get("inputs"), "input", parseInput),
    secrets: parseEntries(fields.get("secrets"), "secret", parseSecret),
    outputs: parseEntries(fields.get("outputs"), "output", parseOutput),
  };
}

function parseEntries<Entry>(
  value: YamlValue | undefined,
  kind: "input" | "secret" | "output",
  parse: (entry: YamlValue) => Entry,
): Readonly<Record<string, Entry>> {
  if (isEmpty(value)) return {};
  const entries = value.entries().map(([name, entry]) => {
    if (!/^[A-Za-z_][\w-]*$/.test(name)) {
      entry.problem(`"${name}" is no ${kind} id; use letters, digits, - and _, starting with a letter or _`);
    }
    return [name, parse(entry)] as const;
  });
  return Object.fromEntries(entries);
}

function parseInput(value: YamlValue): CallInput {
  const fields = value.fields(["description", "type", "required", "default"]);
  if (!fields.has("type")) value.problem("type is missing: string, boolean or number");
  const type = fields.get("type")?.oneOf(["string", "boolean", "number"]) ?? "string";
  const given = fields.get("default");
  const fallback = isEmpty(given) ? undefined : parseTemplate(given, "call-input-default");
  if (fallback !== undefined && !mayBe(fallback, type))
    given?.problem(`must be a ${type}, not "${fallback.source}"`);
  return { type, required: fields.get("required")?.boolean() ?? false, default: fallback };
}

/** Whether the value can be of the type; what an expression gives shows when it is evaluated. A number is a text as well. */
export function mayBe({ parts, source }: Template, type: CallInput["type"]): boolean {
  return parts.length > 0 || type === "string" || typeof source === type;
}

function parseSecret(value: YamlValue): { readonly required: boolean } {
  if (isEmpty(value)) return { required: false };
  return { required: value.fields(["description", "required"]).get("required")?.boolean() ?? false };
}

function parseOutput(value: YamlValue): Template {
  const result = value.fields(["description", "value"]).get("value");
  if (result === undefined) value.problem("value is missing");
  return parseTemplate(result ?? value, "call-output");
}
