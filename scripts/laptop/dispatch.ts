import { terminalOf } from "../../local/github/display/terminal.ts";
import { followRun } from "./follow-run.ts";
import { callGitHub, localState } from "./local-github.ts";

/** Starts a workflow on main, as the button on GitHub does, and shows its run. Returns the exit code. */
export async function dispatchWorkflow(
  file: string,
  inputs: Readonly<Record<string, unknown>>,
): Promise<number> {
  const state = localState();
  const { workflow_run_id: id } = await callGitHub<{ workflow_run_id: number }>(
    state,
    "POST",
    `/actions/workflows/${file}/dispatches`,
    { ref: "main", inputs, return_run_details: true },
  );
  const conclusion = await followRun(state, id, { terminal: terminalOf(process.stdout, process.env) });
  return conclusion === "success" ? 0 : 1;
}
