import type { ChangedFile, ChangedName } from "../git/files.ts";
import type { Commit, Person } from "../git/history.ts";
import { apiUrl, type Identity, pageUrl } from "../identity.ts";
import { nodeId } from "./user.ts";

/** The REST API shows times in UTC, to the second. */
export function utc(date: string): string {
  return new Date(date).toISOString().replace(/\.\d{3}Z$/, "Z");
}

/** A commit of the REST API; `author` and `committer` are null, as for addresses that belong to no account. */
export function commitShape(identity: Identity, commit: Commit) {
  const { sha } = commit;
  return {
    sha,
    node_id: nodeId("Commit", sha),
    commit: {
      author: { name: commit.author.name, email: commit.author.email, date: utc(commit.author.date) },
      committer: {
        name: commit.committer.name,
        email: commit.committer.email,
        date: utc(commit.committer.date),
      },
      message: commit.message,
      tree: { sha: commit.tree, url: apiUrl(identity, `/git/trees/${commit.tree}`) },
      url: apiUrl(identity, `/git/commits/${sha}`),
      comment_count: 0,
      verification: {
        verified: false,
        reason: "unsigned",
        signature: null,
        payload: null,
        verified_at: null,
      },
    },
    url: apiUrl(identity, `/commits/${sha}`),
    html_url: pageUrl(identity, `/commit/${sha}`),
    comments_url: apiUrl(identity, `/commits/${sha}/comments`),
    author: null,
    committer: null,
    parents: commit.parents.map((parent) => ({
      sha: parent,
      url: apiUrl(identity, `/commits/${parent}`),
      html_url: pageUrl(identity, `/commit/${parent}`),
    })),
  };
}

export function fileShape(identity: Identity, commit: string, file: ChangedFile) {
  const path = file.filename.split("/").map(encodeURIComponent).join("/");
  return {
    sha: file.sha,
    filename: file.filename,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: pageUrl(identity, `/blob/${commit}/${path}`),
    raw_url: pageUrl(identity, `/raw/${commit}/${path}`),
    contents_url: apiUrl(identity, `/contents/${path}?ref=${commit}`),
    ...(file.patch === undefined ? {} : { patch: file.patch }),
    ...(file.previous === undefined ? {} : { previous_filename: file.previous }),
  };
}

/** A commit as push payloads have it: times keep the person's offset. */
export function payloadCommit(identity: Identity, commit: Commit, files: readonly ChangedName[]) {
  const person = ({ name, email }: Person) => ({ name, email });
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: commit.committer.date,
    url: pageUrl(identity, `/commit/${commit.sha}`),
    author: person(commit.author),
    committer: person(commit.committer),
    added: files
      .filter(({ status }) => status === "added" || status === "renamed")
      .map(({ filename }) => filename),
    removed: files.flatMap(({ status, filename, previous }) =>
      status === "removed" ? [filename] : previous === undefined ? [] : [previous],
    ),
    modified: files
      .filter(({ status }) => status === "modified" || status === "changed")
      .map(({ filename }) => filename),
  };
}
