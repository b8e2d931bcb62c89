// npm run cancel: asks a run to stop, as the button on GitHub does, and shows how it ends.
import { command } from "./kit/command.ts";
import { confirm, yesOption } from "./kit/confirm.ts";
import { flagOf, repositoryOption } from "./laptop/customer/customer.ts";
import { callGitHub, localState } from "./laptop/local-github.ts";
import { watchRun } from "./runs/watch-run.ts";
import { chosenRun, nameOf } from "./runs/workflow-runs.ts";

const options = {
  run: { type: "string", help: 'its id, or as in "Deploy #4"; left out: the newest that has not ended' },
  force: { type: "boolean", help: "end it at once: what always runs does not run either" },
  yes: yesOption,
  repository: repositoryOption,
} as const;

await command(
  {
    usage: "npm run cancel",
    summary: "Cancels a run that has not ended. What it had begun is put back by its job Finish.",
    options,
  },
  async ({ run: typed, force, yes, repository }) => {
    const state = localState(repository);
    const run = await chosenRun(state, typed, {
      what: "that has not ended",
      is: ({ status }) => status !== "completed",
    });
    if (force) {
      await confirm(
        {
          lost: [
            `${nameOf(run)} ends at once: its job Finish does not run, and what it has begun stays half done until somebody repairs it.`,
          ],
          question: "End it all the same?",
          withYes: `npm run cancel${flagOf(state.folder) || " --"} --run ${run.id} --force --yes`,
        },
        yes,
      );
    }
    await callGitHub(state, "POST", `/actions/runs/${run.id}/${force ? "force-cancel" : "cancel"}`);
    console.log(`cancelling ${nameOf(run)} (run ${run.id})`);
    const conclusion = await watchRun(state, run.id);
    return conclusion === "cancelled" ? 0 : 1;
  },
);
