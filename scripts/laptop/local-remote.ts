import { LocalError } from "../../local/errors.ts";
import { git, tryGit } from "../kit/git.ts";

/** The name of the git remote that is the GitHub of this machine. */
export const remoteName = "local";

/** Makes the remote `local` point at the stack's repository. A remote of that name that points elsewhere is left alone. */
export function ensureRemote(gitDirectory: string): void {
  const current = tryGit("remote", "get-url", remoteName);
  if (current === gitDirectory) return;
  if (current !== undefined) {
    throw new LocalError(
      "RemoteTaken",
      `the git remote "${remoteName}" already points at "${current}"`,
      `rename it: git remote rename ${remoteName} <another name>`,
    );
  }
  git("remote", "add", remoteName, gitDirectory);
}

export type PushPlan =
  | { readonly kind: "nothing"; readonly head: string }
  | { readonly kind: "push"; readonly head: string; readonly force: boolean };

/**
 * What `npm start` has to push. Throws `NotFastForward` when the local main has commits that HEAD lacks, unless forced:
 * the deploy itself then refuses a commit that is older than the live one.
 */
export function planPush(force: boolean): PushPlan {
  const head = git("rev-parse", "HEAD");
  const remote = tryGit("ls-remote", "--exit-code", remoteName, "refs/heads/main")?.split("\t")[0];
  if (remote === head) return { kind: "nothing", head };
  if (remote === undefined) return { kind: "push", head, force: false };
  const fastForward = tryGit("merge-base", "--is-ancestor", remote, head) !== undefined;
  if (fastForward || force) return { kind: "push", head, force: !fastForward };
  throw new LocalError(
    "NotFastForward",
    `HEAD (${head.slice(0, 7)}) does not contain what was pushed before (${remote.slice(0, 7)})`,
    "merge or rebase onto it, or push all the same with: npm start -- --force",
  );
}

/** Files with uncommitted changes, as `git status --short` names them: they are not deployed. */
export function uncommittedChanges(): readonly string[] {
  const status = git("status", "--porcelain");
  return status === "" ? [] : status.split("\n");
}
