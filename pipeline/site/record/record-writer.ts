import { CopyObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { ActionError } from "../../kit/errors.ts";
import { statusOf, withS3Errors } from "../bucket/s3-errors.ts";
import type { Preconditions, RecordContent, SiteLocation, SiteRecord } from "../plan/site-record.ts";
import { readRecord } from "./read-record.ts";
import { formatRecord } from "./record-format.ts";
import type { RecordLocation } from "./record-location.ts";

interface RecordOptions {
  readonly s3: S3Client;
  readonly location: RecordLocation;
  /** What the record is of. */
  readonly site: SiteLocation;
  /** Of the record as it was read; undefined where there was none. */
  readonly etag: string | undefined;
  readonly preconditions: Preconditions;
}

/** Under which a write is to be taken; none, or one of them. */
interface Condition {
  readonly IfNoneMatch?: "*";
  readonly IfMatch?: string;
}

const headers = { ContentType: "application/json; charset=utf-8", CacheControl: "no-store" };

/**
 * The record while a sync writes it: each write replaces the one before and nothing else, so that of two syncs only one
 * gets on. All methods throw `SiteChangedMeanwhile` once another sync has written.
 */
export class RecordWriter {
  readonly #options: RecordOptions;
  #etag: string | undefined;
  /** What was written last; undefined before the first write. */
  content: RecordContent | undefined;
  preconditions: Preconditions;
  requests = 0;
  /** Writes and renewals one after the other: each needs the ETag of the one before. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: RecordOptions) {
    this.#options = options;
    this.#etag = options.etag;
    this.preconditions = options.preconditions;
  }

  /** Of what was written or renewed last. */
  get etag(): string | undefined {
    return this.#etag;
  }

  /** Returns what was written. */
  async write(content: RecordContent): Promise<Buffer> {
    return this.#next(async () => {
      const { s3 } = this.#options;
      const text = this.#text(content);
      try {
        const { ETag = "" } = await s3.send(this.#put(text, this.#condition()));
        this.#etag = ETag;
      } catch (error) {
        this.#etag = await this.#ownEtag(text, error);
      }
      this.content = content;
      return text;
    });
  }

  /** Gives the record a new `Last-Modified`, without sending it again. */
  async renew(): Promise<void> {
    return this.#next(async () => {
      const { s3, location } = this.#options;
      const condition = this.preconditions.writes === false ? {} : { IfMatch: this.#etag };
      try {
        const { CopyObjectResult } = await s3.send(
          new CopyObjectCommand({
            Bucket: location.bucket,
            Key: location.key,
            CopySource: `${location.bucket}/${location.key.split("/").map(encodeURIComponent).join("/")}`,
            CopySourceIfMatch: this.#etag,
            MetadataDirective: "REPLACE",
            ...headers,
            ...condition,
          }),
        );
        this.#etag = CopyObjectResult?.ETag ?? this.#etag;
      } catch (error) {
        this.#etag = await this.#ownEtag(this.#text(this.content as RecordContent), error);
      }
    });
  }

  /** Writes what is there already, under conditions that must fail, at once; true for each that the server did refuse. */
  async areRefused(text: Buffer, conditions: readonly Condition[]): Promise<readonly boolean[]> {
    this.requests += conditions.length - 1;
    return this.#next(() => Promise.all(conditions.map((condition) => this.#isRefused(text, condition))));
  }

  async #isRefused(text: Buffer, condition: Condition): Promise<boolean> {
    try {
      const { ETag } = await this.#options.s3.send(this.#put(text, condition));
      this.#etag = ETag ?? this.#etag;
      return false;
    } catch (error) {
      if (statusOf(error) === 412 || statusOf(error) === 409) return true;
      throw error;
    }
  }

  /** After a failed condition: a write whose answer was lost is sent again by the SDK, and then meets itself. */
  async #ownEtag(text: Buffer, error: unknown): Promise<string> {
    if (statusOf(error) !== 412 && statusOf(error) !== 409) throw error;
    const { s3, location } = this.#options;
    const now = await readRecord(s3, location);
    if (now !== undefined && formatRecord(now.record).equals(text)) return now.etag;
    throw changedError(location, now?.record, error);
  }

  #condition(): Condition {
    if (this.preconditions.writes === false) return {};
    return this.#etag === undefined ? { IfNoneMatch: "*" } : { IfMatch: this.#etag };
  }

  #put(text: Buffer, condition: Condition): PutObjectCommand {
    const { bucket: Bucket, key: Key } = this.#options.location;
    return new PutObjectCommand({ Bucket, Key, Body: text, ...headers, ...condition });
  }

  #text(content: RecordContent): Buffer {
    const { site } = this.#options;
    const preconditions =
      Object.keys(this.preconditions).length === 0 ? {} : { preconditions: this.preconditions };
    return formatRecord({ site, ...content, ...preconditions });
  }

  #next<T>(call: () => Promise<T>): Promise<T> {
    this.requests += 1;
    const turn = this.#turn.then(() => withS3Errors("write the sync record", this.#options.location, call));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

function changedError(location: RecordLocation, now: SiteRecord | undefined, cause: unknown): ActionError {
  const holder = now?.unfinished?.by;
  const other = holder === undefined ? "another sync" : `the sync of ${holder}`;
  return new ActionError(
    "SiteChangedMeanwhile",
    `${other} wrote s3://${location.bucket}/${location.key} while this one was running`,
    {
      hint: "run it again, and give the workflow a `concurrency` group so that syncs wait for each other",
      cause,
    },
  );
}
