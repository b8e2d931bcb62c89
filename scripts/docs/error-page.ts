import type { ErrorCode } from "../../pipeline/kit/errors.ts";
import { tableCell } from "./markdown-table.ts";

export interface ErrorMeaning {
  /** Who has to act. */
  readonly source: "user" | "service" | "bug";
  readonly meaning: string;
}

export interface ReadmeOfAction {
  readonly action: string;
  readonly text: string;
}

const whoActs = {
  user: "you",
  service: "nobody: run it again",
  bug: "the authors: report it",
} as const satisfies Record<ErrorMeaning["source"], string>;

/**
 * docs/errors.md: every code, with the actions whose README says what to do about it. Throws where a README explains a code
 * that no action has.
 */
export function errorPage(
  codes: Readonly<Record<ErrorCode, ErrorMeaning>>,
  readmes: readonly ReadmeOfAction[],
): string {
  const explained = readmes.map(({ action, text }) => ({ action, codes: codesExplainedIn(text) }));
  for (const { action, codes: named } of explained) {
    const unknown = named.find((code) => !Object.hasOwn(codes, code));
    if (unknown !== undefined) throw new Error(`actions/${action}/README.md explains "${unknown}", no code`);
  }
  const rows = Object.entries(codes).map(([code, { source, meaning }]) => {
    const remedies = explained
      .filter(({ codes: named }) => named.includes(code))
      .map(({ action }) => `[${action}](../actions/${action}/README.md#failures)`);
    return `| \`${code}\` | ${tableCell(meaning)} | ${whoActs[source]} | ${remedies.join(", ")} |`;
  });
  return [
    "# Errors",
    "",
    "<!-- Written by `npm run docs` from the table of error codes. -->",
    "",
    "Every way in which an action fails on purpose. The code is the title of the annotation; its message names the thing, the wrong",
    "value, and what to change. The last column leads to what an action's page says about it.",
    "",
    "| code | meaning | who acts | more |",
    "|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

/** The codes in the first column of the tables under "Failures". */
function codesExplainedIn(readme: string): readonly string[] {
  const [, section = ""] = readme.split(/^## Failures$/m);
  const cells = section.split(/^## /m)[0]?.matchAll(/^\| (`[^|]+) \|/gm) ?? [];
  return [...cells].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`([A-Z]\w+)`/g)].map(([, code = ""]) => code),
  );
}
