import type { ActionContext } from "../kit/action.ts";
import { ActionError } from "../kit/errors.ts";
import { optionalText, text } from "../kit/inputs.ts";
import { type Credentials, webIdentityCredentials } from "./credentials.ts";
import { serviceEndpoint } from "./endpoint.ts";
import { Patience } from "./patience.ts";

/** The inputs that every action which reaches AWS declares; spread them into its specification. */
export const awsInputs = { "aws-region": text, "role-to-assume": optionalText } as const;

/** What SDK clients are constructed with. `credentials` and `endpoint` are absent where the SDK's own chain should decide. */
export interface AwsConnection {
  readonly region: string;
  readonly endpoint?: string;
  readonly credentials?: Credentials;
  /** By time; where it is absent, by attempts. */
  readonly retryStrategy?: Patience;
  readonly maxAttempts?: number;
}

/**
 * For how many seconds a step asks a service that fails: one that puts things right has minutes, one that can simply be run again
 * a minute, one that only shows something seconds.
 */
export const patienceSeconds = { mend: 300, change: 60, show: 10 } as const;

/**
 * How this job reaches one AWS service. With a role, the job's OIDC token is exchanged in memory, and again before the
 * credentials expire; without one, the SDK's default chain is used, for repositories that configure credentials themselves.
 */
export function connectionTo(
  service: "S3" | "ELASTIC_BEANSTALK" | "CLOUDFRONT" | "SECRETS_MANAGER",
  inputs: { readonly "aws-region": string; readonly "role-to-assume": string },
  context: ActionContext,
  patience: keyof typeof patienceSeconds = "change",
): AwsConnection {
  const region = inputs["aws-region"];
  const endpoint = serviceEndpoint(context.env, service);
  // Other servers name their regions as they like, R2 for one `auto`.
  const pattern = endpoint === undefined ? /^[a-z]{2}(-[a-z]+)+-\d+$/ : /^[\w-]+$/;
  if (!pattern.test(region)) {
    throw new ActionError(
      "InvalidInputs",
      `input "aws-region" must be a region such as us-east-1, not "${region}"`,
    );
  }
  const role = inputs["role-to-assume"];
  return {
    region,
    retryStrategy: new Patience(patienceSeconds[patience], context.signal),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(role === "" ? {} : { credentials: webIdentityCredentials(role, region, context) }),
  };
}
