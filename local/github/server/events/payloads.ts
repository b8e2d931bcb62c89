import type { ChangedName } from "../git/files.ts";
import type { Commit } from "../git/history.ts";
import { type Identity, noreplyAddress, pageUrl } from "../identity.ts";
import type { RepositoryTimes } from "../repository.ts";
import { payloadCommit } from "../shapes/commit.ts";
import type { fullPullRequest } from "../shapes/pull-request.ts";
import { repositoryShape } from "../shapes/repository.ts";
import { userShape } from "../shapes/user.ts";

/** The commit id that stands for "none" in pushes. */
export const zeroId = "0".repeat(40);

export interface PushedCommit {
  readonly commit: Commit;
  readonly files: readonly ChangedName[];
}

/** https://docs.github.com/webhooks/webhook-events-and-payloads#push */
export function pushPayload(
  identity: Identity,
  push: {
    readonly ref: string;
    readonly before: string;
    readonly after: string;
    readonly forced: boolean;
    /** Oldest first. */
    readonly commits: readonly PushedCommit[];
    readonly head: PushedCommit;
    readonly times: RepositoryTimes;
  },
) {
  const { before, after, commits, head } = push;
  const created = before === zeroId;
  const repository = repositoryShape(identity, push.times);
  const compare = created
    ? `/commit/${after.slice(0, 12)}`
    : `/compare/${before.slice(0, 12)}...${after.slice(0, 12)}`;
  return {
    ref: push.ref,
    before,
    after,
    // In push payloads alone, these two are seconds since the epoch.
    repository: {
      ...repository,
      created_at: Math.floor(Date.parse(push.times.created) / 1000),
      pushed_at: Math.floor(Date.parse(push.times.pushed) / 1000),
      master_branch: identity.defaultBranch,
    },
    pusher: { name: identity.actor, email: noreplyAddress(identity.actor) },
    sender: userShape(identity, identity.actor),
    created,
    deleted: false,
    forced: push.forced,
    base_ref: null,
    compare: pageUrl(identity, compare),
    commits: commits.map(({ commit, files }) => payloadCommit(identity, commit, files)),
    head_commit: payloadCommit(identity, head.commit, head.files),
  };
}

/** https://docs.github.com/webhooks/webhook-events-and-payloads#pull_request */
export function pullRequestPayload(
  identity: Identity,
  change: {
    readonly action: "opened" | "synchronize" | "reopened";
    readonly number: number;
    readonly pull: ReturnType<typeof fullPullRequest>;
    readonly before: string;
    readonly after: string;
    readonly times: RepositoryTimes;
  },
) {
  return {
    action: change.action,
    number: change.number,
    pull_request: change.pull,
    ...(change.action === "synchronize" ? { before: change.before, after: change.after } : {}),
    repository: repositoryShape(identity, change.times),
    sender: userShape(identity, identity.actor),
  };
}

/** https://docs.github.com/webhooks/webhook-events-and-payloads#workflow_dispatch */
export function dispatchPayload(
  identity: Identity,
  dispatch: {
    readonly inputs: Readonly<Record<string, string>>;
    readonly ref: string;
    readonly path: string;
    readonly sender: string;
    readonly times: RepositoryTimes;
  },
) {
  return {
    inputs: Object.keys(dispatch.inputs).length === 0 ? null : dispatch.inputs,
    ref: dispatch.ref,
    repository: repositoryShape(identity, dispatch.times),
    sender: userShape(identity, dispatch.sender),
    workflow: dispatch.path,
  };
}
