import { terminalOf } from "../../local/github/display/terminal.ts";
import type { State } from "../../local/state.ts";
import { flagOf } from "../laptop/customer/customer.ts";
import { followRun } from "./follow-run.ts";

type Conclusion = Awaited<ReturnType<typeof followRun>>;

/**
 * Shows a run in the terminal of a command until it ends, and returns how. Ctrl-C ends the command alone (exit code 130), and says
 * that the run goes on.
 */
export async function watchRun(state: State, runId: number): Promise<Conclusion> {
  const leave = (): void => {
    const flag = flagOf(state.folder);
    const follow = `npm run runs${flag === "" ? " --" : flag} --wait`;
    process.stdout.write(`\nThe run goes on. Follow it: ${follow}; stop it: npm run cancel${flag}\n`, () =>
      process.exit(130),
    );
  };
  process.once("SIGINT", leave);
  try {
    return await followRun(state, runId, { terminal: terminalOf(process.stdout, process.env) });
  } finally {
    process.off("SIGINT", leave);
  }
}
