import { builtInInputs } from "../actions/built-in-inputs.ts";
import { parseCondition, whenSuccessful } from "../expressions/condition.ts";
import { parseTemplate } from "../expressions/template.ts";
import { type ActionReference, builtInNames, type Step } from "./model.ts";
import { parseShell, parseTemplateMap } from "./parse-parts.ts";
import type { YamlValue } from "./yaml-value.ts";

const known = [
  "id",
  "name",
  "if",
  "env",
  "continue-on-error",
  "timeout-minutes",
  "run",
  "shell",
  "working-directory",
  "uses",
  "with",
] as const;

const notHere = "is not supported by this runner";
const unsupported = {
  background: notHere,
  wait: notHere,
  "wait-all": notHere,
  cancel: notHere,
  parallel: notHere,
};

export function parseStep(value: YamlValue): Step | undefined {
  const fields = value.fields(known, unsupported);
  const id = fields.get("id");
  if (id !== undefined && !/^[A-Za-z_][\w-]*$/.test(id.text())) {
    id.problem(`"${id.scalar}" is no step id; use letters, digits, - and _, starting with a letter or _`);
  }
  const optional = (name: (typeof known)[number]) => {
    const field = fields.get(name);
    return field && parseTemplate(field, "step");
  };
  const condition = fields.get("if");
  const common = {
    place: { path: value.path, line: value.line, key: value.key },
    id: id && String(id.scalar),
    name: optional("name"),
    condition: condition === undefined ? whenSuccessful(value) : parseCondition(condition, "step-if"),
    env: parseTemplateMap(fields.get("env"), "step"),
    continueOnError: optional("continue-on-error"),
    timeoutMinutes: optional("timeout-minutes"),
  };
  const run = fields.get("run");
  const uses = fields.get("uses");
  if ((run === undefined) === (uses === undefined)) {
    value.problem("a step needs either run or uses");
    return undefined;
  }
  if (run !== undefined) {
    fields.get("with")?.problem("belongs to steps with uses");
    const shell = fields.get("shell");
    return {
      ...common,
      kind: "run",
      run: parseTemplate(run, "step"),
      shell: shell && parseShell(shell, "step"),
      workingDirectory: optional("working-directory"),
    };
  }
  for (const name of ["shell", "working-directory"] as const) {
    fields.get(name)?.problem("belongs to steps with run");
  }
  const reference = parseReference(uses as YamlValue);
  if (reference === undefined) return undefined;
  const inputs = fields.get("with");
  if (reference.kind === "built-in") checkBuiltInInputs(reference, inputs, value);
  const lowercase = Object.entries(parseTemplateMap(inputs, "step")).map(
    ([name, template]) => [name.toLowerCase(), template] as const,
  );
  return { ...common, kind: "uses", uses: reference, with: Object.fromEntries(lowercase) };
}

function parseReference(value: YamlValue): ActionReference | undefined {
  const text = value.text();
  if (text.startsWith("$/")) {
    if (text.includes("@")) value.problem(`"${text}" must have no @ref: $/ is the run's own commit`);
    return { kind: "repository", text, path: text.slice(2).replace(/\/+$/, "") };
  }
  if (text.startsWith("./")) {
    value.problem(`"${text}" is read from the workspace; use "$/${text.slice(2)}", the run's own commit`);
    return undefined;
  }
  const match = /^actions\/([^/@]+)@(.+)$/i.exec(text);
  const name = builtInNames.find((candidate) => candidate === match?.[1]?.toLowerCase());
  if (name !== undefined) return { kind: "built-in", text, name };
  const [, repository, path = "", ref] = /^([\w.-]+\/[\w.-]+)((?:\/[^/@]+)*)@(.+)$/.exec(text) ?? [];
  if (repository !== undefined && ref !== undefined) {
    return { kind: "elsewhere", text, repository, path: path.slice(1), ref };
  }
  if (text !== "") value.problem(`"${text}" names no action; write $/path or owner/name/path@ref`);
  return undefined;
}

function checkBuiltInInputs(
  { name }: Extract<ActionReference, { kind: "built-in" }>,
  inputs: YamlValue | undefined,
  step: YamlValue,
): void {
  const declared = builtInInputs[name];
  const given = inputs === undefined ? [] : inputs.entries();
  for (const [input, value] of given) {
    if (!Object.hasOwn(declared, input.toLowerCase())) {
      const names = Object.keys(declared).join(", ");
      value.problem(
        `input "${input}" of actions/${name} is not known to this runner; known inputs: ${names}`,
      );
    }
  }
  for (const [input, fallback] of Object.entries(declared)) {
    if (fallback === undefined && !given.some(([other]) => other.toLowerCase() === input)) {
      step.problem(`input "${input}" of actions/${name} is missing`);
    }
  }
}
