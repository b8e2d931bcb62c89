import { parse } from "yaml";
import { tableCell } from "./markdown-table.ts";

interface Input {
  readonly description?: string;
  readonly default?: unknown;
}

interface Called {
  readonly on: { readonly workflow_call: { readonly inputs: Readonly<Record<string, Input>> } };
}

/**
 * A table of all that callers can say, in the order of the workflows given: which of them take it, what holds where it is left
 * out, what it means. Throws where an input has no description.
 */
export function calledInputsTable(
  workflows: readonly (readonly [name: string, text: string])[],
): readonly string[] {
  const inputs = new Map<string, { readonly input: Input; readonly of: string[] }>();
  for (const [workflow, text] of workflows) {
    const called = parse(text) as Called;
    for (const [name, input] of Object.entries(called.on.workflow_call.inputs)) {
      const known = inputs.get(name);
      if (known) known.of.push(workflow);
      else inputs.set(name, { input, of: [workflow] });
    }
  }
  const rows = [...inputs].map(([name, { input, of }]) => {
    if (!input.description) throw new Error(`input "${name}" of pipeline-${of[0]}.yml has no description`);
    const value =
      input.default === "" || input.default === undefined ? "" : `\`${tableCell(String(input.default))}\``;
    return `| \`${name}\` | ${of.join(", ")} | ${value} | ${tableCell(input.description)} |`;
  });
  return ["| input | of | default | meaning |", "|---|---|---|---|", ...rows];
}
