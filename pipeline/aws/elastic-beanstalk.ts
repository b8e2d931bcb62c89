import { ElasticBeanstalkClient } from "@aws-sdk/client-elastic-beanstalk";
import type { AwsConnection } from "./connection.ts";

/**
 * A call that changes something got no answer: it may have been carried out or not. (Its reason is not its `cause`, by which the
 * SDK would take it for a failure of the network and send the call again.)
 */
export class LostAnswer extends Error {
  readonly reason: unknown;

  constructor(reason: unknown) {
    super(`no answer came to the call: ${reason instanceof Error ? reason.message : String(reason)}`);
    this.name = "LostAnswer";
    this.reason = reason;
  }
}

/** Neither an answer nor a refusal: the network broke, or the service failed somewhere. Throttling is a refusal. */
export function isLost(error: unknown): boolean {
  const { name = "", $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
  if (/Throttl|TooManyRequests|RequestLimitExceeded|CredentialsProvider/.test(name)) return false;
  const status = $metadata?.httpStatusCode;
  return status === undefined
    ? (error as { code?: string }).code !== undefined || name === "TimeoutError"
    : status >= 500;
}

/**
 * An Elastic Beanstalk client; adaptive, since `Rate exceeded` is what busy accounts see most. Credentials that have expired are
 * renewed once for each call; an update is sent once, and throws `LostAnswer` where nobody knows whether it arrived.
 */
export function elasticBeanstalkClient({
  region,
  endpoint,
  credentials,
  maxAttempts = 8,
}: Omit<AwsConnection, "retryStrategy">): ElasticBeanstalkClient {
  const client = new ElasticBeanstalkClient({
    region,
    maxAttempts,
    retryMode: "adaptive",
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
  });
  client.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        if (!/^(ExpiredToken|RequestExpired)/.test((error as Error).name)) throw error;
        await client.config.credentials({ forceRefresh: true });
        return await next(args);
      }
    },
    { step: "initialize", name: "renewExpiredCredentials" },
  );
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        try {
          return await next(args);
        } catch (error) {
          if (commandName === "UpdateEnvironmentCommand" && isLost(error)) throw new LostAnswer(error);
          throw error;
        }
      },
    // Within the SDK's own repetitions, which are of this step with priority.
    { step: "finalizeRequest", name: "updateOnce" },
  );
  return client;
}
