import { phaseOf } from "../../bundle/migration-names.ts";
import type { ObservedStatement } from "../../bundle/observation.ts";
import { cell, code, count, folded, plain, table } from "../../kit/markdown.ts";
import { type CountedFinding, findingWords, type JudgedMigration } from "../../schema/judge/pending.ts";
import { byRule } from "../../schema/judge/safe-forms.ts";

/** How many migrations are shown with their statements, and how many statements and findings of each. */
const amounts = {
  full: { listed: 200, migrations: 12, statements: 15, findings: 8 },
  less: { listed: 40, migrations: 4, statements: 6, findings: 3 },
} as const;

/** How much is shown of what a comment may have no place for. */
export type Detail = keyof typeof amounts;

/** The pending migrations: what each is, what hurts and how it would not, and what each statement locked when it was replayed. */
export function migrationsMarkdown(judged: readonly JudgedMigration[], detail: Detail = "full"): string {
  const shown = amounts[detail];
  const rows = judged
    .slice(0, shown.listed)
    .map(({ entry }) => [
      code(entry.name),
      phaseOf(entry),
      entry.reversible ? "down" : "none",
      cell(findingWords(entry)),
    ]);
  const each = judged.slice(0, shown.migrations).flatMap((one) => migrationParts(one, shown));
  const left = judged.length - shown.migrations;
  const hasFindings = judged.some(({ findings }) => findings.some(({ severity }) => severity !== "info"));
  return folded(
    count(judged.length, "pending migration"),
    [
      table(["migration", "phase", "way back", "findings"], rows),
      ...each,
      ...(left > 0 ? [`${left} more, of which the manifest says what they do.`] : []),
    ].join("\n\n"),
    hasFindings,
  );
}

function migrationParts(
  { entry, observed, notChecked, findings }: JudgedMigration,
  shown: (typeof amounts)[Detail],
): string[] {
  if (observed === undefined) return [`**${code(entry.name)}** is not checked: ${cell(notChecked)}`];
  const { statements, more = 0 } = observed;
  const rows = statements.slice(0, shown.statements).map(statementRow);
  const left = Math.max(0, statements.length - shown.statements) + more;
  if (left > 0) rows.push([`${left} more`, "", ""]);
  const isDull = findings.length === 0 && statements.every(({ locks = [] }) => locks.length === 0);
  if (isDull) return [];
  return [
    `**${code(entry.name)}**, replayed on PostgreSQL ${observed.postgres}:`,
    ...findings.slice(0, shown.findings).map(findingMarkdown),
    table(["statement", "locks", "rewritten, read"], rows),
  ];
}

function statementRow({ sql, line, locks = [], rewrites = [], scans = [] }: ObservedStatement): string[] {
  const work = [
    ...rewrites.map((name) => `rewrites ${name}`),
    ...scans.map((name) => `reads all of ${name}`),
  ];
  const at = line === undefined ? "" : ` (line ${line})`;
  return [`${code(sql)}${at}`, cell(locks.join(", ")), cell(work.join(", "))];
}

const marks = { error: "❌", warn: "⚠️", info: "ℹ️" } as const;

function findingMarkdown(finding: CountedFinding): string {
  const { rule, severity, message, lock, line, accepted, wait, on } = finding;
  const facts = [
    ...(line === undefined ? [] : [`line ${line}`]),
    ...(lock === undefined ? [] : [`lock ${lock}`]),
    ...(wait === "" ? [] : [wait]),
  ];
  const head = `${marks[severity]} ${code(rule)} ${cell(message)}${facts.length === 0 ? "" : ` (${cell(facts.join("; "))})`}`;
  if (accepted !== undefined) return `${head}. Accepted: ${cell(accepted)}`;
  const safe = severity === "info" ? undefined : byRule.get(rule);
  if (safe === undefined) return head;
  return `${head}. Safe form:\n\n${codeBlock(safe.code(on))}`;
}

/** Code whose lines come from this pipeline, with names of the app's schema in it. */
function codeBlock(text: string): string {
  const lines = text
    .split("\n")
    .map((line) => `${/^ */.exec(line)?.[0] ?? ""}${plain(line).replace(/`/g, "'")}`);
  return ["```js", ...lines, "```"].join("\n");
}
