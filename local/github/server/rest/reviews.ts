import { ApiError, notFound, ok } from "../http/answer.ts";
import { Fields } from "../http/fields.ts";
import { type RestRequest, type Route, route } from "../http/router.ts";
import type { Hub } from "../hub.ts";
import { environmentShape, pendingDeploymentShape } from "../shapes/environment.ts";
import { userShape } from "../shapes/user.ts";

/** https://docs.github.com/rest/actions/workflow-runs#review-pending-deployments-for-a-workflow-run */
export function reviewRoutes(hub: Hub): Route[] {
  const { identity } = hub.repository;
  const { runs, reviews } = hub.actions;
  const { settings } = hub;

  const wanted = ({ params }: RestRequest): number => {
    const record = runs.get(Number(params.id));
    if (record === undefined) throw notFound();
    return record.head.id;
  };

  const pendingOf = (run: number) =>
    reviews.pending(run).flatMap(({ environment, since }) => {
      const known = settings.environment(environment);
      return known === undefined ? [] : [{ known, since }];
    });

  return [
    route("GET /actions/runs/:id/pending_deployments", "actions:read", (request) =>
      ok(
        pendingOf(wanted(request)).map(({ known, since }) => pendingDeploymentShape(identity, known, since)),
      ),
    ),

    route("POST /actions/runs/:id/pending_deployments", "deployments:write", (request) => {
      const run = wanted(request);
      // A workflow cannot agree to itself, whatever its token may do.
      if (request.principal.kind === "job") throw new ApiError(403, "Resource not accessible by integration");
      const fields = new Fields("WorkflowRun", request.body);
      const state = fields.oneOf("state", ["approved", "rejected"]);
      const comment = fields.optionalText("comment", "");
      fields.check();
      const ids = request.body.environment_ids;
      const chosen = pendingOf(run).filter(({ known }) => Array.isArray(ids) && ids.includes(known.id));
      if (chosen.length === 0 || chosen.length !== (ids as readonly unknown[]).length) {
        throw new ApiError(422, "There are no pending deployment requests to approve or reject");
      }
      for (const { known } of chosen) {
        if (!known.values.reviewers?.includes(request.login)) {
          throw new ApiError(422, `${request.login} is no required reviewer of "${known.name}"`);
        }
        reviews.decide(run, { environment: known.name, state, comment, by: request.login });
      }
      // The deployments that were waiting; jobs with `deployment: false` have none.
      return ok([]);
    }),

    route("GET /actions/runs/:id/approvals", "actions:read", (request) =>
      ok(
        reviews.decisions(wanted(request)).flatMap(({ environment, state, comment, by }) => {
          const known = settings.environment(environment);
          if (known === undefined) return [];
          const { created } = hub.repository.times();
          return [
            {
              environments: [environmentShape(identity, known, created)],
              state,
              user: userShape(identity, by),
              comment,
            },
          ];
        }),
      ),
    ),
  ];
}
