import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { ActionError, explain } from "../kit/errors.ts";
import { sha256 } from "../kit/sha256.ts";

export interface Commit {
  readonly sha: string;
  readonly committedAt: Date;
}

export interface TreeKey {
  /** The sha256 over names, modes and git blob ids of the files, and over `salt`. */
  readonly key: string;
  readonly files: number;
  /** Files among them that differ from the commit: the key does not describe what is on disk. */
  readonly changed: readonly string[];
}

const run = promisify(execFile);

async function git(directory: string, ...args: string[]): Promise<string> {
  try {
    // The checkout may belong to another user than the one who runs the step; git would refuse to read it.
    const trusted = ["-c", `safe.directory=${directory}`, "-c", "core.quotePath=false"];
    const { stdout } = await run("git", [...trusted, ...args], {
      cwd: directory,
      maxBuffer: 256 * 1024 * 1024,
    });
    return stdout;
  } catch (cause) {
    throw new ActionError("InvalidInputs", `git could not read "${directory}": ${explain(cause)}`, {
      hint: "check the repository out with actions/checkout before this step",
      cause,
    });
  }
}

/** The commit that is checked out. */
export async function readCommit(directory: string): Promise<Commit> {
  const [sha = "", seconds = ""] = (await git(directory, "show", "-s", "--format=%H %ct", "HEAD"))
    .trim()
    .split(" ");
  return { sha, committedAt: new Date(Number(seconds) * 1000) };
}

/** Paths of the commit's files below a folder. */
export async function trackedFiles(directory: string, folder: string): Promise<readonly string[]> {
  return (await git(directory, "ls-files", "-z", "--", folder)).split("\0").filter((path) => path !== "");
}

/**
 * The key of what a build or a suite reads, by git pathspecs: equal keys mean equal files, whatever the commit.
 * Throws `InvalidInputs` when the pathspecs match nothing, which would be one key for everything.
 */
export async function treeKey(
  directory: string,
  pathspecs: readonly string[],
  salt: readonly string[],
): Promise<TreeKey> {
  const [staged, status] = await Promise.all([
    git(directory, "ls-files", "--stage", "-z", "--", ...pathspecs),
    git(
      directory,
      "status",
      "--porcelain",
      "--untracked-files=all",
      "--no-renames",
      "-z",
      "--",
      ...pathspecs,
    ),
  ]);
  if (staged === "") {
    throw new ActionError(
      "InvalidInputs",
      `input "paths" matches no file of the commit: ${pathspecs.join(", ")}`,
      { hint: "give git pathspecs, one per line, relative to the repository's root" },
    );
  }
  const entries = staged.split("\0").slice(0, -1);
  const changed = status.split("\0").slice(0, -1);
  return {
    key: sha256([...salt, "", ...entries].join("\0")).slice(0, 32),
    files: entries.length,
    changed: changed.map((line) => line.slice(3)),
  };
}
