// npm run releases: what is live on this machine, and what one could roll back to.

import { LocalError } from "../local/errors.ts";
import { styleOf } from "../local/github/display/style.ts";
import { terminalOf } from "../local/github/display/terminal.ts";
import { readOverview } from "../pipeline/releases/views/overview.ts";
import { command } from "./kit/command.ts";
import { repositoryOption } from "./laptop/customer/customer.ts";
import { localState } from "./laptop/local-github.ts";
import { localStore } from "./laptop/local-store.ts";
import { localWitnesses } from "./laptop/local-witnesses.ts";
import { releasesView } from "./laptop/releases-view.ts";

/** How far back the ledger is read. */
const attemptsRead = 100;

const options = {
  all: { type: "boolean", help: "also every attempt, with those that failed" },
  environment: { type: "string", help: "another environment than the one that pushes go to" },
  json: { type: "boolean", help: "the same facts as JSON" },
  repository: repositoryOption,
} as const;

await command(
  { usage: "npm run releases", summary: "Shows what is live and the releases to roll back to.", options },
  async ({ all, environment, json, repository }) => {
    const state = localState(repository);
    const local = await localStore(state);
    const name = environment ?? local.environment;
    const witnesses = localWitnesses(state, name, name === local.environment);
    const overview = await readOverview(local.store, name, attemptsRead, witnesses);
    if (environment !== undefined && overview.attempts.length === 0) {
      throw new LocalError(
        "NoSuchEnvironment",
        `nothing was ever released to "${environment}"`,
        `leave --environment out for "${local.environment}"`,
      );
    }
    if (json) {
      const { attempts, ...facts } = overview;
      console.log(JSON.stringify(all ? { ...facts, attempts } : facts, null, 2));
      return 0;
    }
    const terminal = terminalOf(process.stdout, process.env);
    const isTerminal = process.stdout.isTTY === true;
    const view = {
      now: new Date(),
      width: isTerminal ? terminal.columns() : Number.POSITIVE_INFINITY,
      style: styleOf({ color: isTerminal && !terminal.noColor, unicode: terminal.unicode }),
      all,
    };
    for (const line of releasesView(overview, view)) console.log(line);
    return overview.problems.length === 0 ? 0 : 1;
  },
);
