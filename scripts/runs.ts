// npm run runs: the runs of this machine's workflows, newest first.

import { LocalError } from "../local/errors.ts";
import { terminalOf } from "../local/github/display/terminal.ts";
import { command } from "./command.ts";
import { callGitHub, localState } from "./dispatch.ts";
import { followRun } from "./follow-run.ts";

const options = {
  wait: { type: "boolean", help: "follow the latest run to its end; exit 0 if it succeeded, else 1" },
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

function line(run: Run): string {
  const seconds = Math.round((Date.parse(run.updated_at) - Date.parse(run.run_started_at)) / 1000);
  const state = run.conclusion ?? run.status;
  const time = run.run_started_at.replace("T", " ").slice(0, 19);
  const name = `${run.name} #${run.run_number}`;
  return [
    time,
    name.padEnd(18),
    state.padEnd(12),
    `${run.conclusion === null ? "" : `${seconds} s`}`.padStart(6),
    run.head_sha.slice(0, 7),
    run.display_title,
  ].join("  ");
}

await command(
  { usage: "npm run runs", summary: "Lists the workflow runs of this machine, newest first.", options },
  async ({ wait }) => {
    const state = localState();
    const { workflow_runs: runs } = await callGitHub<{ workflow_runs: Run[] }>(
      state,
      "GET",
      "/actions/runs?per_page=30",
    );
    if (wait) {
      const [latest] = runs;
      if (latest === undefined)
        throw new LocalError("NoRuns", "there is no run yet", "push: git push local main");
      const conclusion = await followRun(state, latest.id, {
        terminal: terminalOf(process.stdout, process.env),
      });
      return conclusion === "success" ? 0 : 1;
    }
    if (runs.length === 0) console.log("No runs yet.");
    for (const run of runs) console.log(line(run));
    return 0;
  },
);
