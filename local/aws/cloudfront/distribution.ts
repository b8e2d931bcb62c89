import { type CachePolicy, cachingOptimized } from "./cache-policy.ts";
import type { ViewerFunction } from "./viewer-function.ts";

/** What a distribution is told: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DistributionConfig.html */
export interface Distribution {
  readonly origins: Readonly<Record<string, Origin>>;
  /** The first whose pattern fits counts. */
  readonly behaviors?: readonly (Behavior & { readonly pattern: string })[];
  /** Of whatever no pattern fits. */
  readonly defaultBehavior: Behavior;
  /** Key of what `/` is; none where it is absent, and never that of a folder below. */
  readonly defaultRootObject?: string;
  readonly errorPages?: readonly ErrorPage[];
}

export type Origin = CustomOrigin | PrivateBucket;

/** A server with an address: a load balancer, or a bucket's website. */
export interface CustomOrigin {
  /** http://HOST:PORT; undefined while there is none. */
  readonly url: string | (() => string | undefined);
}

/** A bucket that only this distribution may read: requests are signed for it (origin access control). */
export interface PrivateBucket {
  readonly bucket: string;
}

export interface Behavior {
  /** Name of the origin. */
  readonly origin: string;
  readonly cache: CachePolicy;
  /** What of a viewer's headers, cookies and query goes to the origin, besides what is in the cache key. */
  readonly forward: Forward;
  /** `read` is GET and HEAD. */
  readonly methods: "read" | "all";
  /** Whether answers are compressed here, as far as the cache policy lets them. */
  readonly compress: boolean;
  readonly onViewerRequest?: ViewerFunction;
  readonly onViewerResponse?: ViewerFunction;
}

/** No origin request policy; the managed AllViewer; and AllViewerExceptHostHeader. */
export type Forward = "nothing" | "all" | "all but Host";

/** What viewers get in place of an origin's error. */
export interface ErrorPage {
  readonly status: number;
  /** How long the error is kept at least. */
  readonly minimumSeconds: number;
  readonly page?: { readonly path: string; readonly status: number };
}

/** The usual one: a website, everything of it cached as it says. */
export function inFrontOf(url: string): Distribution {
  return {
    origins: { site: { url } },
    defaultBehavior: {
      origin: "site",
      cache: cachingOptimized,
      forward: "nothing",
      methods: "read",
      compress: true,
    },
  };
}

/** The behavior that a path has; `*` and `?` in patterns, which know upper case from lower. */
export function behaviorFor({ behaviors = [], defaultBehavior }: Distribution, path: string): Behavior {
  return behaviors.find(({ pattern }) => fits(pattern, path)) ?? defaultBehavior;
}

export function originOf({ origins }: Distribution, { origin: name }: Behavior): Origin {
  const origin = origins[name];
  if (origin === undefined) throw new Error(`the distribution has no origin "${name}"`);
  return origin;
}

function fits(pattern: string, path: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^/?${source.replace(/^\//, "")}$`, "s").test(path);
}
