import { CloudFrontClient } from "@aws-sdk/client-cloudfront";
import type { AwsConnection } from "./connection.ts";

/** A CloudFront client: the service is global, and signs for us-east-1 wherever the rest is. */
export function cloudFrontClient(connection: AwsConnection): CloudFrontClient {
  return new CloudFrontClient({ ...connection, region: "us-east-1" });
}
