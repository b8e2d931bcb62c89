// npm run docs: writes the tables of every action's README from its action.yml; `--check` compares instead.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { root } from "./root.ts";

interface Field {
  readonly description?: string;
  readonly required?: boolean;
  readonly default?: string;
}

/** The README with its tables as `action.yml` has them. Throws when a description or a marker is missing. */
export function withTables(readme: string, action: string, name: string): string {
  const { inputs = {}, outputs = {} } = parse(action) as {
    inputs?: Record<string, Field>;
    outputs?: Record<string, Field>;
  };
  const describe = ([field, { description }]: [string, Field]): string => {
    if (!description) throw new Error(`actions/${name}/action.yml: "${field}" has no description`);
    return cell(description);
  };
  const inputRows = Object.entries(inputs).map(
    (entry) =>
      `| \`${entry[0]}\` | ${entry[1].required ? "yes" : ""} | ${shownDefault(entry[1].default)} | ${describe(entry)} |`,
  );
  const outputRows = Object.entries(outputs).map((entry) => `| \`${entry[0]}\` | ${describe(entry)} |`);
  const withInputs = replaceBetween(readme, "inputs", name, [
    "| input | required | default | meaning |",
    "|---|---|---|---|",
    ...inputRows,
  ]);
  return replaceBetween(withInputs, "outputs", name, ["| output | meaning |", "|---|---|", ...outputRows]);
}

const cell = (text: string): string => text.trim().replaceAll("|", "\\|").replace(/\s+/g, " ");

const shownDefault = (value: unknown): string =>
  value === undefined || value === "" ? "" : `\`${cell(String(value))}\``;

function replaceBetween(text: string, marker: string, name: string, rows: readonly string[]): string {
  const pattern = new RegExp(`(<!-- ${marker} -->)[\\s\\S]*?(<!-- /${marker} -->)`);
  if (!pattern.test(text)) throw new Error(`actions/${name}/README.md has no <!-- ${marker} --> markers`);
  return text.replace(pattern, (_, open: string, close: string) => [open, "", ...rows, "", close].join("\n"));
}

if (import.meta.main) {
  const check = process.argv.includes("--check");
  const actions = readdirSync(join(root, "actions")).filter((name) =>
    existsSync(join(root, "actions", name, "action.yml")),
  );
  for (const name of actions) {
    const file = join(root, "actions", name, "README.md");
    const current = readFileSync(file, "utf8");
    const wanted = withTables(current, readFileSync(join(root, "actions", name, "action.yml"), "utf8"), name);
    if (current === wanted) continue;
    if (check) {
      console.log(`actions/${name}/README.md is not up to date`);
      process.exitCode = 1;
    } else {
      writeFileSync(file, wanted);
      console.log(`wrote actions/${name}/README.md`);
    }
  }
}
