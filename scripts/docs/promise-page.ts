import { tableCell } from "./markdown-table.ts";
import { promises } from "./promises.ts";

/** docs/promises.md: each promise with the test that holds it. */
export function promisePage(): string {
  return [
    "# What is promised, and what holds it",
    "",
    "<!-- Written by `npm run docs` from scripts/docs/promises.ts. -->",
    "",
    "Each promise in the words of its page, and the test that fails when it is broken. `npm test` finds a promise without a test: a sentence of",
    "these pages with a strong word in it, such as *never* or *nothing*, that is not here. What the stand-ins promise has",
    "[a page of its own](stand-ins.md), and figures are in [benchmarks.md](benchmarks.md), each under the command that measures it.",
    "",
    ...Object.entries(promises).flatMap(([page, rows]) => [
      `## [${page}](${page === "README.md" ? "../README.md" : page.replace("docs/", "")})`,
      "",
      "| promise | held by |",
      "|---|---|",
      ...rows.map(
        ({ words, file, title }) =>
          `| ${tableCell(words)} | [${file}](../${file}): ${tableCell(title.replace(/\$\{[^}]*\}/g, "…"))} |`,
      ),
      "",
    ]),
  ].join("\n");
}
