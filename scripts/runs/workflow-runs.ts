import { LocalError } from "../../local/errors.ts";
import type { State } from "../../local/state.ts";
import { flagOf } from "../laptop/customer/customer.ts";
import { callGitHub } from "../laptop/local-github.ts";
import { pushCommand } from "../laptop/local-remote.ts";

/** A run of a workflow, as GitHub's REST API lists it. */
export interface WorkflowRun {
  readonly id: number;
  /** Counts the runs of its workflow. */
  readonly run_number: number;
  readonly name: string;
  readonly head_branch: string;
  readonly head_sha: string;
  readonly display_title: string;
  /** `completed`, or what it does until then. */
  readonly status: string;
  readonly conclusion: string | null;
  readonly run_started_at: string;
  readonly updated_at: string;
  readonly actor: { readonly login: string };
}

/** The newest 30 runs, newest first. */
export async function newestRuns(state: State): Promise<readonly WorkflowRun[]> {
  const listed = await callGitHub<{ workflow_runs: readonly WorkflowRun[] }>(
    state,
    "GET",
    "/actions/runs?per_page=30",
  );
  return listed.workflow_runs;
}

/** How people know it: "Deploy #4". */
export function nameOf({ name, run_number }: WorkflowRun): string {
  return `${name} #${run_number}`;
}

/**
 * The run that somebody typed, by its id or as "Deploy #4"; else the newest one that is meant. Throws `NoRuns`, where there is none, or
 * `NoSuchRun`.
 */
export async function chosenRun(
  state: State,
  typed: string | undefined,
  meant: { readonly what: string; readonly is: (run: WorkflowRun) => boolean },
): Promise<WorkflowRun> {
  const runs = await newestRuns(state);
  const found = runs.find((run) =>
    typed === undefined
      ? meant.is(run)
      : String(run.id) === typed || nameOf(run).toLowerCase() === typed.toLowerCase(),
  );
  if (found !== undefined) return found;
  if (typed !== undefined) {
    throw new LocalError(
      "NoSuchRun",
      `run "${typed}" is not known`,
      `list them: npm run runs${flagOf(state.folder)}`,
    );
  }
  throw new LocalError(
    "NoRuns",
    `there is no run ${meant.what}`,
    runs.length > 0
      ? `see what there is: npm run runs${flagOf(state.folder)}`
      : `push: ${pushCommand(flagOf(state.folder) === "", state.github.remote, state.github.branch)}`,
  );
}
