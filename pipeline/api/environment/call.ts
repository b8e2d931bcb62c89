import { LostAnswer } from "../../aws/elastic-beanstalk.ts";
import { missingCredentials } from "../../aws/missing-credentials.ts";
import type { Clock } from "../../kit/clock.ts";
import { ActionError } from "../../kit/errors.ts";

/**
 * What an error of Elastic Beanstalk means for whoever made the call. Throttling and 5xx are not here: the SDK repeats
 * those by itself.
 */
type Refusal =
  | "busy"
  | "version-exists"
  | "no-version"
  | "quota"
  | "maintenance"
  | "basic-health"
  | "lost"
  | "other";

interface ServiceError {
  readonly name: string;
  readonly message: string;
  readonly Code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Recognises the errors that need a decision, by code and by the words that the service is known to use. */
export function refusalOf(error: unknown): Refusal {
  const { name, message, Code } = error as ServiceError;
  if (error instanceof LostAnswer) return "lost";
  if ([name, Code].includes("TemporaryMaintainanceException")) return "maintenance";
  if ([name, Code].includes("TooManyApplicationVersionsException")) return "quota";
  if (name === "InvalidRequestException") return "basic-health";
  if (/Must be Ready|Must be pending deployment/i.test(message)) return "busy";
  if (/Application Version .+ already exists/i.test(message)) return "version-exists";
  if (/No Application Version named/i.test(message)) return "no-version";
  return "other";
}

const maintenanceRetries = 5;

/** Makes one call; repeats it through maintenance, which the SDK does not, and words what cannot be repeated. */
export async function call<T>(operation: string, clock: Clock, send: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send();
    } catch (error) {
      if (refusalOf(error) === "maintenance" && attempt <= maintenanceRetries) {
        await clock.sleep(2 ** attempt * 500 * (0.5 + Math.random() / 2));
        continue;
      }
      if (["other", "maintenance", "quota"].includes(refusalOf(error))) throw worded(operation, error);
      throw error;
    }
  }
}

function worded(operation: string, error: unknown): unknown {
  if (error instanceof ActionError) return error;
  const missing = missingCredentials(error);
  if (missing) return missing;
  const { name, message, Code, $metadata } = error as ServiceError;
  if (/inspect the hidden field \{error\}\.\$response/.test(message)) {
    return new ActionError("ServiceUnavailable", `what answers to ${operation} is not Elastic Beanstalk`, {
      hint: "check the region, AWS_ENDPOINT_URL_ELASTIC_BEANSTALK, and whether a proxy answers in its place",
      cause: error,
    });
  }
  const code = Code ?? name;
  const said = `${operation} failed with ${code}`;
  if (/^(ExpiredToken|InvalidClientTokenId|SignatureDoesNotMatch|UnrecognizedClient)/.test(code)) {
    return new ActionError("RoleNotAssumable", said, {
      hint: "the credentials are no longer valid, or not for this account; check `role-to-assume`",
      cause: error,
    });
  }
  if (/^(AccessDenied|InsufficientPrivileges)/.test(code) || $metadata?.httpStatusCode === 403) {
    return new ActionError("AccessDenied", said, {
      hint: `grant the role elasticbeanstalk:${operation}, and what its message names: updates act with the caller's rights`,
      cause: error,
    });
  }
  if (/No Application named/i.test(message)) {
    return new ActionError("EnvironmentNotFound", said, {
      hint: "check the input `application`, and that it exists in this region and account",
      cause: error,
    });
  }
  if (
    /Unable to download from S3|S3LocationNotInServiceRegion|specified key does not exist/i.test(
      `${code} ${message}`,
    )
  ) {
    return new ActionError("VersionUnusable", said, {
      hint: "check that the bundle is in the bucket, that the bucket is in this region, and that the role may read it",
      cause: error,
    });
  }
  if (code === "TooManyApplicationVersionsException") {
    return new ActionError("VersionUnusable", said, {
      hint: "set `keep-versions`, set a lifecycle policy on the application, or delete old versions by hand",
      cause: error,
    });
  }
  if (/^(InvalidParameter|MissingParameter|Validation|ConfigurationValidation)/.test(code)) {
    return new ActionError("InvalidInputs", said, {
      hint: "what Elastic Beanstalk says of it is in the message: correct the input, or the option, that it names",
      cause: error,
    });
  }
  return new ActionError("ServiceUnavailable", said, { cause: error });
}
