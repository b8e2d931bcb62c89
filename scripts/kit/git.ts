import { spawnSync } from "node:child_process";
import { LocalError } from "../../local/errors.ts";
import { root } from "../root.ts";

/** Runs git in the clone; returns what it printed, trimmed. Throws `GitFailed` with git's own words. */
export function git(...args: readonly string[]): string {
  return gitIn(root, ...args);
}

/** As `git`, in another folder. */
export function gitIn(folder: string, ...args: readonly string[]): string {
  const result = spawnSync("git", args, { cwd: folder, encoding: "utf8" });
  if (result.error) {
    throw new LocalError("GitMissing", "git could not be started", "install git", { cause: result.error });
  }
  if (result.status !== 0) {
    throw new LocalError(
      "GitFailed",
      `git ${args.join(" ")}: ${result.stderr.trim()}`,
      "correct what git names",
    );
  }
  return result.stdout.trim();
}

/** As `gitIn`, but undefined when git fails. */
export function tryGitIn(folder: string, ...args: readonly string[]): string | undefined {
  const result = spawnSync("git", args, { cwd: folder, encoding: "utf8" });
  return result.status === 0 ? result.stdout.trim() : undefined;
}
