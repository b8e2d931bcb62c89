// npm run runs: the runs of this machine's workflows, newest first.

import { terminalOf } from "../local/github/display/terminal.ts";
import { duration, plainText } from "../local/github/display/text.ts";
import { command } from "./kit/command.ts";
import { repositoryOption } from "./laptop/customer/customer.ts";
import { localState } from "./laptop/local-github.ts";
import { tableLines } from "./laptop/text-table.ts";
import { watchRun } from "./runs/watch-run.ts";
import { chosenRun, nameOf, newestRuns, type WorkflowRun } from "./runs/workflow-runs.ts";

const options = {
  wait: { type: "boolean", help: "follow the latest run to its end; exit 0 if it succeeded, else 1" },
  json: {
    type: "boolean",
    help: "one JSON list: id, run, status, conclusion, title, commit, by, startedAt, endedAt",
  },
  repository: repositoryOption,
} as const;

/** The time and the outcome stay on a narrow terminal; the rest gives way. */
const columns = [
  { name: "started (UTC)" },
  { name: "run" },
  { name: "id", givesWay: 3 },
  { name: "outcome" },
  { name: "took", givesWay: 2 },
  { name: "commit", givesWay: 1 },
  { name: "title" },
] as const;

function cells(run: WorkflowRun): readonly string[] {
  const seconds = Math.round((Date.parse(run.updated_at) - Date.parse(run.run_started_at)) / 1000);
  const state = run.conclusion ?? run.status;
  const time = run.run_started_at.replace("T", " ").slice(0, 19);
  return [
    time,
    nameOf(run),
    String(run.id),
    state,
    run.conclusion === null ? "" : duration(seconds),
    run.head_sha.slice(0, 7),
    plainText(run.display_title),
  ];
}

function asJson(run: WorkflowRun): Readonly<Record<string, unknown>> {
  const { id, status, conclusion, display_title: title, head_sha: commit, run_started_at: startedAt } = run;
  const endedAt = conclusion === null ? null : run.updated_at;
  return { id, run: nameOf(run), status, conclusion, title, commit, by: run.actor.login, startedAt, endedAt };
}

await command(
  { usage: "npm run runs", summary: "Lists the workflow runs of this machine, newest first.", options },
  async ({ wait, json, repository }) => {
    const state = localState(repository);
    if (wait) {
      const { id } = await chosenRun(state, undefined, { what: "yet", is: () => true });
      const conclusion = await watchRun(state, id);
      return conclusion === "success" ? 0 : 1;
    }
    const runs = await newestRuns(state);
    if (json) {
      console.log(JSON.stringify(runs.map(asJson)));
      return 0;
    }
    if (runs.length === 0) console.log("No runs yet.");
    const width = process.stdout.isTTY
      ? terminalOf(process.stdout, process.env).columns()
      : Number.POSITIVE_INFINITY;
    if (runs.length > 0) for (const line of tableLines(columns, runs.map(cells), width)) console.log(line);
    return 0;
  },
);
