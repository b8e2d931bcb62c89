import { S3Client } from "@aws-sdk/client-s3";
import type { AwsConnection } from "./connection.ts";

/** An S3 client; path style with a custom endpoint, since S3-compatible servers rarely answer on bucket host names. */
export function s3Client(connection: AwsConnection): S3Client {
  return new S3Client({ ...connection, forcePathStyle: connection.endpoint !== undefined });
}
