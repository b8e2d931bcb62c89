import { join, resolve } from "node:path";
import { LocalError } from "../../../errors.ts";
import type { RunnerServices } from "../../runner-services.ts";
import { Git } from "../git/git.ts";
import type { GitHubOptions } from "../options.ts";

type Others = NonNullable<RunnerServices["repositories"]>;

/** The repositories whose actions and workflows may be used. Throws `NoCheckout` where a folder is none. */
export async function otherRepositories({
  repositories = {},
  processes,
  environment,
}: Pick<GitHubOptions, "environment" | "processes" | "repositories">): Promise<Others> {
  const entries = Object.entries(repositories).map(async ([name, place]) => {
    if (typeof place === "string") return [name, { gitDirectory: place }] as const;
    const gitDirectory = join(resolve(place.checkout), ".git");
    const git = new Git(gitDirectory, processes, environment);
    const { code } = await git.attempt(["rev-parse", "--quiet", "--verify", "HEAD^{commit}"]);
    if (code !== 0) {
      throw new LocalError(
        "NoCheckout",
        `"${place.checkout}" has no commit checked out, so "${name}" has no workflows`,
        "name the folder of a git checkout",
      );
    }
    return [name, { gitDirectory, isCheckout: true }] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}
