import type { ActionContext } from "../lib/action.ts";
import { explain } from "../lib/errors.ts";
import type { BeginEntry, Outcome } from "../lib/release/entries.ts";
import type { Octokit } from "../lib/release/octokit.ts";

/** Where an attempt is shown on GitHub's Deployments page. */
export interface DeploymentView {
  readonly octokit: Octokit | undefined;
  readonly environment: string;
  readonly siteUrl: string;
  readonly context: ActionContext;
}

/** Shows the attempt as in progress. A view: when GitHub does not take it, that is a warning and nothing else. */
export async function openDeployment(view: DeploymentView, handle: string, begin: BeginEntry): Promise<void> {
  await shown(view, async (octokit, target) => {
    const { data } = await octokit.rest.repos.createDeployment({
      ...target,
      ref: begin.commit,
      task: begin.kind === "deploy" ? "deploy" : begin.kind,
      environment: view.environment,
      auto_merge: false,
      required_contexts: [],
      description: `release ${begin.releaseId}`.slice(0, 140),
      payload: JSON.stringify({
        attempt: handle,
        release: begin.releaseId,
        apiVersion: begin.apiVersion,
        previous: begin.live?.releaseId ?? null,
      }),
    });
    if (!("id" in data)) return;
    await octokit.rest.repos.createDeploymentStatus({
      ...target,
      deployment_id: data.id,
      state: "in_progress",
      log_url: begin.run.url,
      environment_url: view.siteUrl,
      description: `attempt ${begin.seq} of ${begin.by}`.slice(0, 140),
    });
  });
}

/**
 * Shows how the attempt ended. When it is live every other deployment of the environment becomes inactive: GitHub's own
 * `auto_inactive` leaves those of production environments as they are.
 */
export async function closeDeployment(
  view: DeploymentView,
  handle: string,
  end: { readonly outcome: Outcome; readonly reason: string },
): Promise<void> {
  await shown(view, async (octokit, target) => {
    const { data: recent } = await octokit.rest.repos.listDeployments({
      ...target,
      environment: view.environment,
      per_page: 10,
    });
    const ours = recent.find(({ payload }) => attemptOf(payload) === handle);
    const isLive = end.outcome === "live";
    if (ours) {
      await octokit.rest.repos.createDeploymentStatus({
        ...target,
        deployment_id: ours.id,
        state: isLive ? "success" : "failure",
        log_url: view.context.run.url,
        environment_url: view.siteUrl,
        description: end.reason.slice(0, 140),
      });
    }
    if (!isLive) return;
    await Promise.all(
      recent
        .filter(({ id }) => id !== ours?.id)
        .map(async ({ id }) => {
          const { data: statuses } = await octokit.rest.repos.listDeploymentStatuses({
            ...target,
            deployment_id: id,
            per_page: 1,
          });
          if (!["success", "in_progress", "queued", "pending"].includes(statuses[0]?.state ?? "")) return;
          await octokit.rest.repos.createDeploymentStatus({
            ...target,
            deployment_id: id,
            state: "inactive",
            description: "another release is live",
          });
        }),
    );
  });
}

async function shown(
  { octokit, context }: DeploymentView,
  body: (octokit: Octokit, target: { owner: string; repo: string }) => Promise<void>,
): Promise<void> {
  if (!octokit) return;
  try {
    await body(octokit, { owner: context.run.owner, repo: context.run.repository });
  } catch (error) {
    context.runner.warning(
      `could not show this on GitHub's Deployments page: ${explain(error)}. The job needs \`permissions: deployments: write\`.`,
    );
  }
}

/** GitHub gives a payload back as text or as an object, depending on how it was sent. */
function attemptOf(payload: unknown): unknown {
  try {
    const value = typeof payload === "string" ? (JSON.parse(payload) as unknown) : payload;
    return (value as { attempt?: unknown } | null)?.attempt;
  } catch {
    return undefined;
  }
}
