import type { NumberedEnvironment } from "../actions/settings.ts";
import { ApiError, notFound, ok } from "../http/answer.ts";
import { paged } from "../http/pagination.ts";
import { type Route, route } from "../http/router.ts";
import type { Hub } from "../hub.ts";
import { utc } from "../shapes/commit.ts";
import { branchPolicies, environmentShape } from "../shapes/environment.ts";
import { repositoryShape } from "../shapes/repository.ts";
import { userShape } from "../shapes/user.ts";

/** The repository itself and its environments; and what clients ask of any GitHub. */
export function repositoryRoutes(hub: Hub): Route[] {
  const { identity } = hub.repository;
  const { settings } = hub;

  const environment = (found: NumberedEnvironment) =>
    environmentShape(identity, found, hub.repository.times().created);

  const known = (name: string) => {
    const found = settings.environment(name);
    if (found === undefined) throw notFound();
    return found;
  };

  return [
    route("GET ", "metadata:read", () => {
      const { created, pushed } = hub.repository.times();
      return ok(repositoryShape(identity, { created: utc(created), pushed: utc(pushed) }));
    }),

    route("GET /environments", "actions:read", (request) =>
      paged(request, settings.environments(), (page, total) => ({
        total_count: total,
        environments: page.map(environment),
      })),
    ),

    route("GET /environments/:name", "actions:read", ({ params }) =>
      ok(environment(known(params.name ?? ""))),
    ),

    route("GET /environments/:name/deployment-branch-policies", "actions:read", (request) =>
      paged(request, branchPolicies(known(request.params.name ?? "")), (page, total) => ({
        total_count: total,
        branch_policies: page,
      })),
    ),

    route("GET //user", undefined, ({ login, principal }) => {
      if (principal.kind === "job") throw new ApiError(403, "Resource not accessible by integration");
      return ok(userShape(identity, login));
    }),
    route("GET //users/:login", undefined, ({ params }) => ok(userShape(identity, params.login ?? ""))),
    route("GET //rate_limit", undefined, () => {
      const core = {
        limit: 5000,
        used: 0,
        remaining: 5000,
        reset: Math.floor(hub.now().getTime() / 1000) + 3600,
      };
      return ok({ resources: { core }, rate: core });
    }),
    route("GET //meta", undefined, () =>
      ok({ verifiable_password_authentication: false, installed_version: "local" }),
    ),
  ];
}
