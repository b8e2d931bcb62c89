import { defaultBranch } from "../../github/default-branch.ts";
import type { Octokit } from "../../github/octokit.ts";
import type { ActionContext } from "../../kit/action.ts";
import { ActionError } from "../../kit/errors.ts";
import type { EnvironmentInputs } from "./inputs.ts";

/**
 * Throws `RefRefused` in a run for anything but the default branch: what was not reviewed does not change an environment. A
 * tag of the branch's name is another ref.
 */
export async function refuseOtherRef(
  given: Pick<EnvironmentInputs, "allow-other-refs" | "environment">,
  octokit: Octokit | undefined,
  context: Pick<ActionContext, "run" | "clock" | "signal">,
): Promise<void> {
  if (given["allow-other-refs"]) return;
  const { ref } = context.run;
  const branch = await defaultBranch(octokit, context);
  if (ref === `refs/heads/${branch}`) return;
  throw new ActionError(
    "RefRefused",
    `the run is for "${ref}", and only the default branch "${branch}" may change "${given.environment}"`,
    {
      hint: "merge it and let the push go live; for an environment that is not production, set `allow-other-refs: true`",
    },
  );
}
