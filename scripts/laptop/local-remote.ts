import { LocalError } from "../../local/errors.ts";
import { gitIn, tryGitIn } from "../kit/git.ts";
import { type Customer, flagOf } from "./customer/customer.ts";

/** The name of the git remote that is the GitHub of this machine. */
export const remoteName = "local";

/**
 * How git names the stack's repository in a working copy: Udagram's gets a remote `local`, one of that name that points elsewhere is
 * left alone. In the configuration of other repositories nothing is changed: there it is the address.
 */
export function remoteOf({ folder, isUdagram }: Customer, gitDirectory: string): string {
  if (!isUdagram) return gitDirectory;
  const current = tryGitIn(folder, "remote", "get-url", remoteName);
  if (current === gitDirectory) return remoteName;
  if (current !== undefined) {
    throw new LocalError(
      "RemoteTaken",
      `the git remote "${remoteName}" already points at "${current}"`,
      `rename it: git remote rename ${remoteName} <another name>`,
    );
  }
  gitIn(folder, "remote", "add", remoteName, gitDirectory);
  return remoteName;
}

/** What one types in the working copy to deploy again. */
export function pushCommand(isUdagram: boolean, gitDirectory: string, branch: string): string {
  return isUdagram ? `git push ${remoteName} ${branch}` : `git push ${gitDirectory} HEAD:${branch}`;
}

export type PushPlan =
  | { readonly kind: "nothing"; readonly head: string }
  | { readonly kind: "push"; readonly head: string; readonly force: boolean };

/**
 * What `npm start` has to push. Throws `NotFastForward` when the branch there has commits that HEAD lacks, unless forced:
 * the deploy itself then refuses a commit that is older than the live one.
 */
export function planPush(folder: string, remote: string, branch: string, force: boolean): PushPlan {
  const head = gitIn(folder, "rev-parse", "HEAD");
  const pushed = tryGitIn(folder, "ls-remote", "--exit-code", remote, `refs/heads/${branch}`)?.split("\t")[0];
  if (pushed === head) return { kind: "nothing", head };
  if (pushed === undefined) return { kind: "push", head, force: false };
  const fastForward = tryGitIn(folder, "merge-base", "--is-ancestor", pushed, head) !== undefined;
  if (fastForward || force) return { kind: "push", head, force: !fastForward };
  throw new LocalError(
    "NotFastForward",
    `HEAD (${head.slice(0, 7)}) does not contain what was pushed before (${pushed.slice(0, 7)})`,
    `merge or rebase onto it, or push all the same with: npm start${flagOf(folder) || " --"} --force`,
  );
}

/** Files with uncommitted changes, as `git status --short` names them: they are not deployed. */
export function uncommittedChanges(folder: string): readonly string[] {
  const status = gitIn(folder, "status", "--porcelain");
  return status === "" ? [] : status.split("\n");
}
