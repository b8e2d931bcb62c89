// Site and API under one address, by a distribution in front of both, as on AWS.
import { cachingDisabled } from "./aws/cloudfront/cache-policy.ts";
import type { CloudFront } from "./aws/cloudfront/cloudfront.ts";
import { type Behavior, type Distribution, inFrontOf } from "./aws/cloudfront/distribution.ts";

interface Origins {
  /** `/api`: it, and everything below it, is the API's. */
  readonly apiPath: string;
  /** The bucket's website. */
  readonly site: string;
  /** The load balancer; undefined while nothing is deployed there. */
  readonly api: () => string | undefined;
}

export interface OneAddress {
  /** http://127.0.0.1:PORT */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Makes the distribution, and serves it. The site is kept as its files say (CachingOptimized); the API is told all that a visitor
 * sends, `Host` included, and nothing of it is kept. WebSockets are not passed through.
 */
export async function startOneAddress(
  cloudFront: Pick<CloudFront, "addDistribution" | "startEdge">,
  distribution: string,
  port: number,
  origins: Origins,
): Promise<OneAddress> {
  cloudFront.addDistribution(distribution, inFrontOfBoth(origins));
  return cloudFront.startEdge(distribution, port);
}

function inFrontOfBoth({ apiPath, site, api }: Origins): Distribution {
  const { defaultBehavior, origins } = inFrontOf(site);
  const passing: Behavior = {
    origin: "api",
    cache: cachingDisabled,
    forward: "all",
    methods: "all",
    compress: false,
  };
  const base = apiPath.replace(/\/+$/, "");
  const patterns = base === "" ? ["*"] : [base, `${base}/*`];
  return {
    origins: { ...origins, api: { url: api } },
    behaviors: patterns.map((pattern) => ({ ...passing, pattern })),
    defaultBehavior,
  };
}
