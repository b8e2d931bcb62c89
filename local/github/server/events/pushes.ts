import type { Identity } from "../identity.ts";
import type { RunRecord } from "../state/runs.ts";
import { zeroId } from "./payloads.ts";
import type { PullRequestEvents } from "./pull-request-events.ts";
import type { PushResult, RefUpdate } from "./push-result.ts";

/** What a push sets in motion. */
interface PushEffects {
  readonly pullRequests: PullRequestEvents;
  /** Starts the runs that a pushed branch or tag of that name triggers. */
  readonly startRuns: (update: RefUpdate, name: string) => Promise<readonly RunRecord[]>;
}

/** Acts on the ref updates of one push, one after the other. */
export async function receivePush(
  { defaultBranch }: Pick<Identity, "defaultBranch">,
  effects: PushEffects,
  updates: readonly RefUpdate[],
): Promise<PushResult> {
  const results: PushResult[] = [];
  for (const update of updates) results.push(await receiveUpdate(defaultBranch, effects, update));
  return { runs: results.flatMap(({ runs }) => runs), notes: results.flatMap(({ notes }) => notes) };
}

async function receiveUpdate(
  defaultBranch: string,
  { pullRequests, startRuns }: PushEffects,
  update: RefUpdate,
): Promise<PushResult> {
  const [, kind, name = ""] = /^refs\/(heads|tags|forks)\/(.+)$/.exec(update.ref) ?? [];
  if (kind === "forks") return receiveFork(pullRequests, name, update);
  const isBranch = kind === "heads";
  if (update.after === zeroId)
    return { runs: [], notes: isBranch ? pullRequests.branchDeleted({ name }) : [] };
  if (kind === undefined) return { runs: [], notes: [] };
  const started = await startRuns(update, name);
  if (!isBranch) return { runs: started, notes: [] };
  const pull =
    name === defaultBranch
      ? { runs: [], notes: await pullRequests.baseMoved(update.after) }
      : await pullRequests.branchPushed({ name }, update);
  const runs = [...started, ...pull.runs];
  const quiet = runs.length === 0 && pull.notes.length === 0;
  return { runs, notes: [...pull.notes, ...(quiet ? [`No workflow runs for a push of ${name}.`] : [])] };
}

/** `refs/forks/OWNER/BRANCH` is a branch of a fork: nothing happens in the repository itself but to its pull request. */
async function receiveFork(
  pullRequests: PullRequestEvents,
  path: string,
  update: RefUpdate,
): Promise<PushResult> {
  const [, fork, name] = /^([^/]+)\/(.+)$/.exec(path) ?? [];
  if (fork === undefined || name === undefined) {
    return {
      runs: [],
      notes: [`A branch of a fork is pushed to refs/forks/OWNER/BRANCH, not to ${update.ref}.`],
    };
  }
  const branch = { name, fork };
  if (update.after === zeroId) return { runs: [], notes: pullRequests.branchDeleted(branch) };
  return pullRequests.branchPushed(branch, update);
}

/** The task, made to wait for every one before it; one that fails stops none of those behind it. */
export function inTurn<Given, Result>(
  task: (given: Given) => Promise<Result>,
): (given: Given) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (given) => {
    const result = last.then(() => task(given));
    last = result.catch(() => {});
    return result;
  };
}
