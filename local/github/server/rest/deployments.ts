import { mergeCommit } from "../git/merge.ts";
import { ApiError, accepted, created, documentation, noContent, notFound, ok } from "../http/answer.ts";
import { Fields } from "../http/fields.ts";
import { paged } from "../http/pagination.ts";
import { type RestRequest, type Route, route } from "../http/router.ts";
import type { Hub } from "../hub.ts";
import { noreplyAddress } from "../identity.ts";
import { deploymentShape, deploymentStatusShape } from "../shapes/deployment.ts";
import { type Deployment, deploymentStates } from "../state/deployments.ts";

const descriptionLimit = 140;

/** https://docs.github.com/rest/deployments */
export function deploymentRoutes(hub: Hub): Route[] {
  const { identity, history } = hub.repository;
  const { deployments } = hub;

  const wanted = ({ params }: RestRequest): Deployment => {
    const found = deployments.get(Number(params.id));
    if (found === undefined) throw notFound();
    return found;
  };

  return [
    route("POST /deployments", "deployments:write", async ({ body, login }) => {
      const fields = new Fields("Deployment", body);
      const ref = fields.text("ref");
      const environment = fields.optionalText("environment", "production");
      const autoMerge = fields.flag("auto_merge", true);
      const required = fields.texts("required_contexts");
      const draft = {
        ref,
        task: fields.optionalText("task", "deploy"),
        payload: body.payload ?? {},
        originalEnvironment: environment,
        environment,
        description: fields.optionalText("description", null, descriptionLimit),
        transient: fields.flag("transient_environment", false),
        production: fields.flag("production_environment", environment === "production"),
        creator: login,
      };
      fields.check();
      const sha = await history.resolve(ref);
      if (sha === undefined) throw new ApiError(422, `No ref found for: ${ref}`);
      const merged = autoMerge ? await autoMergeInto(hub, ref, sha) : undefined;
      if (merged !== undefined) return accepted({ message: merged });
      checkContexts(hub, ref, sha, required);
      const at = hub.now().toISOString();
      const deployment = deployments.create({ ...draft, sha, createdAt: at, updatedAt: at });
      return created(deploymentShape(identity, deployment));
    }),

    route("GET /deployments", "deployments:read", (request) => {
      const matches = (deployment: Deployment) =>
        (["sha", "ref", "task", "environment"] as const).every((name) => {
          const asked = request.query.get(name);
          return asked === null || asked === "none" || asked === "" || deployment[name] === asked;
        });
      return paged(request, deployments.list().filter(matches), (page) =>
        page.map((deployment) => deploymentShape(identity, deployment)),
      );
    }),

    route("GET /deployments/:id", "deployments:read", (request) =>
      ok(deploymentShape(identity, wanted(request))),
    ),

    route("DELETE /deployments/:id", "deployments:write", (request) => {
      const deployment = wanted(request);
      const alone = !deployments
        .list()
        .some(({ id, environment }) => id !== deployment.id && environment === deployment.environment);
      if (!alone && deployment.statuses.at(-1)?.state !== "inactive") {
        throw new ApiError(
          422,
          "We cannot delete an active deployment unless it is the only deployment in a given environment.",
        );
      }
      deployments.delete(deployment.id);
      return noContent;
    }),

    route("POST /deployments/:id/statuses", "deployments:write", (request) => {
      const deployment = wanted(request);
      const fields = new Fields("DeploymentStatus", request.body);
      const logUrl = fields.optionalText("log_url", "") || fields.optionalText("target_url", "");
      const status = {
        state: fields.oneOf("state", deploymentStates),
        description: fields.optionalText("description", "", descriptionLimit),
        environment: fields.optionalText("environment", deployment.environment),
        environmentUrl: fields.optionalText("environment_url", ""),
        logUrl,
        creator: request.login,
        createdAt: hub.now().toISOString(),
      };
      const autoInactive = fields.flag("auto_inactive", true);
      fields.check();
      const added = deployments.addStatus(deployment.id, status, autoInactive);
      if (added === undefined) throw notFound();
      return created(deploymentStatusShape(identity, deployment.id, added));
    }),

    route("GET /deployments/:id/statuses", "deployments:read", (request) => {
      const { id, statuses } = wanted(request);
      return paged(request, statuses.toReversed(), (page) =>
        page.map((status) => deploymentStatusShape(identity, id, status)),
      );
    }),

    route("GET /deployments/:id/statuses/:status", "deployments:read", (request) => {
      const { id, statuses } = wanted(request);
      const status = statuses.find((one) => one.id === Number(request.params.status));
      if (status === undefined) throw notFound();
      return ok(deploymentStatusShape(identity, id, status));
    }),
  ];
}

/**
 * `auto_merge`: a branch that lacks commits of the default branch gets them by a merge, and no deployment is made. The
 * message to answer, or undefined where there is nothing to merge.
 */
async function autoMergeInto(hub: Hub, name: string, sha: string): Promise<string | undefined> {
  const { identity, git, history } = hub.repository;
  const ref = name.startsWith("refs/heads/") ? name : `refs/heads/${name}`;
  const base = await history.resolve(`refs/heads/${identity.defaultBranch}`);
  const isBranch = (await history.resolve(ref)) === sha;
  if (!isBranch || base === undefined || (await history.isAncestor(base, sha))) return undefined;
  const merge = await mergeCommit(git, {
    base: sha,
    head: base,
    message: `Merge branch '${identity.defaultBranch}' into ${name}\n`,
    author: { name: identity.actor, email: noreplyAddress(identity.actor) },
    date: hub.now(),
  });
  if (!merge.merged) throw new ApiError(409, `Conflict merging ${identity.defaultBranch} into ${name}`);
  await git.run(["update-ref", ref, merge.sha, sha]);
  return `Auto-merged ${identity.defaultBranch} into ${name} on deployment.`;
}

/**
 * `required_contexts`: the contexts named, or all of the commit, must have succeeded. Jobs of workflow runs count as well,
 * also the one that asks: on GitHub, too, a job's deployment needs `required_contexts: []`.
 */
function checkContexts(hub: Hub, ref: string, sha: string, required: readonly string[] | undefined): void {
  const states = new Map<string, string>();
  for (const { context, state } of hub.statuses.latest(sha)) states.set(context, state);
  for (const { head, headSha } of hub.actions.runs.list()) {
    if (headSha !== sha) continue;
    for (const job of hub.actions.runs.view(head.id)?.jobs ?? []) {
      const state =
        job.conclusion === undefined ? "pending" : job.conclusion === "skipped" ? "success" : job.conclusion;
      if (!states.has(job.name)) states.set(job.name, state);
    }
  }
  const contexts = (required ?? [...states.keys()]).map((context) => ({
    context,
    state: states.get(context) ?? "pending",
  }));
  if (contexts.every(({ state }) => state === "success")) return;
  throw new DeploymentConflict(ref, contexts);
}

class DeploymentConflict extends ApiError {
  readonly #contexts: readonly { readonly context: string; readonly state: string }[];

  constructor(ref: string, contexts: readonly { readonly context: string; readonly state: string }[]) {
    super(409, `Conflict: Commit status checks failed for ${ref}.`);
    this.#contexts = contexts;
  }

  override answer() {
    const error = {
      contexts: this.#contexts,
      resource: "Deployment",
      field: "required_contexts",
      code: "invalid",
    };
    return {
      status: this.status,
      json: { message: this.message, errors: [error], documentation_url: documentation, status: "409" },
    };
  }
}
