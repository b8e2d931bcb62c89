import type { AddedHeader, Handling, Location, NginxConfiguration } from "./configuration.ts";
import { handlingOf, normalizedPath } from "./location.ts";
import { type Page, pageOf } from "./pages.ts";
import { type Asked, interpolate } from "./variables.ts";

/** How a request goes on to the application. */
export interface Passing {
  readonly kind: "pass";
  readonly path: string;
  /** 0 is no limit. */
  readonly maxBodyBytes: number;
  /** Of the location, over the request's own. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Headers that the answer gets besides the application's, by its status. */
  added(status: number): readonly (readonly [name: string, value: string])[];
}

/** What nginx does with a request: answers it, or passes it on. */
export function decide(configuration: NginxConfiguration, asked: Asked): Page | Passing {
  const { url } = asked;
  const path = normalizedPath(url);
  if (path === undefined) return pageOf(400);
  const handling = handlingOf(configuration, path);
  if (handling === undefined) return pageOf(502);
  if (lacksSlash(configuration, path)) {
    const query = url.slice(url.split("?", 1)[0]?.length);
    return pageOf(301, [["Location", absolute(`${path}/${query}`, asked)]]);
  }
  const { action, maxBodyBytes } = handling;
  const added = (status: number): (readonly [string, string])[] =>
    addedHeaders(handling.added, status, asked);
  if (maxBodyBytes > 0 && Number(asked.headers["content-length"] ?? 0) > maxBodyBytes)
    return pageOf(413, added(413));
  if (action.kind === "not simulated") return pageOf(501, added(501));
  if (action.kind === "pass") {
    if (!action.toApplication) return pageOf(502, added(502));
    const { pattern = "" } = handling as Partial<Location>;
    const headers = action.headers.map(([name, value]) => [name, interpolate(value, asked)] as const);
    const named = headers.some(([name]) => name.toLowerCase() === "host");
    return {
      kind: "pass",
      path: action.path === undefined ? url : action.path + url.slice(pattern.length),
      maxBodyBytes,
      headers: named ? headers : [["Host", action.host], ...headers],
      added,
    };
  }
  const { status, text } = action;
  if (text !== undefined && [301, 302, 303, 307, 308].includes(status))
    return pageOf(status, [["Location", absolute(interpolate(text, asked), asked)], ...added(status)]);
  if (text === undefined && (status < 200 || status > 299)) return pageOf(status, added(status));
  const type = typeOf(configuration, handling, path);
  const body = interpolate(text ?? "", asked);
  return { ...pageOf(status), body, headers: [["Content-Type", type], ...added(status)] };
}

/** Without `always`, for these answers alone: https://nginx.org/en/docs/http/ngx_http_headers_module.html#add_header */
const good = new Set([200, 201, 204, 206, 301, 302, 303, 304, 307, 308]);

function addedHeaders(
  headers: readonly AddedHeader[],
  status: number,
  asked: Asked,
): (readonly [string, string])[] {
  return headers
    .filter(({ always }) => always || good.has(status))
    .map(({ name, value }) => [name, interpolate(value, asked)] as const)
    .filter(([, value]) => value !== "");
}

/** A path that only lacks the slash of a location that passes on is redirected there. */
function lacksSlash({ server }: NginxConfiguration, path: string): boolean {
  const locations = server?.locations ?? [];
  return (
    locations.some(({ modifier, pattern, action }) => {
      const prefix = modifier === "" || modifier === "^~";
      return prefix && action.kind === "pass" && pattern === `${path}/`;
    }) && !locations.some(({ modifier, pattern }) => modifier === "=" && pattern === path)
  );
}

function typeOf({ types }: NginxConfiguration, { defaultType }: Handling, path: string): string {
  const extension = /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase();
  return (extension === undefined ? undefined : types.get(extension)) ?? defaultType;
}

/** A redirect to a path is to this server under the name that the client used. */
function absolute(location: string, { headers }: Asked): string {
  return location.startsWith("/") ? `http://${headers.host ?? "localhost"}${location}` : location;
}
