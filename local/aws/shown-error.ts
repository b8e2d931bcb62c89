import { AwsError } from "./service.ts";

/** What a client is told of an error; one that no service meant for it stays behind as the cause. */
export function shownError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ECONNRESET" || code === "ERR_STREAM_PREMATURE_CLOSE") {
    return new AwsError("RequestTimeout", 400, "The client went away before its request was complete");
  }
  const full = code === "ENOSPC";
  // 507: nothing in the SDKs retries it, so that the reason is seen at once.
  const shown = full
    ? new AwsError(
        "InsufficientStorage",
        507,
        "There is no space left on the disk of this stand-in; free some",
      )
    : new AwsError("InternalError", 500, "We encountered an internal error. Please try again.");
  shown.cause = error;
  return shown;
}
