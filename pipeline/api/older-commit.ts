import { relationTo } from "../github/commits.ts";
import { octokitFor } from "../github/octokit.ts";
import type { ActionContext } from "../kit/action.ts";
import { ActionError, explain } from "../kit/errors.ts";
import { commitIn } from "./versions/wanted-version.ts";

/**
 * Throws `CommitOlder` where the version that runs was made of a commit that descends from this run's: a run that was late, or
 * run again. By GitHub's history, not by time; nothing is claimed where the running version names no commit.
 */
export async function refuseOlder(
  running: { readonly label: string; readonly description: string },
  token: string,
  context: ActionContext,
): Promise<void> {
  const commit = commitIn(running.description);
  if (commit === undefined || token === "") return;
  const { sha } = context.run;
  const relation = await octokitFor(token, context)
    .then((octokit) => relationTo(commit, sha, octokit, context))
    .catch((error: unknown) => {
      context.runner.info(
        `note: whether this commit is older than what runs was not looked at: ${explain(error)}`,
      );
    });
  if (relation !== "behind") return;
  throw new ActionError(
    "CommitOlder",
    `version "${running.label}" runs, of commit ${commit.slice(0, 7)}, which is newer than ${sha.slice(0, 7)}`,
    { hint: "let the newer one be; to go back on purpose, set `force: true`" },
  );
}
