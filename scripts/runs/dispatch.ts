import type { State } from "../../local/state.ts";
import { callGitHub, workflowOf } from "../laptop/local-github.ts";
import { printSummary } from "./print-summary.ts";
import { watchRun } from "./watch-run.ts";

/**
 * Starts the workflow on the default branch that calls the pipeline's of that name, as the button on GitHub does, and shows its run; of a dry run all that it would do. Inputs that say
 * nothing are left out, as not every repository's workflow has them. Returns the exit code.
 */
export async function dispatchWorkflow(
  state: State,
  called: "rollback",
  inputs: Readonly<Record<string, unknown>>,
): Promise<number> {
  const said = Object.entries(inputs).filter(([, value]) => value !== "" && value !== false);
  const { workflow_run_id: id } = await callGitHub<{ workflow_run_id: number }>(
    state,
    "POST",
    `/actions/workflows/${workflowOf(state, called)}/dispatches`,
    { ref: state.github.branch, inputs: Object.fromEntries(said), return_run_details: true },
  );
  const conclusion = await watchRun(state, id);
  if (inputs["dry-run"] === true) await printSummary(state, id);
  return conclusion === "success" ? 0 : 1;
}
