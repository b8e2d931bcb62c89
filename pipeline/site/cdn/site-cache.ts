import { connectionTo } from "../../aws/connection.ts";
import type { ActionContext } from "../../kit/action.ts";

/** What lies between the bucket and its visitors, and remembers what it was given. */
export interface SiteCache {
  /**
   * Makes it forget these paths; returns the invalidation's id. The same reference with the same paths does so once only.
   * Throws `AccessDenied`, `DistributionNotFound`, `InvalidationRefused` or `ServiceUnavailable`.
   */
  invalidate(paths: readonly string[], reference: string): Promise<string>;
}

/** A CloudFront distribution as the site's cache. Its client is loaded only now: most sites have none. */
export async function openDistribution(
  distribution: string,
  inputs: { readonly "aws-region": string; readonly "role-to-assume": string },
  context: ActionContext,
  waitSeconds: number,
): Promise<SiteCache> {
  const [{ cloudFrontClient }, { cloudFrontCache }] = await Promise.all([
    import("../../aws/cloudfront.ts"),
    import("./cloudfront.ts"),
  ]);
  const client = cloudFrontClient(connectionTo("CLOUDFRONT", inputs, context));
  return cloudFrontCache({ client, distribution, waitSeconds, ...context });
}
