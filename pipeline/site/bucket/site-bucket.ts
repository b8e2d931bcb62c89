import {
  CopyObjectCommand,
  type CopyObjectCommandInput,
  DeleteObjectsCommand,
  HeadObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { BulkPut } from "../../aws/bulk-put.ts";
import type { InspectedObject, ListedObject } from "../plan/observed-site.ts";
import type { ServedFile } from "../plan/served-file.ts";
import type { Delete } from "../plan/site-plan.ts";
import type { SiteLocation } from "../plan/site-record.ts";
import {
  changedFile,
  damagedSource,
  isChangedFile,
  missingSource,
  type StoredObject,
} from "./file-errors.ts";
import { LargeFiles, type LargePut } from "./large-files.ts";
import { type Expectation, type ReadPage, readListing } from "./listing.ts";
import { readListingPage } from "./listing-page.ts";
import { headerFields, inspectedObject, sha256Metadata, sha256Of, uploadHeaders } from "./object-headers.ts";
import { statusOf, withS3Errors } from "./s3-errors.ts";

export interface Written {
  readonly etag: string;
  /** S3 had asked for fewer requests before it took this one. */
  readonly pushedBack: boolean;
}

/** The bucket that visitors read, under one prefix; keys are relative to it. Counts its requests, repeated ones too. */
export class SiteBucket {
  readonly site: SiteLocation;
  readonly #s3: S3Client;
  readonly #bulk: BulkPut;
  readonly #large: LargeFiles;
  requests = 0;

  constructor(s3: S3Client, { bucket, prefix }: SiteLocation) {
    this.site = { bucket, prefix };
    this.#s3 = s3;
    this.#bulk = new BulkPut(s3);
    this.#large = new LargeFiles(s3, this.#bulk);
  }

  /** The whole listing, its pages in parallel; see `readListing`. */
  async list(expectation: Expectation, signal: AbortSignal): Promise<Map<string, ListedObject>> {
    const read: ReadPage = async ({ startAfter, next }) =>
      this.#send("list the site's bucket", undefined, () =>
        readListingPage(this.#s3, {
          Bucket: this.site.bucket,
          Prefix: this.site.prefix,
          ...(startAfter === undefined ? {} : { StartAfter: this.site.prefix + startAfter }),
          ...(next === undefined ? {} : { ContinuationToken: next }),
        }),
      );
    return readListing(read, expectation, signal);
  }

  /** Undefined where the object went away meanwhile. */
  async inspect(key: string): Promise<InspectedObject | undefined> {
    return this.#send("look at an object", key, async () => {
      try {
        const head = await this.#s3.send(
          new HeadObjectCommand({
            Bucket: this.site.bucket,
            Key: this.site.prefix + key,
            ChecksumMode: "ENABLED",
          }),
        );
        return { ...inspectedObject(head), $metadata: head.$metadata };
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw error;
      }
    });
  }

  /** Writes the object; S3 refuses bytes that do not hash to `file.sha256`. */
  async put(key: string, file: ServedFile, bytes: Uint8Array, signal: AbortSignal): Promise<Written> {
    const answer = await this.#send("upload a file", key, async () => {
      try {
        const request = {
          bucket: this.site.bucket,
          key: this.site.prefix + key,
          headers: uploadHeaders(file),
          body: bytes,
          payloadHash: file.sha256,
        };
        return await this.#bulk.put(request, signal);
      } catch (error) {
        throw isChangedFile(error) ? changedFile(key, error) : error;
      }
    });
    return writtenBy(answer.etag, answer);
  }

  /** Writes a large file from the disk; see `LargeFiles`. */
  async putLarge(
    key: string,
    file: ServedFile,
    from: Pick<LargePut, "path" | "crc32" | "onSent" | "signal">,
  ): Promise<Written> {
    const put = { ...from, bucket: this.site.bucket, key: this.site.prefix + key, file };
    const answer = await this.#send("upload a large file", key, async () => {
      try {
        const sent = await this.#large.put(put);
        return { ...sent, $metadata: { attempts: sent.requests } };
      } catch (error) {
        throw isChangedFile(error) ? changedFile(key, error) : error;
      }
    });
    return { etag: answer.etag, pushedBack: answer.pushedBack };
  }

  /** Has S3 copy an object of the release store, with the headers of `file`. */
  async copy(key: string, file: ServedFile, from: StoredObject): Promise<Written> {
    const answer = await this.#send(`copy s3://${from.bucket}/${from.key} to the site`, key, async () => {
      try {
        return await this.#copy(key, file, from, { ChecksumAlgorithm: "SHA256" });
      } catch (error) {
        throw (error as Error).name === "NoSuchKey" ? missingSource(from, error) : error;
      }
    });
    const found = sha256Of(answer.CopyObjectResult?.ChecksumSHA256);
    if (found !== undefined && found !== file.sha256) throw damagedSource(from, found, file.sha256);
    return writtenBy(answer.CopyObjectResult?.ETag, answer);
  }

  /**
   * Copies the object onto itself with other headers. Its ETag says that it has the right bytes. A new checksum is not asked
   * for: versitygw then keeps the one of nothing, and the SDK no longer reads the object. The hash becomes metadata instead.
   */
  async rewriteHeaders(key: string, file: ServedFile, etag: string): Promise<Written> {
    const itself = { bucket: this.site.bucket, key: this.site.prefix + key };
    const answer = await this.#send("give a file other headers", key, () =>
      this.#copy(key, file, itself, {
        CopySourceIfMatch: etag,
        Metadata: { ...file.metadata, [sha256Metadata]: file.sha256 },
      }),
    );
    return writtenBy(answer.CopyObjectResult?.ETag, answer);
  }

  #copy(
    key: string,
    file: ServedFile,
    from: StoredObject,
    more: Pick<CopyObjectCommandInput, "ChecksumAlgorithm" | "CopySourceIfMatch" | "Metadata">,
  ) {
    return this.#s3.send(
      new CopyObjectCommand({
        Bucket: this.site.bucket,
        Key: this.site.prefix + key,
        CopySource: `${from.bucket}/${from.key.split("/").map(encodeURIComponent).join("/")}`,
        MetadataDirective: "REPLACE",
        ...headerFields(file),
        ...more,
      }),
    );
  }

  /**
   * Deletes up to 1,000 objects, each only in the version given, unless the server knows no conditions. Returns what S3
   * refused, by key.
   */
  async remove(deletes: readonly Delete[], conditional = true): Promise<ReadonlyMap<string, string>> {
    const answer = await this.#send("delete objects", undefined, () =>
      this.#s3.send(
        new DeleteObjectsCommand({
          Bucket: this.site.bucket,
          Delete: {
            Quiet: true,
            Objects: deletes.map(({ key, etag }) => ({
              Key: this.site.prefix + key,
              ...(conditional ? { ETag: etag } : {}),
            })),
          },
        }),
      ),
    );
    // 200 OK says nothing about the keys: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
    const refused = (answer.Errors ?? []).filter(({ Code }) => Code !== "NoSuchKey");
    return new Map(
      refused.map(({ Key = "", Code = "", Message = "" }) => [
        Key.slice(this.site.prefix.length),
        `${Code}: ${Message}`,
      ]),
    );
  }

  async #send<T>(doing: string, key: string | undefined, call: () => Promise<T>): Promise<T> {
    const where = { bucket: this.site.bucket, ...(key === undefined ? {} : { key: this.site.prefix + key }) };
    try {
      const answer = await withS3Errors(doing, where, call);
      this.requests += attemptsOf(answer);
      return answer;
    } catch (error) {
      this.requests += attemptsOf((error as Error).cause);
      throw error;
    }
  }
}

function attemptsOf(answer: unknown): number {
  return (answer as { $metadata?: { attempts?: number } } | undefined)?.$metadata?.attempts ?? 1;
}

function writtenBy(etag: string | undefined, answer: unknown): Written {
  return { etag: etag ?? "", pushedBack: attemptsOf(answer) > 1 };
}
