import type { DownloadLinks } from "../actions/download-links.ts";
import { allows, type Principal } from "../actions/tokens.ts";
import { type Answer, ApiError, notFound } from "../http/answer.ts";
import type { IncomingRequest } from "../http/http-server.ts";
import { matchRoute, type Route } from "../http/router.ts";
import type { Hub } from "../hub.ts";
import { botLogin } from "../shapes/user.ts";
import { artifactRoutes } from "./artifacts.ts";
import { commitRoutes } from "./commits.ts";
import { contentRoutes } from "./contents.ts";
import { deploymentRoutes } from "./deployments.ts";
import { pullRoutes } from "./pulls.ts";
import { repositoryRoutes } from "./repository.ts";
import { reviewRoutes } from "./reviews.ts";
import { runRoutes } from "./runs.ts";
import { statusRoutes } from "./statuses.ts";
import { variableRoutes } from "./variables.ts";
import { workflowRoutes } from "./workflows.ts";

const headers = {
  "x-github-media-type": "github.v3; format=json",
  "x-github-api-version-selected": "2022-11-28",
  "x-ratelimit-limit": "5000",
  "x-ratelimit-remaining": "5000",
  "x-ratelimit-resource": "core",
};

/** The REST API. Every request needs a token: the repository is private. */
export class RestApi {
  readonly #hub: Hub;
  readonly #routes: readonly Route[];

  constructor(hub: Hub, downloads: DownloadLinks) {
    this.#hub = hub;
    this.#routes = [
      ...repositoryRoutes(hub),
      ...variableRoutes(hub),
      ...runRoutes(hub),
      ...reviewRoutes(hub),
      ...workflowRoutes(hub),
      ...artifactRoutes(hub, downloads),
      ...deploymentRoutes(hub),
      // Before the commits: a commit's name may hold slashes, and takes all that is left of the path.
      ...statusRoutes(hub),
      ...commitRoutes(hub),
      ...contentRoutes(hub),
      ...pullRoutes(hub),
    ];
  }

  /** Answers a request for a path below the API's root. */
  async answer(request: IncomingRequest, path: string): Promise<Answer> {
    try {
      const answer = await this.#route(request, path);
      return { ...answer, headers: { ...headers, ...answer.headers } };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const answer = error.answer();
      return { ...answer, headers: { ...headers, ...answer.headers } };
    }
  }

  async #route(request: IncomingRequest, path: string): Promise<Answer> {
    const principal = this.principalOf(request);
    const found = matchRoute(this.#routes, request.method, path);
    if (found === undefined) {
      throw new ApiError(
        404,
        `Not Found: ${request.method} ${path} is not part of the local GitHub; local/github/server/SPEC.md lists what is`,
      );
    }
    const { owner, repo } = found.params;
    if (owner !== undefined && repo !== undefined && !this.#isOurs(owner, repo)) throw notFound();
    checkPermission(found.route, principal);
    const { query } = request;
    const address = `${request.origin}${request.path}`;
    return found.route.handle({
      method: request.method,
      params: found.params,
      query,
      body: jsonBody(request.body),
      accept: request.headers.accept ?? "",
      principal,
      login: principal.kind === "job" ? botLogin : this.#hub.repository.identity.actor,
      address,
    });
  }

  /** Who the request's token stands for. Throws 401 where there is none, or it is not good. */
  principalOf(request: IncomingRequest): Principal {
    const { authorization } = request.headers;
    const token = tokenOf(authorization);
    if (token === undefined) throw new ApiError(401, "Requires authentication");
    const principal = this.#hub.tokens.principal(token);
    if (principal === undefined) throw new ApiError(401, "Bad credentials");
    return principal;
  }

  #isOurs(owner: string, repository: string): boolean {
    const { identity } = this.#hub.repository;
    const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
    return same(owner, identity.owner) && same(repository, identity.repository);
  }
}

function checkPermission({ need }: Route, principal: Principal): void {
  if (need === undefined || principal.kind === "person") return;
  if (allows(principal.job.permissions, need.scopes, need.level)) return;
  const accepted = need.scopes.map((scope) => `${scope.replaceAll("-", "_")}=${need.level}`).join("; ");
  throw new ApiError(403, "Resource not accessible by integration", {
    headers: { "x-accepted-github-permissions": accepted },
  });
}

/** The token of `Authorization: token …`, `Bearer …` or, as its password, `Basic …`. */
function tokenOf(authorization: string | undefined): string | undefined {
  const [, scheme = "", value = ""] = /^(\S+)\s+(.+)$/.exec(authorization ?? "") ?? [];
  if (/^(token|bearer)$/i.test(scheme)) return value;
  if (!/^basic$/i.test(scheme)) return undefined;
  return Buffer.from(value, "base64").toString("utf8").split(":").slice(1).join(":");
}

function jsonBody(body: Buffer): Readonly<Record<string, unknown>> {
  if (body.length === 0) return {};
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    throw new ApiError(400, "Problems parsing JSON");
  }
  throw new ApiError(400, "Body should be a JSON object");
}
