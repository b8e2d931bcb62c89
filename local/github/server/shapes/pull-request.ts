import { apiUrl, forkOf, type Identity, pageUrl } from "../identity.ts";
import type { PullRequest } from "../state/pull-requests.ts";
import { utc } from "./commit.ts";
import { repositoryShape } from "./repository.ts";
import { nodeId, userShape } from "./user.ts";

/** What is counted in the repository rather than recorded with the pull request. */
interface PullFacts {
  readonly commits: number;
  readonly comments: number;
  readonly additions: number;
  readonly deletions: number;
  readonly changedFiles: number;
  readonly repositoryCreated: string;
}

/** A pull request as lists have it. */
export function pullRequestShape(identity: Identity, pull: PullRequest, repositoryCreated: string) {
  const api = apiUrl(identity, `/pulls/${pull.number}`);
  const issue = apiUrl(identity, `/issues/${pull.number}`);
  const page = pageUrl(identity, `/pull/${pull.number}`);
  const user = userShape(identity, pull.fork ?? identity.actor);
  const times = { created: repositoryCreated, pushed: utc(pull.updatedAt) };
  const side = (of: Identity, ref: string, sha: string) => ({
    label: `${of.owner}:${ref}`,
    ref,
    sha,
    user: userShape(of, of.owner),
    repo: { ...repositoryShape(of, times), fork: of !== identity },
  });
  const head = pull.fork === undefined ? identity : forkOf(identity, pull.fork);
  const links = {
    self: api,
    html: page,
    issue,
    comments: `${issue}/comments`,
    review_comments: `${api}/comments`,
    review_comment: apiUrl(identity, "/pulls/comments{/number}"),
    commits: `${api}/commits`,
    statuses: apiUrl(identity, `/statuses/${pull.headSha}`),
  };
  return {
    url: api,
    id: pull.number,
    node_id: nodeId("PullRequest", pull.number),
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: issue,
    commits_url: links.commits,
    review_comments_url: links.review_comments,
    review_comment_url: links.review_comment,
    comments_url: links.comments,
    statuses_url: links.statuses,
    number: pull.number,
    state: pull.state,
    locked: false,
    title: pull.title,
    user,
    body: pull.body,
    labels: [],
    milestone: null,
    active_lock_reason: null,
    created_at: utc(pull.createdAt),
    updated_at: utc(pull.updatedAt),
    closed_at: pull.closedAt === undefined ? null : utc(pull.closedAt),
    merged_at: pull.mergedAt === undefined ? null : utc(pull.mergedAt),
    merge_commit_sha: pull.mergeSha ?? null,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    head: side(head, pull.headRef, pull.headSha),
    base: side(identity, pull.baseRef, pull.baseSha),
    _links: linkObjects(links),
    author_association: pull.fork === undefined ? ("OWNER" as const) : ("CONTRIBUTOR" as const),
    auto_merge: null,
    draft: false,
  };
}

/** A pull request on its own, with what GitHub counts for it. */
export function fullPullRequest(identity: Identity, pull: PullRequest, facts: PullFacts) {
  const mergeable = pull.state === "open" ? pull.mergeSha !== undefined : null;
  return {
    ...pullRequestShape(identity, pull, facts.repositoryCreated),
    merged: pull.mergedAt !== undefined,
    mergeable,
    rebaseable: mergeable,
    mergeable_state: mergeable === null ? "unknown" : mergeable ? "clean" : "dirty",
    merged_by: pull.mergedAt === undefined ? null : userShape(identity, identity.actor),
    comments: facts.comments,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: facts.commits,
    additions: facts.additions,
    deletions: facts.deletions,
    changed_files: facts.changedFiles,
  };
}

function linkObjects<Name extends string>(
  links: Readonly<Record<Name, string>>,
): Record<Name, { href: string }> {
  return Object.fromEntries(Object.entries<string>(links).map(([name, href]) => [name, { href }])) as Record<
    Name,
    { href: string }
  >;
}
