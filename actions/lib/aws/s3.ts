import { S3Client } from "@aws-sdk/client-s3";
import type { AwsConnection } from "./connection.ts";

/**
 * An S3 client. With an endpoint of its own it speaks what every S3-compatible server understands: path style, since they
 * rarely answer on bucket host names, and checksums only where S3 demands them or the caller gives one.
 */
export function s3Client(connection: AwsConnection): S3Client {
  if (connection.endpoint === undefined) return new S3Client(connection);
  return new S3Client({
    ...connection,
    forcePathStyle: true,
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
}
