// npm run rerun: runs a run that has ended again, on the same commit, as the button on GitHub does.
import { command } from "./kit/command.ts";
import { repositoryOption } from "./laptop/customer/customer.ts";
import { callGitHub, localState } from "./laptop/local-github.ts";
import { watchRun } from "./runs/watch-run.ts";
import { chosenRun } from "./runs/workflow-runs.ts";

const options = {
  run: { type: "string", help: 'its id, or as in "Deploy #4"; left out: the newest that has ended' },
  failed: {
    type: "boolean",
    help: "only its failed jobs, and what needs them; the others keep their results",
  },
  repository: repositoryOption,
} as const;

await command(
  { usage: "npm run rerun", summary: "Runs a run that has ended again, on the same commit.", options },
  async ({ run: typed, failed, repository }) => {
    const state = localState(repository);
    const run = await chosenRun(state, typed, {
      what: "that has ended",
      is: ({ status }) => status === "completed",
    });
    await callGitHub(state, "POST", `/actions/runs/${run.id}/${failed ? "rerun-failed-jobs" : "rerun"}`);
    const conclusion = await watchRun(state, run.id);
    return conclusion === "success" ? 0 : 1;
  },
);
