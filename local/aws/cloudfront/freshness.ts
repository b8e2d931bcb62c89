import type { IncomingHttpHeaders } from "node:http";
import type { CachePolicy } from "./cache-policy.ts";
import type { ErrorPage } from "./distribution.ts";

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html#HTTPStatusCodes-cached-errors */
const alwaysKept = [404, 410, 414, 500, 501, 502, 503, 504];
const keptAsTheySay = [400, 403, 405, 412, 415];
/** Of these alone the origin can say that they are not kept. */
const mayForbid = [404, 410, 414, 501];
/** Error caching minimum TTL, where the distribution says nothing. */
const errorSeconds = 10;

/**
 * For how many seconds an answer is kept; 0 for not at all.
 *
 * | answer says | kept for |
 * |---|---|
 * | `no-store`, `no-cache` or `private` | the policy's minimum |
 * | `s-maxage`, else `max-age`, else `Expires` | that, not below the minimum nor above the maximum |
 * | nothing | the policy's default, not below the minimum |
 *
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html
 */
export function freshSeconds(
  status: number,
  headers: IncomingHttpHeaders,
  policy: CachePolicy,
  errorPages: readonly ErrorPage[] = [],
  now: Date = new Date(),
): number {
  const { minimumSeconds: minimum, defaultSeconds, maximumSeconds: maximum } = policy;
  if (maximum === 0) return 0;
  const said = saidSeconds(headers, now);
  if (status >= 400) return errorFor(status, said, policy, errorPages);
  if (said === "none") return minimum;
  if (said === undefined) return Math.max(minimum, defaultSeconds);
  return Math.min(Math.max(said, minimum), maximum);
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/custom-error-pages-expiration.html */
function errorFor(
  status: number,
  said: number | "none" | undefined,
  { maximumSeconds }: CachePolicy,
  errorPages: readonly ErrorPage[],
): number {
  const isAlways = alwaysKept.includes(status);
  if (!isAlways && !keptAsTheySay.includes(status)) return 0;
  if (!isAlways && typeof said !== "number") return 0;
  if (said === "none" && mayForbid.includes(status)) return 0;
  const least = errorPages.find((page) => page.status === status)?.minimumSeconds ?? errorSeconds;
  return typeof said === "number" ? Math.max(least, Math.min(said, maximumSeconds)) : least;
}

function saidSeconds(headers: IncomingHttpHeaders, now: Date): number | "none" | undefined {
  const control = headers["cache-control"] ?? "";
  if (/\b(no-store|no-cache|private)\b/i.test(control)) return "none";
  const [, shared] = /\bs-maxage=(\d+)/i.exec(control) ?? [];
  const [, own] = /\bmax-age=(\d+)/i.exec(control) ?? [];
  if (shared !== undefined || own !== undefined) return Number(shared ?? own);
  const expires = Date.parse(headers.expires ?? "");
  return Number.isNaN(expires) ? undefined : Math.max(0, (expires - now.getTime()) / 1000);
}

/** Whether an answer that is too old may stand in for an origin that fails: RequestAndResponseBehaviorCustomOrigin.html. */
export function mayBeStale(headers: IncomingHttpHeaders): boolean {
  return !/\b(no-store|no-cache|private|must-revalidate|proxy-revalidate|s-maxage)\b/i.test(
    headers["cache-control"] ?? "",
  );
}
