import type { Git } from "./git.ts";

type MergeResult =
  | { readonly merged: true; readonly sha: string }
  /** Paths that conflict; empty when the two have no history in common. */
  | { readonly merged: false; readonly conflicts: readonly string[] };

/** A commit that merges `head` into `base`, as GitHub makes one for a pull request; no working tree is involved. */
export async function mergeCommit(
  git: Git,
  options: {
    readonly base: string;
    readonly head: string;
    readonly message: string;
    readonly author: { readonly name: string; readonly email: string };
    readonly date: Date;
  },
): Promise<MergeResult> {
  const { base, head, author } = options;
  const { code, stdout } = await git.attempt([
    "merge-tree",
    "--write-tree",
    "--name-only",
    "-z",
    "--no-messages",
    base,
    head,
  ]);
  const [tree = "", ...conflicts] = stdout.split("\0").filter((value) => value !== "");
  if (code !== 0) return { merged: false, conflicts };
  const date = `${Math.floor(options.date.getTime() / 1000)} +0000`;
  const sha = await git.run(["commit-tree", tree, "-p", base, "-p", head], options.message, {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: author.name,
    GIT_COMMITTER_EMAIL: author.email,
    GIT_COMMITTER_DATE: date,
  });
  return { merged: true, sha: sha.trim() };
}
