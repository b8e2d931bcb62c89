import { basename } from "node:path";
import { tableCell } from "./markdown-table.ts";
import { awsStandIns } from "./stand-in-aws.ts";
import type { Feature, StandIn } from "./stand-in-feature.ts";
import { gitHubStandIns } from "./stand-in-github.ts";
import {
  type ActionsTool,
  type AwsTool,
  besideActions,
  besideAws,
  type Comparison,
} from "./stand-in-others.ts";

/** Every stand-in with its features, in the order of the page. */
export const standIns: readonly StandIn[] = [...gitHubStandIns, ...awsStandIns];

const actionsTools = ["act", "agent-ci"] as const satisfies readonly ActionsTool[];
const awsTools = ["LocalStack", "moto", "floci"] as const satisfies readonly AwsTool[];

/** docs/stand-ins.md: what the stand-ins have, each with the test that holds it, and what other tools say of the same. */
export function standInPage(): string {
  return [
    "# What the stand-ins have",
    "",
    "<!-- Written by `npm run docs` from scripts/docs/stand-in-github.ts, stand-in-aws.ts and stand-in-others.ts. -->",
    "",
    "GitHub and AWS on this machine, by feature: **there** as the real service does it, **refused** with an error that names it, or on",
    "purpose otherwise (**differs**). Each row names the test that holds it; a test fails when that is not there or is skipped. `npm test`",
    "runs them, but for `*.slow.test.ts`, which `npm test -- --only slow` and CI run. The page that each heading names has all of it, with",
    "the documents that it follows.",
    "",
    ...standIns.flatMap(section),
    "## Beside act and agent-ci",
    "",
    "What the others' own documents say, in the version that the link names where it names one. Another version may have more.",
    "",
    ...comparisonTable(besideActions, actionsTools),
    "",
    "## Beside LocalStack, moto and floci",
    "",
    "These stand in for far more services than are here. This is about what the pipeline asks of AWS.",
    "",
    ...comparisonTable(besideAws, awsTools),
    "",
  ].join("\n");
}

function section({ name, spec, tests }: StandIn): readonly string[] {
  return [
    `## ${name}`,
    "",
    `All of it: [${spec}](../${spec}).`,
    "",
    "| feature | is | held by |",
    "|---|---|---|",
    ...tests.flatMap(({ file, features }) =>
      features.map(
        (one) =>
          `| ${tableCell(one.feature)} | ${one.state} | [${basename(file)}](../${file}): ${tableCell(shownTitle(one))} |`,
      ),
    ),
    "",
  ];
}

/** The title as a reader sees it in the file: the name of the case in the place that is put together, "…" where none is named. */
function shownTitle({ title, name }: Feature): string {
  return title.replace(/\$\{[^}]*\}/g, name ?? "…").replace(/…(?: …)+/g, "…");
}

function comparisonTable<Tool extends string>(
  rows: readonly Comparison<Tool>[],
  tools: readonly Tool[],
): readonly string[] {
  const cell = (row: Comparison<Tool>, tool: Tool): string => {
    const said = row.others[tool];
    return said === undefined ? "not looked up" : `[${tableCell(said.says)}](${said.source})`;
  };
  return [
    `| feature | here | ${tools.join(" | ")} |`,
    `|${"---|".repeat(tools.length + 2)}`,
    ...rows.map((row) => {
      const cells = [tableCell(row.feature), tableCell(row.here), ...tools.map((tool) => cell(row, tool))];
      return `| ${cells.join(" | ")} |`;
    }),
  ];
}

/** Rows whose test is not in its file, literally, or is skipped there. `read` gives a file's text, undefined where there is none. */
export function unheldFeatures(
  rows: readonly StandIn[],
  read: (file: string) => string | undefined,
): readonly string[] {
  return rows.flatMap(({ tests }) =>
    tests.flatMap(({ file, features }) => {
      const text = read(file);
      if (text === undefined) return [`${file}: there is no such file`];
      if (/\b(?:it|describe|context|this)\.skip\b|\bx(?:it|describe)\(/.test(text)) return [`${file}: skips`];
      return features.flatMap((one) => {
        const lacks = lacking(text, one);
        return lacks === undefined ? [] : [`${file}: ${one.feature}: no ${lacks}`];
      });
    }),
  );
}

/** What of a feature's test the file does not have. */
function lacking(text: string, { title, name }: Feature): string | undefined {
  const titles = [`it("${title}", `, `it(\`${title}\`, `];
  if (!titles.some((start) => text.includes(start))) return `it "${title}"`;
  return name === undefined || text.includes(`"${name}"`) ? undefined : `case "${name}"`;
}
