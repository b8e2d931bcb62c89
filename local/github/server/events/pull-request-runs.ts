import { workflowsFor } from "../../runner/workflow/match-events.ts";
import type { Workflow } from "../../runner/workflow/model.ts";
import type { RunEngine } from "../actions/run-engine.ts";
import { changedPaths } from "../git/files.ts";
import { fullName } from "../identity.ts";
import type { Repository } from "../repository.ts";
import type { fullPullRequest } from "../shapes/pull-request.ts";
import type { PullRequest } from "../state/pull-requests.ts";
import type { RunRecord } from "../state/runs.ts";
import { pullRequestPayload } from "./payloads.ts";
import type { RefUpdate } from "./push-result.ts";
import { asksForPaths, isValid, runTitle, workflowFilesAt } from "./workflow-files.ts";

export type PullRequestAction = "opened" | "synchronize" | "reopened";

/** Starts the workflows that a change of a pull request triggers, on its merge commit. */
export async function startPullRequestRuns(
  parts: {
    readonly repository: Repository;
    readonly engine: RunEngine;
    readonly variables: () => Readonly<Record<string, string>>;
    readonly isDisabled: (path: string) => boolean;
    /** The pull request as the REST API shows it. */
    readonly describe: (pull: PullRequest) => Promise<ReturnType<typeof fullPullRequest>>;
  },
  change: {
    readonly pull: PullRequest;
    readonly merge: string;
    readonly action: PullRequestAction;
    readonly update: RefUpdate;
  },
): Promise<readonly RunRecord[]> {
  const { engine } = parts;
  const { identity, git, history, times } = parts.repository;
  const { pull, merge, action, update } = change;
  const valid = (await workflowFilesAt(git, merge))
    .filter(isValid)
    .filter(({ path }) => !parts.isDisabled(path));
  const workflows = valid.map(({ parsed }) => parsed);
  const changed = async (): Promise<readonly string[]> => {
    const fork = (await history.mergeBase(pull.baseSha, pull.headSha)) ?? pull.baseSha;
    return changedPaths(git, fork, pull.headSha);
  };
  const event = {
    name: "pull_request",
    action,
    baseBranch: pull.baseRef,
    changedPaths: workflows.some(asksForPaths) ? await changed() : undefined,
  } as const;
  const matched = new Set<Workflow>(workflowsFor(event, workflows));
  const starting = valid.filter(({ parsed }) => matched.has(parsed));
  if (starting.length === 0) return [];
  const payload = pullRequestPayload(identity, {
    action,
    number: pull.number,
    pull: await parts.describe(pull),
    before: update.before,
    after: update.after,
    times: times(),
  });
  const vars = pull.fork === undefined ? parts.variables() : {};
  const ref = `refs/pull/${pull.number}/merge`;
  const github = {
    event_name: "pull_request",
    ref,
    ref_name: `${pull.number}/merge`,
    sha: merge,
    head_ref: pull.headRef,
    base_ref: pull.baseRef,
    actor: identity.actor,
    repository: fullName(identity),
    event: payload,
  };
  return starting.map((file) =>
    engine.start(file, {
      name: "pull_request",
      ref,
      sha: merge,
      headBranch: pull.headRef,
      headSha: pull.headSha,
      headRef: pull.headRef,
      baseRef: pull.baseRef,
      pullRequest: pull.number,
      ...(pull.fork === undefined ? {} : { fork: pull.fork }),
      event: payload,
      inputs: {},
      title: runTitle(file.parsed, { github, inputs: {}, vars }, pull.title),
      actor: identity.actor,
    }),
  );
}
