import { ApiError, created, ok } from "../http/answer.ts";
import { Fields } from "../http/fields.ts";
import { paged } from "../http/pagination.ts";
import { type Route, route } from "../http/router.ts";
import type { Hub } from "../hub.ts";
import { apiUrl } from "../identity.ts";
import { utc } from "../shapes/commit.ts";
import { minimalRepository } from "../shapes/repository.ts";
import { nodeId, userShape } from "../shapes/user.ts";
import { type CommitStatus, commitStates } from "../state/commit-statuses.ts";

/** https://docs.github.com/rest/commits/statuses */
export function statusRoutes(hub: Hub): Route[] {
  const { identity, history } = hub.repository;
  const { statuses } = hub;

  const resolve = async (name = ""): Promise<string> => {
    const sha = await history.resolve(name);
    if (sha === undefined) throw new ApiError(422, `No commit found for SHA: ${name}`);
    return sha;
  };

  const shape = (status: CommitStatus) => ({
    url: apiUrl(identity, `/statuses/${status.sha}`),
    avatar_url: "",
    id: status.id,
    node_id: nodeId("StatusContext", status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: utc(status.createdAt),
    updated_at: utc(status.createdAt),
    creator: userShape(identity, status.creator),
  });

  return [
    route("POST /statuses/:sha", "statuses:write", async ({ params, body, login }) => {
      const fields = new Fields("Status", body);
      const state = fields.oneOf("state", commitStates);
      const context = fields.optionalText("context", "default");
      const description = fields.optionalText("description", null, 140);
      const targetUrl = fields.optionalText("target_url", null);
      fields.check();
      const sha = await resolve(params.sha);
      const createdAt = hub.now().toISOString();
      return created(
        shape(statuses.create({ sha, state, context, description, targetUrl, creator: login, createdAt })),
      );
    }),

    route("GET /commits/:ref/statuses", "statuses:read", async (request) =>
      paged(request, statuses.of(await resolve(request.params.ref)), (page) => page.map(shape)),
    ),

    route("GET /commits/:ref/status", "statuses:read", async ({ params }) => {
      const sha = await resolve(params.ref);
      const latest = statuses.latest(sha);
      const failed = latest.some(({ state }) => state === "error" || state === "failure");
      const pending = latest.length === 0 || latest.some(({ state }) => state === "pending");
      return ok({
        state: failed ? "failure" : pending ? "pending" : "success",
        statuses: latest.map(shape),
        sha,
        total_count: latest.length,
        repository: minimalRepository(identity),
        commit_url: apiUrl(identity, `/commits/${sha}`),
        url: apiUrl(identity, `/commits/${sha}/status`),
      });
    }),
  ];
}
