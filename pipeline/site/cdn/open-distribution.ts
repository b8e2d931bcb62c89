import { connectionTo } from "../../aws/connection.ts";
import type { ActionContext } from "../../kit/action.ts";
import type { SiteCache } from "./site-cache.ts";

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
