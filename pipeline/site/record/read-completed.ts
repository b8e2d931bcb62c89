import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { statusOf, withS3Errors } from "../bucket/s3-errors.ts";
import type { CompletedSync } from "../plan/site-record.ts";
import { parseCompletedSync } from "./parse-record.ts";
import type { RecordLocation } from "./record-location.ts";

/** The record's first fields, with what tells whether it is of a completed sync, always lie within so many bytes. */
const headBytes = 256;

/**
 * What the record says of a site that is wholly as somebody wanted it: one request for the first bytes of the record,
 * whatever its size. Its ETag would do as well, but is not known without having read the record; see docs/adr/0007.
 */
export async function readCompletedSync(
  s3: S3Client,
  location: RecordLocation,
): Promise<CompletedSync | undefined> {
  return withS3Errors("read the sync record", location, async () => {
    try {
      const { Body } = await s3.send(
        new GetObjectCommand({
          Bucket: location.bucket,
          Key: location.key,
          Range: `bytes=0-${headBytes - 1}`,
        }),
      );
      return parseCompletedSync((await Body?.transformToString()) ?? "");
    } catch (error) {
      // 416: the record is empty.
      if (statusOf(error) === 416) return undefined;
      if (statusOf(error) === 404 && (error as Error).name === "NoSuchKey") return undefined;
      throw error;
    }
  });
}
