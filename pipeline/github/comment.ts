import type { ActionContext } from "../kit/action.ts";
import { ActionError, explain } from "../kit/errors.ts";
import { summaryText } from "../kit/log-text.ts";
import { httpStatus, type Octokit, octokitFor } from "./octokit.ts";

/** Hidden first line by which the comment is found again. */
export const marker = "<!-- udagram-plan -->";

/** GitHub refuses longer comments (65536 characters). Who writes one keeps it shorter; this is for what nobody foresaw. */
const limit = 65_000;

/**
 * Writes the pull request's one comment, or changes it where it exists. Anybody can write one that begins like it: only that of
 * the token's own author is it. Without permission the summary has to do.
 */
export async function writeComment(
  markdown: string,
  given: { readonly "pull-request": string; readonly "github-token": string },
  context: Pick<ActionContext, "run" | "runner" | "signal">,
): Promise<void> {
  const number = Number(given["pull-request"]);
  if (!Number.isSafeInteger(number) || number < 1) {
    throw new ActionError(
      "InvalidInputs",
      `input "pull-request" must be a number, not "${given["pull-request"]}"`,
      {
        hint: "give it github.event.pull_request.number, or leave it out",
      },
    );
  }
  const { owner, repository: repo } = context.run;
  const body = clipped(`${marker}\n${summaryText(markdown)}`, context.run.url);
  try {
    const octokit = await octokitFor(given["github-token"], context);
    const existing = await findComment(octokit, { owner, repo, issue_number: number });
    if (existing === undefined) {
      await octokit.rest.issues.createComment({ owner, repo, issue_number: number, body });
    } else if (existing.body !== body) {
      await octokit.rest.issues.updateComment({ owner, repo, comment_id: existing.id, body });
    }
    context.runner.info(existing === undefined ? "wrote the comment" : "brought the comment up to date");
  } catch (error) {
    context.signal.throwIfAborted();
    context.runner.warning(
      `could not comment on pull request ${number}: ${explain(error)}. The plan is in the job summary; for the comment the job needs \`permissions: pull-requests: write\`.`,
    );
  }
}

/** Who writes with the token: a job's own is the bot's, and may not ask who it is. */
async function authorOf(octokit: Octokit): Promise<string> {
  try {
    return (await octokit.rest.users.getAuthenticated()).data.login;
  } catch (error) {
    if (httpStatus(error) === 403) return "github-actions[bot]";
    throw error;
  }
}

async function findComment(
  octokit: Octokit,
  issue: { owner: string; repo: string; issue_number: number },
): Promise<{ readonly id: number; readonly body: string } | undefined> {
  const author = await authorOf(octokit);
  for await (const page of octokit.paginate.iterator(octokit.rest.issues.listComments, {
    ...issue,
    per_page: 100,
  })) {
    const found = page.data.find(({ body, user }) => user?.login === author && body?.startsWith(marker));
    if (found) return { id: found.id, body: found.body ?? "" };
  }
  return undefined;
}

function clipped(body: string, url: string): string {
  if (body.length <= limit) return body;
  return `${body.slice(0, limit)}\n\n… The rest is in the [job summary](${url}).\n`;
}
