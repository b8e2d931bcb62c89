import { ElasticBeanstalkClient } from "@aws-sdk/client-elastic-beanstalk";
import type { AwsConnection } from "./connection.ts";

/** An Elastic Beanstalk client; adaptive, since `Rate exceeded` is what busy accounts see most. */
export function elasticBeanstalkClient(connection: AwsConnection): ElasticBeanstalkClient {
  return new ElasticBeanstalkClient({ ...connection, retryMode: "adaptive" });
}
