import { parse } from "yaml";
import { replaceBetween, tableCell } from "./markdown-table.ts";

interface Field {
  readonly description?: string;
  readonly required?: boolean;
  readonly default?: string;
}

/** The README of an action with its tables as `action.yml` has them. Throws when a description or a marker is missing. */
export function withTables(readme: string, action: string, name: string): string {
  const { inputs = {}, outputs = {} } = parse(action) as {
    inputs?: Record<string, Field>;
    outputs?: Record<string, Field>;
  };
  const describe = ([field, { description }]: [string, Field]): string => {
    if (!description) throw new Error(`actions/${name}/action.yml: "${field}" has no description`);
    return tableCell(description);
  };
  const inputRows = Object.entries(inputs).map(
    (entry) =>
      `| \`${entry[0]}\` | ${entry[1].required ? "yes" : ""} | ${shownDefault(entry[1].default)} | ${describe(entry)} |`,
  );
  const outputRows = Object.entries(outputs).map((entry) => `| \`${entry[0]}\` | ${describe(entry)} |`);
  const page = `actions/${name}/README.md`;
  const withInputs = replaceBetween(readme, "inputs", page, [
    "| input | required | default | meaning |",
    "|---|---|---|---|",
    ...inputRows,
  ]);
  return replaceBetween(withInputs, "outputs", page, ["| output | meaning |", "|---|---|", ...outputRows]);
}

const shownDefault = (value: unknown): string =>
  value === undefined || value === "" ? "" : `\`${tableCell(String(value))}\``;
