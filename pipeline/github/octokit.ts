import type { getOctokit } from "@actions/github";
import type { ActionContext } from "../kit/action.ts";
import { ActionError, explain } from "../kit/errors.ts";

/** GitHub's REST API, as the job's token may use it. */
export type Octokit = ReturnType<typeof getOctokit>;

/** Loaded only when it is needed: most steps of a deploy never talk to GitHub. */
export async function octokitFor(token: string, { run }: Pick<ActionContext, "run">): Promise<Octokit> {
  const github = await import("@actions/github");
  return github.getOctokit(token, { baseUrl: run.apiUrl });
}

/** The status of a refused request; undefined when GitHub did not answer at all. */
export function httpStatus(error: unknown): number | undefined {
  const status = (error as { status?: unknown }).status;
  return typeof status === "number" ? status : undefined;
}

/**
 * Sends a request that may be sent twice, up to four times while GitHub does not answer or answers 5xx. Throws
 * `ServiceUnavailable`, or `GitHubRefused` with the permission that the job may lack.
 */
export async function askGitHub<T>(
  what: string,
  permission: string,
  { clock, signal }: Pick<ActionContext, "clock" | "signal">,
  send: () => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await send();
    } catch (error) {
      signal.throwIfAborted();
      const status = httpStatus(error);
      const isPassing = status === undefined || status >= 500 || status === 429;
      if (isPassing && tries < 4) {
        await clock.sleep(250 * 2 ** tries * (0.5 + Math.random() / 2), signal);
        continue;
      }
      if (isPassing) {
        throw new ActionError("ServiceUnavailable", `GitHub does not ${what}`, {
          hint: "run the job again; see https://www.githubstatus.com",
          cause: error,
        });
      }
      if (status === 404) throw error;
      throw new ActionError("GitHubRefused", `GitHub refuses to ${what}`, {
        hint: `give the job \`permissions: ${permission}\` and the step its \`github-token\``,
        details: { reason: explain(error) },
        cause: error,
      });
    }
  }
}
