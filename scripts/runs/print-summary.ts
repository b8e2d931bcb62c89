import { readFileSync } from "node:fs";
import { markdownLines } from "../../local/github/display/markdown-lines.ts";
import { terminalOf } from "../../local/github/display/terminal.ts";
import type { State } from "../../local/state.ts";

/** Prints what a run wrote into its summary, whole, as lines for a terminal. */
export async function printSummary(state: State, runId: number): Promise<void> {
  const response = await fetch(`${new URL(state.github.api).origin}/_local/runs/${runId}`);
  const { summaryFile } = (await response.json()) as { readonly summaryFile: string };
  const { isTTY, columns } = terminalOf(process.stdout, process.env);
  const lines = markdownLines(readFileSync(summaryFile, "utf8"), isTTY ? columns() : 200);
  console.log(["", ...lines].join("\n"));
}
