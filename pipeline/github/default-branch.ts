import type { ActionContext } from "../kit/action.ts";
import { ActionError } from "../kit/errors.ts";
import { askGitHub, type Octokit } from "./octokit.ts";

/**
 * The name of the repository's default branch: as the event says it, else as GitHub does now. Throws `InvalidInputs` where
 * neither can be asked.
 */
export async function defaultBranch(
  octokit: Octokit | undefined,
  context: Pick<ActionContext, "run" | "clock" | "signal">,
): Promise<string> {
  const { event, owner, repository: repo } = context.run;
  const named = branchOfEvent(event);
  if (named !== undefined) return named;
  if (!octokit) {
    throw new ActionError("InvalidInputs", 'input "github-token" is required to name the default branch', {
      hint: "give it the expression github.token",
    });
  }
  const { data } = await askGitHub("describe the repository", "contents: read", context, () =>
    octokit.rest.repos.get({ owner, repo }),
  );
  return data.default_branch;
}

/** Events of the repository name its default branch; a schedule's does not. */
function branchOfEvent(event: Readonly<Record<string, unknown>>): string | undefined {
  const { default_branch: branch } = (event.repository ?? {}) as { default_branch?: string };
  return branch === "" ? undefined : branch;
}
