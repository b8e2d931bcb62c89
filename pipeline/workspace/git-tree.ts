import { execFile } from "node:child_process";
import { posix } from "node:path";
import { promisify } from "node:util";
import { ActionError, explain } from "../kit/errors.ts";

export interface Commit {
  readonly sha: string;
  readonly committedAt: Date;
}

const run = promisify(execFile);

async function git(directory: string, ...args: string[]): Promise<string> {
  try {
    // The checkout may belong to another user than the one who runs the step; git would refuse to read it. What an install
    // script wrote into its configuration starts nothing.
    const settings = [`safe.directory=${directory}`, "core.quotePath=false", "core.fsmonitor=false"];
    const trusted = settings.flatMap((setting) => ["-c", setting]);
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
  return entries(await git(directory, "ls-files", "-z", "--", folder));
}

/** The commit's files that the `.ebignore` files of their folders name, as .gitignore would. */
export async function ebIgnored(directory: string): Promise<readonly string[]> {
  const options = ["--cached", "--ignored", "--exclude-per-directory=.ebignore", "-z"];
  return entries(await git(directory, "ls-files", ...options));
}

/** Paths of files on disk that are no files of the commit, ignored ones included, packages left out. */
export async function untrackedFiles(directory: string): Promise<readonly string[]> {
  return entries(await git(directory, "ls-files", "--others", "--exclude=node_modules/", "-z"));
}

/** The commit's files that match git pathspecs, each as `<mode> <blob id> <stage>\t<path>`: equal entries mean equal files. */
export async function stagedFiles(
  directory: string,
  pathspecs: readonly string[],
): Promise<readonly string[]> {
  return entries(await git(directory, "ls-files", "--stage", "-z", "--", ...pathspecs));
}

/** The text of one file of the commit, whatever is on disk; undefined where the commit has none of that path. */
export async function committedText(directory: string, path: string): Promise<string | undefined> {
  // A folder's name matches everything below it.
  const found = await stagedFiles(directory, [`:(literal)${path}`]);
  const entry = found.find((one) => one.endsWith(`\t${posix.normalize(path)}`));
  return entry && git(directory, "cat-file", "blob", entry.split(" ")[1] ?? "");
}

/** Paths of files on disk that match git pathspecs and differ from the commit. */
export async function changedFiles(
  directory: string,
  pathspecs: readonly string[],
): Promise<readonly string[]> {
  const options = ["--porcelain", "--untracked-files=all", "--no-renames", "-z"];
  const status = await git(directory, "status", ...options, "--", ...pathspecs);
  return entries(status).map((line) => line.slice(3));
}

function entries(output: string): readonly string[] {
  return output.split("\0").filter((entry) => entry !== "");
}
