// npm run promote: agrees that what is live in staging goes on, as a reviewer does on GitHub.
import { LocalError } from "../local/errors.ts";
import { command } from "./kit/command.ts";
import { repositoryOption } from "./laptop/customer/customer.ts";
import { callGitHub, localState } from "./laptop/local-github.ts";
import { watchRun } from "./runs/watch-run.ts";

const options = {
  reject: { type: "boolean", help: "refuse instead: what is live stays" },
  comment: { type: "string", default: "", help: "why; kept with the run" },
  repository: repositoryOption,
} as const;

interface WaitingRun {
  readonly id: number;
  readonly head_sha: string;
  readonly display_title: string;
}

interface Pending {
  readonly environment: { readonly id: number; readonly name: string };
}

await command(
  {
    usage: "npm run promote",
    summary: "Lets the newest release that waits in staging go on (needs `npm start -- --staging`).",
    options,
  },
  async ({ reject, comment, repository }) => {
    const state = localState(repository);
    const { workflow_runs } = await callGitHub<{ workflow_runs: readonly WaitingRun[] }>(
      state,
      "GET",
      "/actions/runs?status=waiting&per_page=1",
    );
    const [run] = workflow_runs;
    if (run === undefined) {
      throw new LocalError(
        "NothingWaits",
        "no release waits to be let on",
        "start the stack with `npm start -- --staging`, push, and wait until the run is at Promote: npm run runs",
      );
    }
    const path = `/actions/runs/${run.id}/pending_deployments`;
    const pending = await callGitHub<readonly Pending[]>(state, "GET", path);
    await callGitHub(state, "POST", path, {
      environment_ids: pending.map(({ environment }) => environment.id),
      state: reject ? "rejected" : "approved",
      comment: comment ?? "",
    });
    const subject = `${run.head_sha.slice(0, 7)} ${run.display_title}`;
    console.log(`${reject ? "rejected" : "approved"} ${subject} (run ${run.id})`);
    const conclusion = await watchRun(state, run.id);
    return reject || conclusion === "success" ? 0 : 1;
  },
);
