import type { Parser } from "../kit/inputs.ts";
import { lines } from "../kit/inputs.ts";
import { type Check, type Finding, get, type PublicAddresses } from "./check.ts";

/** A route of the API that visitors need, and what it has to answer. */
export interface Route {
  /** With a leading slash; below the API's address. */
  readonly path: string;
  /** Exactly this one; anything below 500 where it is not given. */
  readonly status?: number;
  /** Without parameters, in lower case. A body of JSON also has to parse. */
  readonly contentType?: string;
}

/** One route per line: `<path> [<status> [<content type>]]`. */
export const routes: Parser<readonly Route[]> = (value) => lines(value).map(parseRoute);

function parseRoute(line: string): Route {
  const match = /^(\/\S*)(?:\s+([1-5]\d\d)(?:\s+([\w.+-]+\/[\w.+-]+))?)?$/.exec(line);
  if (!match) {
    throw new Error(
      `must have one route per line, such as "/api/v0/feed 200 application/json", but one is "${line}"`,
    );
  }
  const [, path = "", status, contentType] = match;
  return {
    path,
    ...(status === undefined ? {} : { status: Number(status) }),
    ...(contentType === undefined ? {} : { contentType: contentType.toLowerCase() }),
  };
}

/**
 * Every route as the site's pages ask for it: from the site's origin where that is another than the API's, which has to be
 * allowed then, in the preflight as in the answer itself. Without a site nobody asks from an origin.
 */
export function routeChecks(given: readonly Route[], addresses: PublicAddresses): readonly Check[] {
  const { siteUrl, apiUrl } = addresses;
  const origin = siteUrl === "" ? "" : new URL(siteUrl).origin;
  const isForeign = origin !== "" && origin !== new URL(apiUrl).origin;
  const checks = given.map(
    (route): Check => ({
      probe: { ...get(`${apiUrl}${route.path}`), ...(isForeign ? { headers: { origin } } : {}) },
      connections: 1,
      judge: ({ status, headers, body }) =>
        routeFinding(route, status, headers["content-type"] ?? "", body) ??
        (isForeign ? originFinding(`GET ${route.path}`, origin, status, headers) : undefined),
    }),
  );
  const [first] = given;
  return isForeign && first ? [preflight(first.path, origin, apiUrl), ...checks] : checks;
}

function routeFinding(route: Route, status: number, type: string, body: string): Finding | undefined {
  const { path, status: wanted, contentType } = route;
  const wrong = (what: string): Finding => ({
    problem: "route-broken",
    message: `the API's ${path} ${what}`,
  });
  if (wanted === undefined ? status >= 500 : status !== wanted) {
    return wrong(`answers ${status}, not ${wanted ?? "below 500"}`);
  }
  if (contentType === undefined) return undefined;
  if (type.split(";")[0]?.trim().toLowerCase() !== contentType) {
    return wrong(`answers with content type "${type}", not "${contentType}"`);
  }
  if (!/[/+]json$/.test(contentType)) return undefined;
  try {
    JSON.parse(body);
    return undefined;
  } catch {
    return wrong("answers with a body that is no JSON");
  }
}

function preflight(path: string, origin: string, apiUrl: string): Check {
  return {
    probe: {
      method: "OPTIONS",
      url: `${apiUrl}${path}`,
      headers: {
        origin,
        "access-control-request-method": "GET",
        "access-control-request-headers": "authorization",
      },
    },
    connections: 1,
    judge: ({ status, headers }) =>
      status < 300
        ? originFinding("the preflight", origin, status, headers)
        : { problem: "origin-refused", message: refused("the preflight", origin, status, headers) },
  };
}

function originFinding(
  what: string,
  origin: string,
  status: number,
  headers: Readonly<Record<string, string>>,
): Finding | undefined {
  const allowed = headers["access-control-allow-origin"];
  if (allowed === "*" || allowed === origin) return undefined;
  return { problem: "origin-refused", message: refused(what, origin, status, headers) };
}

function refused(
  what: string,
  origin: string,
  status: number,
  headers: Readonly<Record<string, string>>,
): string {
  const allowed = headers["access-control-allow-origin"];
  return `the API answers ${what} of origin "${origin}" with ${status} and allows ${allowed === undefined ? "no origin" : `"${allowed}"`}`;
}
