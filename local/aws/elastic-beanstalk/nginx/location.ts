import type { Handling, Location, NginxConfiguration } from "./configuration.ts";

/**
 * What handles the path, in nginx's order: the exact location; else the longest prefix, at once where it has `^~`; else the
 * first regular expression that matches; else the longest prefix. undefined when no server listens.
 * https://nginx.org/en/docs/http/ngx_http_core_module.html#location
 */
export function handlingOf({ server }: NginxConfiguration, path: string): Handling | Location | undefined {
  if (server === undefined || server.returns) return server;
  const { locations } = server;
  const exact = locations.find(({ modifier, pattern }) => modifier === "=" && pattern === path);
  if (exact !== undefined) return exact;
  const longest = locations
    .filter(({ modifier, pattern }) => (modifier === "" || modifier === "^~") && path.startsWith(pattern))
    .reduce<Location | undefined>(
      (best, location) =>
        best === undefined || location.pattern.length > best.pattern.length ? location : best,
      undefined,
    );
  if (longest?.modifier === "^~") return longest;
  const regex = locations.find(
    ({ modifier, pattern }) =>
      modifier.startsWith("~") && new RegExp(pattern, modifier === "~*" ? "i" : "").test(path),
  );
  return regex ?? longest ?? server;
}

/** The path that locations are compared with: decoded, with `.`, `..` and repeated slashes resolved; undefined when it is none. */
export function normalizedPath(url: string): string | undefined {
  let decoded: string;
  try {
    decoded = decodeURIComponent(url.split("?", 1)[0] ?? "");
  } catch {
    return undefined;
  }
  if (!decoded.startsWith("/") || decoded.includes("\0")) return undefined;
  const parts: string[] = [];
  const segments = decoded.slice(1).split("/");
  for (const [index, segment] of segments.entries()) {
    const last = index === segments.length - 1;
    if (segment === "..") {
      if (parts.pop() === undefined) return undefined;
    } else if (segment !== "." && (segment !== "" || last)) parts.push(segment);
    if (last && (segment === "." || segment === "..")) parts.push("");
  }
  return `/${parts.join("/")}`;
}
