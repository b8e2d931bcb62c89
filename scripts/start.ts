// npm start: brings the stack up, deploys HEAD through the real workflow, and stays up until Ctrl-C.
import { LocalError } from "../local/errors.ts";
import type { Display } from "../local/github/display/display.ts";
import { terminalOf } from "../local/github/display/terminal.ts";
import { type Stack, startStack } from "../local/stack.ts";
import { command } from "./kit/command.ts";
import { checkMachine } from "./laptop/check-machine.ts";
import { callingWorkflowsAt } from "./laptop/customer/calling-workflows.ts";
import { checkRepository } from "./laptop/customer/check-repository.ts";
import { customerOf } from "./laptop/customer/customer.ts";
import { appOf } from "./laptop/customer/customer-app.ts";
import { deployHead } from "./laptop/deploy-head.ts";
import { finishRollback } from "./laptop/interrupted-rollback.ts";
import { rememberedStaging } from "./laptop/remembered-staging.ts";
import { endText, startNotes } from "./laptop/start-texts.ts";

/** What shows a run now: it has the terminal, so that lines go above it. */
let display: Display | undefined;

const options = {
  once: { type: "boolean", help: "deploy, print the outcome as JSON on the last line, stop everything" },
  staging: {
    type: "boolean",
    help: 'go live in an environment "staging" first; `npm run promote` lets it go on. Stays so',
  },
  "no-staging": { type: "boolean", help: "give that up again" },
  force: { type: "boolean", help: "push HEAD even where it is no fast-forward" },
  repository: {
    type: "string",
    help: "folder of another repository: deploys its HEAD through its workflows",
  },
  origin: {
    type: "string",
    help: "another origin whose pages may use API and photos, from now on; none takes it away",
  },
  env: { type: "string", help: "file of NAME=value lines: what the API finds in its environment" },
} as const;

await command(
  { usage: "npm start", summary: "Runs GitHub and AWS on this machine and deploys HEAD to them.", options },
  async ({ once, staging: wanted, "no-staging": dropped, force, repository, origin, env }) => {
    const started = performance.now();
    const stopping = stopOnSignals();
    const customer = customerOf(repository);
    await checkMachine(customer.folder);
    const calling = callingWorkflowsAt(customer.folder, "HEAD");
    const deployed = checkRepository(customer, calling);
    const app = appOf(customer, { calling, branch: deployed.branch }, env);
    const terminal = terminalOf(process.stdout, process.env);
    const asked = { calling, environmentFile: env, columns: terminal.isTTY ? terminal.columns() : Infinity };
    for (const note of startNotes(customer, app, asked)) console.log(note);
    const { staging, note } = rememberedStaging(customer, { staging: wanted, dropped });
    if (note !== undefined) console.log(note);
    let stack: Stack | undefined;
    try {
      stack = await startStack({
        app,
        caller: process.env,
        staging,
        origins: origin,
        onProgress: say,
        signal: stopping,
      });
      const onDisplay = (shown: Display | undefined): void => {
        display = shown;
      };
      const shown = { terminal, signal: stopping, onDisplay };
      await finishRollback(stack, calling, shown);
      const outcome = await deployHead(stack, { customer, ...deployed }, { once, force, ...shown });
      if (once) {
        await stack.stop();
        stack = undefined;
        const seconds = Number(((performance.now() - started) / 1000).toFixed(1));
        console.log(JSON.stringify({ ...outcome, seconds }));
        return outcome.outcome === "failed" ? 1 : 0;
      }
      if (!stopping.aborted) console.log(endText(customer, outcome, stack.state));
      await aborted(stopping);
      return 0;
    } catch (error) {
      if (!stopping.aborted) throw error;
      return once ? 1 : 0;
    } finally {
      await stack?.stop();
    }
  },
);

/** Aborts on the first Ctrl-C or SIGTERM; a second one ends at once, and the next start cleans up. */
function stopOnSignals(): AbortSignal {
  const stopping = new AbortController();
  const stop = (): void => {
    if (stopping.signal.aborted) process.exit(130);
    say("stopping");
    stopping.abort(
      new LocalError("Interrupted", "stopped before it was done", "start again with: npm start"),
    );
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  return stopping.signal;
}

function say(what: string): void {
  const line = `· ${what}`;
  if (display) display.print(line);
  else console.log(line);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
