import { askGitHub, type Octokit } from "../../github/octokit.ts";
import type { ActionContext } from "../../kit/action.ts";
import { explain } from "../../kit/errors.ts";
import type { BeginEntry, EndEntry } from "../store/entries.ts";
import { type DeploymentState, isFinal, planStatuses, type Shown } from "./deployment-plan.ts";

/** Where an attempt is shown on GitHub's Deployments page. */
export interface DeploymentView {
  readonly octokit: Octokit | undefined;
  readonly environment: string;
  /** Where visitors meet it; "" where the step was not told. */
  readonly url: string;
  readonly context: ActionContext;
}

/** What the page is told of an attempt. */
interface ShownAttempt {
  /** By which its deployment is found again. */
  readonly handle: string;
  readonly begin: BeginEntry;
}

/** Shows the attempt as in progress. A view: when GitHub does not take it, that is a warning and nothing else. */
export async function openDeployment(view: DeploymentView, attempt: ShownAttempt): Promise<void> {
  await shown(view, async (octokit) => {
    const id = await create(view, octokit, attempt);
    if (id === undefined) return;
    await tell(view, octokit, id, {
      state: "in_progress",
      logUrl: attempt.begin.run.url,
      description: `attempt ${attempt.begin.seq} of ${attempt.begin.by}`,
    });
  });
}

/**
 * Shows how the attempt ended, whatever became of earlier tries to show it. When it is live every earlier deployment of
 * the environment becomes inactive: GitHub's own `auto_inactive` leaves those of production environments as they are.
 */
export async function closeDeployment(
  view: DeploymentView,
  attempt: ShownAttempt,
  { outcome, reason }: Pick<EndEntry, "outcome" | "reason">,
): Promise<void> {
  await shown(view, async (octokit) => {
    const { begin, handle } = attempt;
    const listed = await listDeployments(view, octokit);
    const own = listed.filter((one) => one.attempt === handle);
    if (own.length === 0) {
      const id = await create(view, octokit, attempt);
      if (id !== undefined) own.push({ id, task: begin.kind, attempt: handle, release: begin.releaseId });
    }
    const states = await statesOf(view, octokit, own);
    if (states.every(({ state }) => isFinal(state))) return;
    if (outcome === "live") {
      // What was live before may lie further back than the newest ones, behind as many failures.
      const before = listed.filter(({ release }) => release === begin.live?.releaseId).slice(0, 2);
      const others = new Set(
        [...listed.slice(0, newestChecked), ...before].filter((one) => !own.includes(one)),
      );
      states.push(...(await statesOf(view, octokit, [...others])));
    }
    for (const { id, state } of planStatuses(states, handle, outcome)) {
      const isOwn = own.some((one) => one.id === id);
      const description = isOwn && state !== "inactive" ? reason : "another release is live";
      await tell(view, octokit, id, {
        state,
        description,
        ...(isOwn ? { logUrl: view.context.run.url } : {}),
      });
    }
  });
}

const newestChecked = 10;

interface Listed extends Omit<Shown, "state"> {
  readonly task: string;
  readonly release: string | undefined;
}

async function create(
  view: DeploymentView,
  octokit: Octokit,
  { handle, begin }: ShownAttempt,
): Promise<number | undefined> {
  const { data } = await asked(view, () =>
    octokit.rest.repos.createDeployment({
      ...targetOf(view),
      // GitHub wants a commit; of what was taken over nobody knows it, and the description says so.
      ref: begin.commit || view.context.run.sha,
      task: begin.kind,
      environment: view.environment,
      auto_merge: false,
      required_contexts: [],
      description:
        `release ${begin.releaseId}${begin.commit === "" ? ", taken over: of no commit" : ""}`.slice(0, 140),
      payload: JSON.stringify({
        attempt: handle,
        release: begin.releaseId,
        apiVersion: begin.apiVersion,
        previous: begin.live?.releaseId ?? null,
      }),
    }),
  );
  return "id" in data ? data.id : undefined;
}

/** The environment's deployments, newest first. */
export async function listDeployments(view: DeploymentView, octokit: Octokit): Promise<readonly Listed[]> {
  const { data } = await asked(view, () =>
    octokit.rest.repos.listDeployments({ ...targetOf(view), environment: view.environment, per_page: 100 }),
  );
  return data.map(({ id, task, payload }) => ({ id, task, ...namesIn(payload) }));
}

/** The state of each of them. */
export async function statesOf(
  view: DeploymentView,
  octokit: Octokit,
  of: readonly Pick<Shown, "id" | "attempt">[],
): Promise<Shown[]> {
  return Promise.all(
    of.map(async ({ id, attempt }) => {
      const { data } = await asked(view, () =>
        octokit.rest.repos.listDeploymentStatuses({ ...targetOf(view), deployment_id: id, per_page: 1 }),
      );
      return { id, attempt, state: data[0]?.state };
    }),
  );
}

async function tell(
  view: DeploymentView,
  octokit: Octokit,
  id: number,
  status: { readonly state: DeploymentState; readonly description: string; readonly logUrl?: string },
): Promise<void> {
  await asked(view, () =>
    octokit.rest.repos.createDeploymentStatus({
      ...targetOf(view),
      deployment_id: id,
      state: status.state,
      description: status.description.slice(0, 140),
      ...(status.logUrl ? { log_url: status.logUrl } : {}),
      ...(status.state === "inactive" || view.url === "" ? {} : { environment_url: view.url }),
    }),
  );
}

function targetOf({ context }: DeploymentView): { readonly owner: string; readonly repo: string } {
  return { owner: context.run.owner, repo: context.run.repository };
}

function asked<T>({ context }: DeploymentView, send: () => Promise<T>): Promise<T> {
  return askGitHub("show this on the Deployments page", "deployments: write", context, send);
}

async function shown(view: DeploymentView, body: (octokit: Octokit) => Promise<void>): Promise<void> {
  const { octokit, context } = view;
  if (!octokit) return;
  try {
    await body(octokit);
  } catch (error) {
    context.runner.warning(
      `could not show this on GitHub's Deployments page: ${explain(error)}. The job needs \`permissions: deployments: write\`.`,
    );
  }
}

/** GitHub gives a payload back as text or as an object, depending on how it was sent. */
function namesIn(payload: unknown): {
  readonly attempt: string | undefined;
  readonly release: string | undefined;
} {
  let value = payload;
  try {
    if (typeof payload === "string") value = JSON.parse(payload) as unknown;
  } catch {
    value = undefined;
  }
  const { attempt, release } = (value ?? {}) as { attempt?: unknown; release?: unknown };
  const text = (one: unknown): string | undefined => (typeof one === "string" ? one : undefined);
  return { attempt: text(attempt), release: text(release) };
}
