import type { ActionContext } from "../kit/action.ts";
import { askGitHub, httpStatus, type Octokit } from "./octokit.ts";

/** How a commit stands to the live one; `unknown` when the repository no longer has one of them. */
export type Relation = "identical" | "ahead" | "behind" | "diverged" | "unknown";

/** Compares the candidate with the live commit by GitHub's compare API: `ahead` means that live is its ancestor. */
export async function relationTo(
  liveCommit: string,
  candidate: string,
  octokit: Octokit,
  context: Pick<ActionContext, "run" | "clock" | "signal">,
): Promise<Relation> {
  if (liveCommit === candidate) return "identical";
  const { owner, repository: repo } = context.run;
  try {
    const { data } = await askGitHub("compare two commits", "contents: read", context, () =>
      octokit.rest.repos.compareCommitsWithBasehead({
        owner,
        repo,
        basehead: `${liveCommit}...${candidate}`,
        per_page: 1,
      }),
    );
    return data.status;
  } catch (error) {
    if (httpStatus(error) === 404) return "unknown";
    throw error;
  }
}

/** True when the branch that the run is for now ends in this very commit. */
export async function isBranchHead(
  commit: string,
  octokit: Octokit,
  context: Pick<ActionContext, "run" | "clock" | "signal">,
): Promise<boolean> {
  const { owner, repository: repo, ref } = context.run;
  if (!ref.startsWith("refs/heads/")) return false;
  const { data } = await askGitHub("name the head of a branch", "contents: read", context, () =>
    octokit.rest.git.getRef({ owner, repo, ref: ref.slice("refs/".length) }),
  );
  return data.object.sha === commit;
}

/** What people know a commit by. */
interface CommitWords {
  /** First line of its message. */
  readonly subject: string;
  /** The name of who wrote it. */
  readonly author: string;
}

interface PushedCommit {
  readonly id?: string;
  readonly message?: string;
  readonly author?: { readonly name?: string };
}

/** The commit's subject and author; "" each when GitHub does not say. */
export async function describeCommit(
  commit: string,
  octokit: Octokit | undefined,
  { run }: Pick<ActionContext, "run">,
): Promise<CommitWords> {
  const pushed = run.event.head_commit as PushedCommit | null | undefined;
  if (pushed?.id === commit && pushed.message) return wordsOf(pushed.message, pushed.author?.name);
  if (!octokit) return wordsOf("");
  const { owner, repository: repo } = run;
  try {
    const { data } = await octokit.rest.repos.getCommit({ owner, repo, ref: commit, per_page: 1 });
    return wordsOf(data.commit.message, data.commit.author?.name);
  } catch {
    return wordsOf("");
  }
}

function wordsOf(message: string, author = ""): CommitWords {
  return { subject: (message.split("\n")[0] ?? "").slice(0, 100), author: author.slice(0, 100) };
}
