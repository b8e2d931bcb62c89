import { missingCredentials } from "../../aws/missing-credentials.ts";
import { ActionError, explain } from "../../kit/errors.ts";

/**
 * Asks again where the SDK does not: S3 answers 409 ConditionalRequestConflict when conditional writes of one key meet,
 * and decides when asked again, and a connection that breaks in the middle of an answer's body is past its retries.
 */
export async function withRetries<T>(send: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await send();
    } catch (error) {
      const isPassing = statusOf(error) === 409 || (error as { code?: unknown }).code === "ECONNRESET";
      if (!isPassing || tries === 5) throw error;
    }
  }
}

export function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}

export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "";
}

/** What a failed request to the release store means to the reader. */
export function storeError(error: unknown, bucket: string, verb: string, key: string): unknown {
  if (error instanceof ActionError) return error;
  const missing = missingCredentials(error);
  if (missing) return missing;
  const status = statusOf(error);
  if (nameOf(error) === "NoSuchBucket") {
    return new ActionError("StoreMissing", `the artifacts bucket "${bucket}" does not exist`, {
      hint: "create it with infrastructure/, and check the variable ARTIFACTS_BUCKET",
      cause: error,
    });
  }
  if (nameOf(error) === "RequestTimeTooSkewed") {
    return new ActionError(
      "ClockSkew",
      `S3 does not ${verb} "${key}": the runner's clock is too far from its own`,
      {
        hint: "set the runner's clock by NTP",
        cause: error,
      },
    );
  }
  if (status === 403 || status === 401) {
    return new ActionError(
      "AccessDenied",
      `the role may not ${verb} "${key}" in the artifacts bucket "${bucket}"`,
      {
        hint: "compare the role's policy with infrastructure/; it must reach this environment's own prefix",
        details: { reason: explain(error) },
        cause: error,
      },
    );
  }
  if (status === undefined || status >= 500 || status === 429) {
    return new ActionError(
      "ServiceUnavailable",
      `could not ${verb} "${key}" in the artifacts bucket "${bucket}"`,
      {
        hint: "run the job again; if it stays, check AWS's status and the endpoint",
        cause: error,
      },
    );
  }
  return error;
}
