// npm run resume: lifts the freeze that a rollback left, and deploys what main is by now.

import type { State } from "../local/state.ts";
import { command } from "./kit/command.ts";
import { repositoryOption } from "./laptop/customer/customer.ts";
import { callGitHub, localState, workflowOf } from "./laptop/local-github.ts";
import { dispatchWorkflow } from "./runs/dispatch.ts";
import { watchRun } from "./runs/watch-run.ts";

const options = {
  environment: {
    type: "string",
    default: "",
    help: "which one; the one that pushes go to, where it is left out",
  },
  reason: { type: "string", default: "resumed from the terminal", help: "why" },
  repository: repositoryOption,
} as const;

interface Runs {
  readonly workflow_runs: readonly { readonly id: number }[];
}

/** The newest run of the workflow that deploys. */
async function newestDeploy(state: State): Promise<number | undefined> {
  const { workflow_runs } = await callGitHub<Runs>(
    state,
    "GET",
    `/actions/workflows/${workflowOf(state, "deploy")}/runs?per_page=1`,
  );
  return workflow_runs[0]?.id;
}

await command(
  { usage: "npm run resume", summary: "Lets pushes through again and deploys main.", options },
  async ({ reason, environment, repository }) => {
    const state = localState(repository);
    const before = await newestDeploy(state);
    const code = await dispatchWorkflow(state, "rollback", { operation: "resume", reason, environment });
    if (code !== 0) return code;
    const deploy = await newestDeploy(state);
    if (deploy === undefined || deploy === before) return code;
    const conclusion = await watchRun(state, deploy);
    return conclusion === "success" ? 0 : 1;
  },
);
