import { missingCredentials } from "../../aws/missing-credentials.ts";
import { ActionError } from "../../kit/errors.ts";

export function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}

/** The server does not know what the request asks for. */
export function isUnsupported(error: unknown): boolean {
  const status = statusOf((error as Error).cause ?? error);
  return status === 501 || status === 400;
}

/** Runs one call to S3; a failure becomes an `ActionError` that says what was tried, where, and what to change. */
export async function withS3Errors<T>(
  doing: string,
  where: { readonly bucket: string; readonly key?: string },
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof ActionError || (error as Error).name === "AbortError") throw error;
    throw s3Error(doing, where, error);
  }
}

function s3Error(
  doing: string,
  where: { readonly bucket: string; readonly key?: string },
  cause: unknown,
): ActionError {
  const missing = missingCredentials(cause);
  if (missing) return missing;
  const name = cause instanceof Error ? cause.name : "";
  const place = `s3://${where.bucket}${where.key === undefined ? "" : `/${where.key}`}`;
  const message = `could not ${doing} (${place})`;
  const details = requestIds(cause);
  if (name === "NoSuchBucket") {
    return new ActionError("BucketNotFound", `${message}: bucket "${where.bucket}" does not exist`, {
      hint: "check the name, and that the stack that creates the bucket was deployed to this account",
      details,
      cause,
    });
  }
  if (
    name === "PermanentRedirect" ||
    name === "AuthorizationHeaderMalformed" ||
    redirects.has(statusOf(cause) ?? 0)
  ) {
    return new ActionError("WrongRegion", `${message}: bucket "${where.bucket}" is in another region`, {
      hint: "set the input `aws-region` to the region of the bucket",
      details,
      cause,
    });
  }
  if (name === "RequestTimeTooSkewed") {
    return new ActionError("ClockSkew", `${message}: the runner's clock is wrong`, {
      hint: "set the runner's clock; S3 allows 15 minutes",
      details,
      cause,
    });
  }
  if (statusOf(cause) === 403) {
    return new ActionError("AccessDenied", message, {
      hint: "grant the role the actions that the README lists; without s3:ListBucket a missing key is denied as well",
      details,
      cause,
    });
  }
  const hint =
    statusOf(cause) === undefined
      ? "check the runner's network, and `AWS_ENDPOINT_URL` where it is set"
      : "run it again when S3 answers; a later run completes what this one left";
  return new ActionError("ServiceUnavailable", message, { hint, details, cause });
}

/** S3 sends requests elsewhere only for a bucket of another region. */
const redirects = new Set([301, 307]);

/** What AWS's support asks for. */
function requestIds(cause: unknown): Record<string, string> {
  const { requestId, extendedRequestId } =
    (cause as { $metadata?: { requestId?: string; extendedRequestId?: string } })?.$metadata ?? {};
  return {
    ...(requestId === undefined ? {} : { "request id": requestId }),
    ...(extendedRequestId === undefined ? {} : { "extended request id": extendedRequestId }),
  };
}
