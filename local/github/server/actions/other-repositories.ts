import { join, resolve } from "node:path";
import { LocalError } from "../../../errors.ts";
import type { RunnerServices } from "../../runner-services.ts";
import { Git } from "../git/git.ts";
import type { GitHubOptions } from "../options.ts";

/** The repositories whose actions and workflows may be used. Throws `NoCheckout` where the pipeline's folder is none. */
export async function otherRepositories(
  options: Pick<GitHubOptions, "environment" | "processes" | "repositories" | "pipeline">,
): Promise<NonNullable<RunnerServices["repositories"]>> {
  const { pipeline, repositories = {}, processes, environment } = options;
  const others = Object.fromEntries(
    Object.entries(repositories).map(([name, gitDirectory]) => [name, { gitDirectory }] as const),
  );
  if (pipeline === undefined) return others;
  const gitDirectory = join(resolve(pipeline.checkout), ".git");
  const git = new Git(gitDirectory, processes, environment);
  const { code } = await git.attempt(["rev-parse", "--quiet", "--verify", "HEAD^{commit}"]);
  if (code !== 0) {
    throw new LocalError(
      "NoCheckout",
      `"${pipeline.checkout}" has no commit checked out, so "${pipeline.repository}" has no workflows`,
      "name the folder of a git checkout",
    );
  }
  return { ...others, [pipeline.repository]: { gitDirectory, isCheckout: true } };
}
