import { commonExits, exitCodes } from "../kit/exit-codes.ts";
import { tableCell } from "./markdown-table.ts";

/** docs/commands.md: what the exit codes of every command mean. */
export function commandPage(): string {
  const common = Object.entries(commonExits).map(([code, meaning]) => `| ${code} | ${tableCell(meaning)} |`);
  const rows = Object.entries(exitCodes).map(
    ([script, exits]) => `| \`${typed(script)}\` | ${tableCell(exits[0])} | ${tableCell(exits[1])} |`,
  );
  return [
    "# Exit codes of the commands",
    "",
    "<!-- Written by `npm run docs` from scripts/kit/exit-codes.ts. -->",
    "",
    "Every command has `--help`. Its options come after `--`; where npm kept one for itself because that was forgotten, nothing is done.",
    "What cannot be undone is asked before: `--yes` answers for a script, and without it and without a terminal nothing is done.",
    "",
    "| exit code | of every command |",
    "|---|---|",
    ...common,
    "",
    "| command | 0 | 1 |",
    "|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

/** npm has words of its own for these two. */
function typed(script: string): string {
  return script === "start" || script === "test" ? `npm ${script}` : `npm run ${script}`;
}
