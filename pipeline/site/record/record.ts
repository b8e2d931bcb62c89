import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { ActionError } from "../../kit/errors.ts";
import { withRetries } from "../../releases/store/store-errors.ts";
import { statusOf, withS3Errors } from "../bucket/s3-errors.ts";
import type { ServedFile } from "../plan/served-file.ts";
import { NewerRecord, parseRecord } from "./record-text.ts";

export interface RecordedObject extends ServedFile {
  /** As S3 answered when it was written; an opaque token. */
  readonly etag: string;
  /** Since when no page of ours refers to it (ISO 8601); absent while it is part of the site. */
  readonly unreferencedSince?: string;
}

/** `site.json`: what s3-sync put where. Keys are relative to the prefix. */
export interface SiteRecord {
  readonly schema: 1;
  /** There while the site is wholly as some sync wanted it, so that the same sync has nothing to do. */
  readonly settled?: Settled;
  readonly bucket: string;
  readonly prefix: string;
  /** Id of the release that the site shows; null where it is no part of one. */
  readonly release: string | null;
  /** The text of config.json, as it was asked for. */
  readonly config: string | null;
  readonly objects: ReadonlyMap<string, RecordedObject>;
  /** What the sync was told about the site, for whoever puts an earlier release back; absent in records of older syncs. */
  readonly rules?: RecordedRules;
  /** Id of the CloudFront distribution in front of the bucket; absent where there is none. */
  readonly distribution?: string;
  /** Keys that the distribution may still have as they were before: an invalidation of them has not begun. */
  readonly stale?: readonly string[];
  /**
   * Written before the first change and taken out by the commit: what a sync set out to put there. Found by a later sync,
   * it says that these may be in the bucket, and by our hand.
   */
  readonly unfinished?: UnfinishedSync;
  /** What this server was found to do with conditions; absent until it was tried. */
  readonly preconditions?: Preconditions;
}

export interface Settled {
  /** Of the site and the rules, see `digestOf`. */
  readonly digest: string;
  /** When the first of the old assets may be deleted (ISO 8601); absent where there are none. */
  readonly until?: string;
}

export interface RecordedRules {
  readonly entry: string;
  readonly errorDocument: string;
  readonly protect: readonly string[];
  readonly keepDays: number;
}

export interface UnfinishedSync {
  /** Address of the run. */
  readonly by: string;
  /** There while this attempt of the run holds the lease; see `lease.ts`. */
  readonly attempt?: number;
  readonly at: string;
  readonly objects: ReadonlyMap<string, ServedFile>;
}

export interface Preconditions {
  /** PutObject with `If-None-Match` and with `If-Match`. */
  readonly writes?: boolean;
  /** DeleteObjects with an `ETag` per key. */
  readonly deletes?: boolean;
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
  /** When S3 answered, by the same clock; undefined where a server does not say. */
  readonly readAt: Date | undefined;
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
