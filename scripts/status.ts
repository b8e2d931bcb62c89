// npm run status: what is live now on this machine and why, whether pushes go live, and what runs.
import { styleOf } from "../local/github/display/style.ts";
import { terminalOf } from "../local/github/display/terminal.ts";
import { readOverview } from "../pipeline/releases/views/overview.ts";
import { command } from "./kit/command.ts";
import { repositoryOption } from "./laptop/customer/customer.ts";
import { localState } from "./laptop/local-github.ts";
import { localStore } from "./laptop/local-store.ts";
import { localWitnesses } from "./laptop/local-witnesses.ts";
import { isUnwell, statusLines, statusOf } from "./laptop/status-view.ts";
import { newestRuns } from "./runs/workflow-runs.ts";

/** How far back the ledger is read for the attempt that brought the live release. */
const attemptsRead = 20;

const options = {
  environment: { type: "string", help: "another environment than the one that pushes go to" },
  json: { type: "boolean", help: "the same facts as JSON; `whole` is yes, no or unknown" },
  repository: repositoryOption,
} as const;

await command(
  {
    usage: "npm run status",
    summary: "Shows what is live now, whether pushes go live, and what runs.",
    options,
  },
  async ({ environment, json, repository }) => {
    const state = localState(repository);
    const local = await localStore(state);
    const name = environment ?? local.environment;
    const witnesses = localWitnesses(state, name, name === local.environment);
    const [overview, runs] = await Promise.all([
      readOverview(local.store, name, attemptsRead, witnesses),
      newestRuns(state),
    ]);
    const status = statusOf(overview, runs);
    if (json) console.log(JSON.stringify(status, null, 2));
    else {
      const terminal = terminalOf(process.stdout, process.env);
      const isTerminal = process.stdout.isTTY === true;
      const view = {
        now: new Date(),
        width: isTerminal ? terminal.columns() : Number.POSITIVE_INFINITY,
        style: styleOf({ color: isTerminal && !terminal.noColor, unicode: terminal.unicode }),
      };
      for (const line of statusLines(overview, status, view)) console.log(line);
    }
    return isUnwell(status) || overview.problems.length > 0 ? 1 : 0;
  },
);
