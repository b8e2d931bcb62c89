import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import type { Config } from "../config.ts";
import { imageTypeOf } from "./image-types.ts";

/** How long a presigned address works, and how long it stays the same so that browsers may cache what it names. */
export const presignedSeconds = 300;
export const stableSeconds = 100;

/** Every upload lies below it. */
export const uploadsPrefix = "users/";

/** What an upload will be, as far as the client says so beforehand. */
export interface Stated {
  readonly type?: string;
  readonly size?: number;
  /** The address works once: the request must have `If-None-Match: *`. */
  readonly once?: boolean;
}

export type Found =
  | { readonly kind: "found"; readonly size: number }
  | { readonly kind: "absent" }
  /** S3 did not say: it does not answer, or the role may not list the bucket. */
  | { readonly kind: "unknown" };

/** The private bucket of photos. Browsers reach it by presigned addresses only. */
export interface Storage {
  /** Where to PUT a file. What is stated is signed in: the request must then have that type and exactly that length. */
  uploadUrl(key: string, stated: Stated): Promise<string>;
  photoUrl(key: string): Promise<string>;
  find(key: string): Promise<Found>;
  /** Succeeds for a key that is not there. */
  remove(key: string): Promise<void>;
  /** Keys of the photos that are older than that, in pages of up to 1,000. Ends early where the bucket may not be listed. */
  keys(olderThanSeconds: number): AsyncGenerator<readonly string[]>;
  /** Why presigned addresses would not work; undefined when they do. */
  problem(): Promise<string | undefined>;
}

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** `credentials` only where the SDK's own chain (on Elastic Beanstalk: the instance profile) should not decide. */
export function createStorage(
  { region, bucket, endpoint }: Config["storage"],
  credentials?: AwsCredentials,
): Storage {
  const s3 = new S3Client({
    region,
    // Otherwise a presigned upload carries the checksum of an empty body (aws-sdk-js-v3#6994).
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    ...(credentials === undefined ? {} : { credentials }),
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
  });
  return {
    uploadUrl: (key, { type, size, once = false }) => {
      const command = new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        ContentType: type,
        ContentLength: size,
        ...(once ? { IfNoneMatch: "*" } : {}),
      });
      // By default the SDK fills in a content type, and signs it when it may: then no browser's own would be accepted.
      const signableHeaders = new Set(["host"]);
      if (type !== undefined) signableHeaders.add("content-type");
      if (size !== undefined) signableHeaders.add("content-length");
      if (once) signableHeaders.add("if-none-match");
      return getSignedUrl(s3, command, { expiresIn: presignedSeconds, signableHeaders });
    },
    photoUrl: (key) => {
      const command = new GetObjectCommand({
        Bucket: bucket,
        Key: key,
        ResponseContentType: imageTypeOf(key),
        ResponseCacheControl: `private, max-age=${presignedSeconds}`,
      });
      const window = stableSeconds * 1000;
      const signingDate = new Date(Math.floor(Date.now() / window) * window);
      return getSignedUrl(s3, command, { expiresIn: presignedSeconds, signingDate });
    },
    async find(key) {
      try {
        const { ContentLength = 0 } = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }), {
          abortSignal: AbortSignal.timeout(5_000),
        });
        return { kind: "found", size: ContentLength };
      } catch (error) {
        return { kind: error instanceof Error && error.name === "NotFound" ? "absent" : "unknown" };
      }
    },
    async remove(key) {
      await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }), {
        abortSignal: AbortSignal.timeout(5_000),
      });
    },
    async *keys(olderThanSeconds) {
      const before = Date.now() - olderThanSeconds * 1000;
      const listing = { Bucket: bucket, Prefix: uploadsPrefix };
      for (let token: string | undefined, isFirst = true; isFirst || token !== undefined; isFirst = false) {
        const page = await s3
          .send(new ListObjectsV2Command({ ...listing, ContinuationToken: token }), {
            abortSignal: AbortSignal.timeout(10_000),
          })
          .catch((error: Error) => {
            if (error.name === "AccessDenied") return undefined;
            throw error;
          });
        const old = (page?.Contents ?? []).filter(({ LastModified }) => Number(LastModified) < before);
        if (old.length > 0) yield old.map(({ Key = "" }) => Key);
        token = page?.NextContinuationToken;
      }
    },
    async problem() {
      try {
        await s3.config.credentials();
        return undefined;
      } catch {
        return "no AWS credentials: give the instance a role (instance profile) that may use the bucket";
      }
    },
  };
}
