import { apiUrl, fullName, type Identity, pageUrl } from "../identity.ts";
import type { RepositoryTimes } from "../repository.ts";
import { nodeId, userShape } from "./user.ts";

/** Addresses that every repository object carries: field, and what follows the repository's own address. */
const addresses = {
  archive_url: "/{archive_format}{/ref}",
  assignees_url: "/assignees{/user}",
  blobs_url: "/git/blobs{/sha}",
  branches_url: "/branches{/branch}",
  collaborators_url: "/collaborators{/collaborator}",
  comments_url: "/comments{/number}",
  commits_url: "/commits{/sha}",
  compare_url: "/compare/{base}...{head}",
  contents_url: "/contents/{+path}",
  contributors_url: "/contributors",
  deployments_url: "/deployments",
  downloads_url: "/downloads",
  events_url: "/events",
  forks_url: "/forks",
  git_commits_url: "/git/commits{/sha}",
  git_refs_url: "/git/refs{/sha}",
  git_tags_url: "/git/tags{/sha}",
  hooks_url: "/hooks",
  issue_comment_url: "/issues/comments{/number}",
  issue_events_url: "/issues/events{/number}",
  issues_url: "/issues{/number}",
  keys_url: "/keys{/key_id}",
  labels_url: "/labels{/name}",
  languages_url: "/languages",
  merges_url: "/merges",
  milestones_url: "/milestones{/number}",
  notifications_url: "/notifications{?since,all,participating}",
  pulls_url: "/pulls{/number}",
  releases_url: "/releases{/id}",
  stargazers_url: "/stargazers",
  statuses_url: "/statuses/{sha}",
  subscribers_url: "/subscribers",
  subscription_url: "/subscription",
  tags_url: "/tags",
  teams_url: "/teams",
  trees_url: "/git/trees{/sha}",
} as const;

/** The repository as runs, pull requests and payloads name it ("minimal repository"). */
export function minimalRepository(identity: Identity) {
  const urls = Object.fromEntries(
    Object.entries(addresses).map(([field, path]) => [field, apiUrl(identity, path)]),
  ) as Record<keyof typeof addresses, string>;
  return {
    id: identity.repositoryId,
    node_id: nodeId("Repository", identity.repositoryId),
    name: identity.repository,
    full_name: fullName(identity),
    owner: userShape(identity, identity.owner),
    private: true,
    html_url: pageUrl(identity),
    description: null,
    fork: false,
    url: apiUrl(identity),
    ...urls,
  };
}

/** The repository in full, as `GET /repos/{owner}/{repo}` and webhook payloads have it. */
export function repositoryShape(identity: Identity, times: RepositoryTimes) {
  const clone = `file://${identity.gitDirectory}`;
  return {
    ...minimalRepository(identity),
    // The remote is a folder: what a clone can really be made from.
    clone_url: clone,
    git_url: clone,
    ssh_url: clone,
    svn_url: pageUrl(identity),
    mirror_url: null,
    homepage: null,
    language: "TypeScript",
    forks_count: 0,
    forks: 0,
    network_count: 0,
    subscribers_count: 0,
    stargazers_count: 0,
    watchers_count: 0,
    watchers: 0,
    size: 0,
    default_branch: identity.defaultBranch,
    open_issues_count: 0,
    open_issues: 0,
    is_template: false,
    topics: [],
    has_issues: true,
    has_projects: false,
    has_wiki: false,
    has_pages: false,
    has_downloads: false,
    has_discussions: false,
    archived: false,
    disabled: false,
    visibility: "private",
    pushed_at: times.pushed,
    created_at: times.created,
    updated_at: times.pushed,
    allow_forking: false,
    web_commit_signoff_required: false,
    license: null,
    permissions: { admin: true, maintain: true, push: true, triage: true, pull: true },
  };
}
