import type { IncomingHttpHeaders } from "node:http";
import { AwsError } from "../../service.ts";
import { noSuchKey, notImplemented, preconditionFailed } from "../protocol/errors.ts";
import type { Bucket } from "../storage/bucket.ts";
import type { ObjectRecord } from "../storage/object-record.ts";

/** The four headers of a conditional read; copies bring them with the prefix `x-amz-copy-source-`. */
interface ReadConditions {
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
  readonly ifModifiedSince: string | undefined;
  readonly ifUnmodifiedSince: string | undefined;
}

export function readConditions(headers: IncomingHttpHeaders, prefix = ""): ReadConditions {
  const get = (name: string): string | undefined => headers[`${prefix}${name}`]?.toString();
  return {
    ifMatch: get("if-match"),
    ifNoneMatch: get("if-none-match"),
    ifModifiedSince: get("if-modified-since"),
    ifUnmodifiedSince: get("if-unmodified-since"),
  };
}

type ReadDecision = "serve" | "not-modified" | { readonly failed: string };

/** RFC 9110 section 13.2.2: If-Match outranks If-Unmodified-Since, If-None-Match outranks If-Modified-Since. */
export function decideRead(conditions: ReadConditions, etag: string, modified: Date): ReadDecision {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = conditions;
  if (ifMatch !== undefined) {
    if (!namesEtag(ifMatch, etag)) return { failed: "If-Match" };
  } else if (ifUnmodifiedSince !== undefined && modified.getTime() > Date.parse(ifUnmodifiedSince)) {
    return { failed: "If-Unmodified-Since" };
  }
  if (ifNoneMatch !== undefined) {
    if (namesEtag(ifNoneMatch, etag)) return "not-modified";
  } else if (ifModifiedSince !== undefined && modified.getTime() <= Date.parse(ifModifiedSince)) {
    return "not-modified";
  }
  return "serve";
}

/** True when the header, `*` or a list of entity tags with or without quotes, names the ETag. */
export function namesEtag(header: string, etag: string): boolean {
  return header
    .split(",")
    .map((one) => one.trim().replace(/^W\//, ""))
    .some((one) => one === "*" || one === etag || one === `"${etag}"`);
}

/**
 * A write that may depend on the object that it replaces. Opened before the body is read, so that what happens meanwhile
 * is noticed; `check` is called when the body is there, in the same turn as the change itself.
 */
export class WriteCondition implements Disposable {
  readonly #bucket: Bucket;
  readonly #key: string;
  readonly #ifMatch: string | undefined;
  readonly #ifNoneMatch: string | undefined;
  readonly #matchedAtStart: boolean;
  #deletedMeanwhile = false;

  constructor(bucket: Bucket, key: string, headers: IncomingHttpHeaders) {
    this.#bucket = bucket;
    this.#key = key;
    this.#ifMatch = headers["if-match"];
    this.#ifNoneMatch = headers["if-none-match"];
    if (this.#ifNoneMatch !== undefined && this.#ifNoneMatch !== "*") {
      throw notImplemented('If-None-Match with anything but "*" on a write; neither does S3');
    }
    if (this.#ifMatch !== undefined && this.#ifNoneMatch !== undefined) {
      throw notImplemented("If-Match and If-None-Match in one request; neither does S3");
    }
    if (this.#ifMatch === "*") throw notImplemented('If-Match with "*" on a write; neither does S3');
    this.#matchedAtStart = this.#matches(bucket.get(key));
    bucket.deletions.add(this.#onDelete);
  }

  /**
   * Throws what S3 documents for conditional writes: 412 when the condition does not hold; 404 when the object of an
   * If-Match is gone; 409 when the condition held at the start and a concurrent request spoilt it.
   * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
   */
  check(): void {
    const current = this.#bucket.get(this.#key);
    if (this.#ifNoneMatch !== undefined) {
      if (current !== undefined) throw preconditionFailed("If-None-Match");
      if (this.#deletedMeanwhile) throw conflict(this.#key);
    }
    if (this.#ifMatch !== undefined) {
      if (current === undefined) throw noSuchKey(this.#key);
      if (!this.#matches(current)) {
        throw this.#matchedAtStart ? conflict(this.#key) : preconditionFailed("If-Match");
      }
    }
  }

  [Symbol.dispose](): void {
    this.#bucket.deletions.delete(this.#onDelete);
  }

  readonly #onDelete = (key: string): void => {
    if (key === this.#key) this.#deletedMeanwhile = true;
  };

  #matches(object: ObjectRecord | undefined): boolean {
    return object !== undefined && this.#ifMatch !== undefined && namesEtag(this.#ifMatch, object.etag);
  }
}

function conflict(key: string): AwsError {
  return new AwsError(
    "ConditionalRequestConflict",
    409,
    "A conflicting operation occurred during the request. Try the request again.",
    { Key: key },
  );
}
