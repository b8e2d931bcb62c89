import type { Principal } from "../actions/tokens.ts";
import type { Answer } from "./answer.ts";

export interface RestRequest {
  readonly method: string;
  /** Parts of the path that the route names, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The parsed JSON body; {} where there is none. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly accept: string;
  readonly principal: Principal;
  /** Login of who asks. */
  readonly login: string;
  /** The address asked for, without its query: what links to further pages start with. */
  readonly address: string;
}

/** What a route needs of the token's permissions: any of the scopes, at the level. */
interface Need {
  readonly scopes: readonly string[];
  readonly level: "read" | "write";
}

export interface Route {
  readonly method: string;
  readonly pattern: RegExp;
  /** The scope whose absence is answered with 403; undefined where any token will do. */
  readonly need: Need | undefined;
  readonly handle: (request: RestRequest) => Answer | Promise<Answer>;
}

/**
 * A route of the REST API: `GET /deployments/:id` under the repository; `:name` is one segment, `*name` everything that
 * is left. A path that starts with `//` stands outside of the repository.
 */
export function route(
  signature: string,
  need: `${string}:${"read" | "write"}` | undefined,
  handle: Route["handle"],
): Route {
  const [method = "", path = ""] = signature.split(" ");
  const full = path.startsWith("//") ? path.slice(1) : `/repos/:owner/:repo${path}`;
  const source = full
    .replace(/[.+()[\]]/g, "\\$&")
    .replace(/:(\w+)/g, "(?<$1>[^/]+)")
    .replace(/\*(\w+)/g, "(?<$1>.*)");
  const [scopes = "", level = ""] = need?.split(":") ?? [];
  return {
    method,
    pattern: new RegExp(`^${source}/?$`),
    need: need === undefined ? undefined : { scopes: scopes.split("|"), level: level as Need["level"] },
    handle,
  };
}

interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** The first route of the method and path; undefined when none matches. */
export function matchRoute(routes: readonly Route[], method: string, path: string): Match | undefined {
  for (const candidate of routes) {
    if (candidate.method !== method) continue;
    const groups = candidate.pattern.exec(path)?.groups;
    if (groups === undefined && !candidate.pattern.test(path)) continue;
    const params = Object.fromEntries(
      Object.entries(groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value ?? "")]),
    );
    return { route: candidate, params };
  }
  return undefined;
}
