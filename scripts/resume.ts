// npm run resume: lifts the freeze that a rollback left, and deploys what main is by now.

import { terminalOf } from "../local/github/display/terminal.ts";
import { command } from "./kit/command.ts";
import { dispatchWorkflow } from "./laptop/dispatch.ts";
import { followRun } from "./laptop/follow-run.ts";
import { callGitHub, localState } from "./laptop/local-github.ts";

const options = {
  environment: {
    type: "string",
    default: "",
    help: "which one; the one that pushes go to, where it is left out",
  },
  reason: { type: "string", default: "resumed from the terminal", help: "why" },
} as const;

interface Runs {
  readonly workflow_runs: readonly { readonly id: number }[];
}

/** The newest run of deploy.yml. */
async function newestDeploy(): Promise<number | undefined> {
  const { workflow_runs } = await callGitHub<Runs>(
    localState(),
    "GET",
    "/actions/workflows/deploy.yml/runs?per_page=1",
  );
  return workflow_runs[0]?.id;
}

await command(
  { usage: "npm run resume", summary: "Lets pushes through again and deploys main.", options },
  async ({ reason, environment }) => {
    const before = await newestDeploy();
    const code = await dispatchWorkflow("rollback.yml", { operation: "resume", reason, environment });
    if (code !== 0) return code;
    const deploy = await newestDeploy();
    if (deploy === undefined || deploy === before) return code;
    const conclusion = await followRun(localState(), deploy, {
      terminal: terminalOf(process.stdout, process.env),
    });
    return conclusion === "success" ? 0 : 1;
  },
);
