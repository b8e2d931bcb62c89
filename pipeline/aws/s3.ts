import { S3Client } from "@aws-sdk/client-s3";
import type { AwsConnection } from "./connection.ts";

/**
 * An S3 client. With an endpoint of its own it speaks what every S3-compatible server understands: path style, since they
 * rarely answer on bucket host names, and checksums only where S3 demands them or the caller gives one.
 */
export function s3Client(connection: AwsConnection): S3Client {
  const compatible = {
    forcePathStyle: true,
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  } as const;
  const client = new S3Client(
    connection.endpoint === undefined ? connection : { ...connection, ...compatible },
  );
  retryWithCorrectedClock(client);
  return client;
}

/**
 * The SDK takes S3's time from an answer that says that the clock is off, and asks again only if it still is. A clock that
 * was off before and was set right meanwhile leaves it with a correction that is wrong, and with the failure.
 */
function retryWithCorrectedClock({ middlewareStack }: S3Client): void {
  middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        if (!(error instanceof Error) || error.name !== "RequestTimeTooSkewed") throw error;
        throw Object.assign(error, { $retryable: {} });
      }
    },
    // Inside the SDK's retries, which have the step's high priority.
    { step: "finalizeRequest", priority: "low", name: "retryWithCorrectedClock" },
  );
}
