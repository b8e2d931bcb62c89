import { changedPaths, changesOfCommits } from "../git/files.ts";
import type { Commit } from "../git/history.ts";
import type { Repository } from "../repository.ts";
import { type PushedCommit, pushPayload, zeroId } from "./payloads.ts";
import type { RefUpdate } from "./push-result.ts";

/** The most commits that GitHub puts into a push's payload. */
const payloadCommits = 2048;

/** The payload of a push that ends at the commit `after`, and that commit. */
export async function describePush(
  { identity, git, history, times }: Repository,
  update: RefUpdate,
  after: string,
): Promise<{ readonly payload: Readonly<Record<string, unknown>>; readonly head: Commit }> {
  const created = update.before === zeroId;
  const forced = !created && !(await history.isAncestor(update.before, after));
  const range = created ? after : `${update.before}..${after}`;
  // The second --not ends the first: the range itself is wanted.
  const filters = created ? ["--not", `--exclude=${update.ref}`, "--glob=refs/heads", "--not"] : [];
  const commits = (await history.commits(range, { limit: payloadCommits, filters })).toReversed();
  const head = commits.find(({ sha }) => sha === after) ?? (await history.commit(after));
  const changes = await changesOfCommits(git, [...new Set([...commits, head].map(({ sha }) => sha))]);
  const withFiles = (commit: Commit): PushedCommit => ({ commit, files: changes.get(commit.sha) ?? [] });
  const payload = pushPayload(identity, {
    ref: update.ref,
    before: update.before,
    after: update.after,
    forced,
    commits: commits.map(withFiles),
    head: withFiles(head),
    times: times(),
  });
  return { payload, head };
}

/** What path filters compare: before with after; for a new branch, what it adds to the default branch. */
export async function changedByPush(
  { identity, git, history }: Repository,
  update: RefUpdate,
  after: string,
): Promise<readonly string[] | undefined> {
  if (update.before !== zeroId) return changedPaths(git, update.before, after);
  const base = await history.resolve(`refs/heads/${identity.defaultBranch}`);
  const fork = base === undefined ? undefined : await history.mergeBase(base, after);
  return fork === undefined || fork === after ? undefined : changedPaths(git, fork, after);
}
