import { statfs } from "node:fs/promises";
import { LocalError } from "../../local/errors.ts";
import { tryGitIn } from "../kit/git.ts";
import { root } from "../root.ts";

const neededBytes = 500 * 1024 * 1024;

/** Fails early, and by name, on what would otherwise fail late: no git repository, no commit, no space, not Linux. */
export async function checkMachine(folder: string): Promise<void> {
  if (process.platform !== "linux") {
    throw new LocalError(
      "NotLinux",
      `the local stack runs on Linux, not on "${process.platform}"`,
      "use a Linux machine",
    );
  }
  if (tryGitIn(folder, "rev-parse", "--verify", "HEAD") === undefined) {
    throw new LocalError(
      "NoCommit",
      `"${folder}" has no commit that could be deployed`,
      "commit what should be deployed: git add --all && git commit",
    );
  }
  const { bavail, bsize } = await statfs(root);
  if (bavail * bsize < neededBytes) {
    throw new LocalError(
      "NoSpace",
      `only ${Math.floor((bavail * bsize) / 1024 / 1024)} MB are free on the disk of "${root}"`,
      "free 500 MB or more",
    );
  }
}
