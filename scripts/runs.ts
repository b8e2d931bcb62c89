// npm run runs: the runs of this machine's workflows, newest first.

import { LocalError } from "../local/errors.ts";
import { terminalOf } from "../local/github/display/terminal.ts";
import { duration, plainText } from "../local/github/display/text.ts";
import { command } from "./kit/command.ts";
import { flagOf, repositoryOption } from "./laptop/customer.ts";
import { followRun } from "./laptop/follow-run.ts";
import { callGitHub, localState } from "./laptop/local-github.ts";
import { pushCommand } from "./laptop/local-remote.ts";
import { tableLines } from "./laptop/text-table.ts";

const options = {
  wait: { type: "boolean", help: "follow the latest run to its end; exit 0 if it succeeded, else 1" },
  repository: repositoryOption,
} as const;

interface Run {
  readonly id: number;
  readonly run_number: number;
  readonly name: string;
  readonly head_sha: string;
  readonly display_title: string;
  readonly status: string;
  readonly conclusion: string | null;
  readonly run_started_at: string;
  readonly updated_at: string;
}

/** The time and the outcome stay on a narrow terminal; the rest gives way. */
const columns = [
  { name: "started (UTC)" },
  { name: "run" },
  { name: "outcome" },
  { name: "took", givesWay: 2 },
  { name: "commit", givesWay: 1 },
  { name: "title" },
] as const;

function cells(run: Run): readonly string[] {
  const seconds = Math.round((Date.parse(run.updated_at) - Date.parse(run.run_started_at)) / 1000);
  const state = run.conclusion ?? run.status;
  const time = run.run_started_at.replace("T", " ").slice(0, 19);
  const name = `${run.name} #${run.run_number}`;
  return [
    time,
    name,
    state,
    run.conclusion === null ? "" : duration(seconds),
    run.head_sha.slice(0, 7),
    plainText(run.display_title),
  ];
}

await command(
  { usage: "npm run runs", summary: "Lists the workflow runs of this machine, newest first.", options },
  async ({ wait, repository }) => {
    const state = localState(repository);
    const { workflow_runs: runs } = await callGitHub<{ workflow_runs: Run[] }>(
      state,
      "GET",
      "/actions/runs?per_page=30",
    );
    if (wait) {
      const [latest] = runs;
      if (latest === undefined)
        throw new LocalError(
          "NoRuns",
          "there is no run yet",
          `push: ${pushCommand(flagOf(state.folder) === "", state.github.remote)}`,
        );
      const conclusion = await followRun(state, latest.id, {
        terminal: terminalOf(process.stdout, process.env),
      });
      return conclusion === "success" ? 0 : 1;
    }
    if (runs.length === 0) console.log("No runs yet.");
    const width = process.stdout.isTTY
      ? terminalOf(process.stdout, process.env).columns()
      : Number.POSITIVE_INFINITY;
    if (runs.length > 0) for (const line of tableLines(columns, runs.map(cells), width)) console.log(line);
    return 0;
  },
);
