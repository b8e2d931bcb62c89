// npm start: brings the stack up, deploys HEAD through the real workflow, and stays up until Ctrl-C.
import { udagram } from "../local/app.ts";
import { LocalError } from "../local/errors.ts";
import type { Display } from "../local/github/display/display.ts";
import { terminalOf } from "../local/github/display/terminal.ts";
import { type Stack, startStack } from "../local/stack.ts";
import { command } from "./kit/command.ts";
import { checkMachine } from "./laptop/check-machine.ts";
import { deployHead, type Outcome } from "./laptop/deploy-head.ts";
import { uncommittedChanges } from "./laptop/local-remote.ts";
import { root } from "./root.ts";

/** What shows a run now: it has the terminal, so that lines go above it. */
let display: Display | undefined;

const options = {
  once: { type: "boolean", help: "deploy, print the outcome as JSON on the last line, stop everything" },
  staging: {
    type: "boolean",
    help: 'go live in an environment "staging" first; `npm run promote` lets it go on',
  },
  force: { type: "boolean", help: "push HEAD even where it is no fast-forward" },
} as const;

await command(
  { usage: "npm start", summary: "Runs GitHub and AWS on this machine and deploys HEAD to them.", options },
  async ({ once, staging, force }) => {
    const started = performance.now();
    const stopping = stopOnSignals();
    await checkMachine(root);
    nameUncommitted();
    let stack: Stack | undefined;
    try {
      stack = await startStack({
        app: udagram(root),
        caller: process.env,
        staging,
        onProgress: say,
        signal: stopping,
      });
      const terminal = terminalOf(process.stdout, process.env);
      const onDisplay = (shown: Display | undefined): void => {
        display = shown;
      };
      const outcome = await deployHead(stack, { force, terminal, signal: stopping, onDisplay });
      if (once) {
        await stack.stop();
        stack = undefined;
        const seconds = Number(((performance.now() - started) / 1000).toFixed(1));
        console.log(JSON.stringify({ ...outcome, seconds }));
        return outcome.outcome === "live" ? 0 : 1;
      }
      if (!stopping.aborted) tellAddresses(stack, outcome);
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

function nameUncommitted(): void {
  const changes = uncommittedChanges();
  if (changes.length === 0) return;
  console.log("Not deployed, because not committed:");
  for (const change of changes.slice(0, 10)) console.log(`  ${change}`);
  if (changes.length > 10) console.log(`  and ${changes.length - 10} more`);
}

function tellAddresses(stack: Stack, { outcome, release, site, api }: Outcome): void {
  const { state, github } = stack;
  const headline = release === null ? "No release is live yet." : `Udagram is live as ${release}.`;
  const lines = [
    "",
    outcome === "live" || release === null ? headline : `HEAD is not live. ${headline}`,
    "",
    ...(site === undefined ? [] : [`  site   ${site}`]),
    ...(api === undefined ? [] : [`  API    ${api}`]),
    ...(state.staging === undefined ? [] : [`  staging ${state.staging.site}`]),
    `  runs   ${github.url}/${state.github.repository}`,
    "",
    "Deploy a change:  git commit, then git push local main",
    ...(state.staging === undefined ? [] : ["Let it go on:     npm run promote"]),
    "What was live:    npm run releases",
    "Go back:          npm run rollback",
    "Stop:             Ctrl-C",
  ];
  console.log(lines.join("\n"));
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
