import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { ActionError } from "../../kit/errors.ts";
import { withRetries } from "../../releases/store/store-errors.ts";
import { statusOf, withS3Errors } from "../bucket/s3-errors.ts";
import type { SiteRecord } from "../plan/site-record.ts";
import { NewerRecord, parseRecord } from "./parse-record.ts";
import type { RecordLocation } from "./record-location.ts";

export interface StoredRecord {
  readonly record: SiteRecord;
  readonly etag: string;
  /** By S3's clock, in whole seconds. */
  readonly modifiedAt: Date;
  /** When S3 answered, by the same clock; undefined where a server does not say. */
  readonly readAt: Date | undefined;
}

/** The record, or undefined where there is none. Throws `SiteRecordNewer` or `SiteRecordDamaged`. */
export async function readRecord(s3: S3Client, location: RecordLocation): Promise<StoredRecord | undefined> {
  return withS3Errors("read the sync record", location, async () => {
    try {
      return await withRetries(async () => {
        const command = new GetObjectCommand({ Bucket: location.bucket, Key: location.key });
        const answeredAt = dateOf(command);
        const answer = await s3.send(command);
        return {
          record: await parse(answer.Body as AsyncIterable<Uint8Array>, location),
          etag: answer.ETag ?? "",
          modifiedAt: answer.LastModified ?? new Date(0),
          readAt: answeredAt(),
        };
      });
    } catch (error) {
      if (statusOf(error) === 404 && (error as Error).name === "NoSuchKey") return undefined;
      throw error;
    }
  });
}

/** The `Date` header of the answer to a command that is about to be sent. */
function dateOf(command: GetObjectCommand): () => Date | undefined {
  let date: string | undefined;
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      date = (result.response as { headers?: Record<string, string> }).headers?.date;
      return result;
    },
    { step: "deserialize" },
  );
  return () => (date === undefined ? undefined : new Date(date));
}

async function parse(text: AsyncIterable<Uint8Array>, location: RecordLocation): Promise<SiteRecord> {
  try {
    return await parseRecord(text);
  } catch (cause) {
    // A connection that broke says nothing about the record.
    if ((cause as { code?: string }).code !== undefined) throw cause;
    const name = `s3://${location.bucket}/${location.key}`;
    if (cause instanceof NewerRecord) {
      throw new ActionError("SiteRecordNewer", `${name} was written by a newer version of this action`, {
        hint: "sync with that version, or a later one; an older one would not know all that is in the bucket",
        cause,
      });
    }
    throw new ActionError("SiteRecordDamaged", `${name} is no sync record`, {
      hint: "delete it: the next sync finds out what is in the bucket by itself, and deletes nothing it does not know",
      cause,
    });
  }
}
