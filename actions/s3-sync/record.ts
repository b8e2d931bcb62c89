import { GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { SiteFile } from "../lib/bundle.ts";
import { ActionError } from "../lib/errors.ts";
import { statusOf, withS3Errors } from "./s3-errors.ts";

export interface RecordedObject extends SiteFile {
  /** As S3 answered when it was written; an opaque token. */
  readonly etag: string;
  /** Since when no page of ours refers to it (ISO 8601); absent while it is part of the site. */
  readonly unreferencedSince?: string;
}

/** `site.json`: what s3-sync put where. Keys are relative to the prefix. */
export interface SiteRecord {
  readonly schema: 1;
  readonly bucket: string;
  readonly prefix: string;
  /** Id of the release that the site shows; null where it is no part of one. */
  readonly release: string | null;
  /** The text of config.json, as it was asked for. */
  readonly config: string | null;
  readonly objects: Readonly<Record<string, RecordedObject>>;
  /**
   * Written before the first change and taken out by the commit: what a sync set out to put there. Found by a later sync,
   * it says that these may be in the bucket, and by our hand.
   */
  readonly unfinished?: {
    readonly by: string;
    readonly at: string;
    readonly objects: Readonly<Record<string, SiteFile>>;
  };
}

export interface RecordLocation {
  readonly bucket: string;
  readonly key: string;
}

export interface StoredRecord {
  readonly record: SiteRecord;
  readonly etag: string;
  /** By S3's clock, in whole seconds. */
  readonly modifiedAt: Date;
}

/** Where the record of a site that is part of releases lies. */
export function releaseRecord(artifactsBucket: string, environment: string): RecordLocation {
  return { bucket: artifactsBucket, key: `environments/${environment}/site.json` };
}

/** Where the record of a site on its own lies. */
export function privateRecord(stateBucket: string, bucket: string, prefix: string): RecordLocation {
  const site = stateBucket === bucket ? prefix : `${bucket}/${prefix}`;
  return { bucket: stateBucket, key: `.s3-sync/${site}site.json` };
}

/** The record, or undefined where there is none. Throws `SiteRecordDamaged` when it is none of ours. */
export async function readRecord(s3: S3Client, location: RecordLocation): Promise<StoredRecord | undefined> {
  return withS3Errors("read the sync record", location, async () => {
    try {
      const answer = await s3.send(new GetObjectCommand({ Bucket: location.bucket, Key: location.key }));
      return {
        record: parseRecord((await answer.Body?.transformToString()) ?? "", location),
        etag: answer.ETag ?? "",
        modifiedAt: answer.LastModified ?? new Date(0),
      };
    } catch (error) {
      if (statusOf(error) === 404 && (error as Error).name === "NoSuchKey") return undefined;
      throw error;
    }
  });
}

function parseRecord(text: string, location: RecordLocation): SiteRecord {
  let record: Partial<SiteRecord> | undefined;
  try {
    record = JSON.parse(text) as Partial<SiteRecord>;
  } catch {
    record = undefined;
  }
  if (record?.schema === 1 && typeof record.objects === "object") return record as SiteRecord;
  throw new ActionError("SiteRecordDamaged", `s3://${location.bucket}/${location.key} is no sync record`, {
    hint: "delete it: the next sync finds out what is in the bucket by itself, and deletes nothing it does not know",
  });
}

/**
 * Writes the record in place of the one that was read, and nothing else: throws `SiteChangedMeanwhile` when another sync
 * has written since. Returns the new ETag.
 */
export async function writeRecord(
  s3: S3Client,
  location: RecordLocation,
  record: SiteRecord,
  replaces: string | undefined,
): Promise<string> {
  const text = `${JSON.stringify(record)}\n`;
  const condition = replaces === undefined ? { IfNoneMatch: "*" } : { IfMatch: replaces };
  return withS3Errors("write the sync record", location, async () => {
    try {
      const answer = await s3.send(
        new PutObjectCommand({
          Bucket: location.bucket,
          Key: location.key,
          Body: text,
          ContentType: "application/json; charset=utf-8",
          CacheControl: "no-store",
          ...condition,
        }),
      );
      return answer.ETag ?? "";
    } catch (error) {
      if (statusOf(error) !== 412 && statusOf(error) !== 409) throw error;
      // A write whose answer was lost is sent again by the SDK, and then meets itself.
      const now = await readRecord(s3, location);
      if (now !== undefined && `${JSON.stringify(now.record)}\n` === text) return now.etag;
      throw new ActionError(
        "SiteChangedMeanwhile",
        `another sync wrote s3://${location.bucket}/${location.key} while this one was running`,
        {
          hint: "run it again, and give the workflow a `concurrency` group so that syncs wait for each other",
          details: now?.record.unfinished === undefined ? {} : { "other sync": now.record.unfinished.by },
          cause: error,
        },
      );
    }
  });
}
