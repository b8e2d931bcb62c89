import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { AwsError } from "../../service.ts";
import { noSuchBucket } from "../protocol/errors.ts";
import { Bucket } from "./bucket.ts";
import { blockAllPublicAccess } from "./bucket-configuration.ts";
import { amazon, type Dialect } from "./dialect.ts";

/** The buckets of the account, each in a folder of its own under `<directory>/buckets`. */
export class S3Store {
  readonly #directory: string;
  readonly #dialect: Dialect;
  readonly #buckets = new Map<string, Bucket>();

  constructor(directory: string, dialect = amazon) {
    this.#directory = directory;
    this.#dialect = dialect;
    mkdirSync(join(directory, "buckets"), { recursive: true });
    // Half-made and half-deleted buckets of a killed process.
    rmSync(join(directory, "unfinished"), { recursive: true, force: true });
    mkdirSync(join(directory, "unfinished"));
    for (const name of readdirSync(join(directory, "buckets"))) {
      const folder = join(directory, "buckets", name);
      if (Bucket.isBucket(folder)) this.#buckets.set(name, new Bucket(name, folder, dialect));
    }
  }

  /** Sorted by name. */
  list(): readonly Bucket[] {
    return [...this.#buckets.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  find(name: string): Bucket | undefined {
    return this.#buckets.get(name);
  }

  /** Throws NoSuchBucket. */
  bucket(name: string): Bucket {
    const bucket = this.#buckets.get(name);
    if (bucket === undefined) throw noSuchBucket(name);
    return bucket;
  }

  /** Throws InvalidBucketName. The bucket must not exist. */
  create(name: string, now: Date): Bucket {
    checkBucketName(name);
    const unfinished = this.#unfinished();
    mkdirSync(unfinished);
    Bucket.prepare(unfinished, wholeSeconds(now));
    const folder = join(this.#directory, "buckets", name);
    renameSync(unfinished, folder);
    const bucket = new Bucket(name, folder, this.#dialect);
    bucket.configure({ publicAccessBlock: blockAllPublicAccess });
    this.#buckets.set(name, bucket);
    return bucket;
  }

  /** Throws BucketNotEmpty. Unfinished multipart uploads go with the bucket. */
  delete(bucket: Bucket): void {
    if (!bucket.isEmpty) {
      const left = bucket.keys.length > 0 ? "" : ". You must delete all versions in the bucket.";
      throw new AwsError("BucketNotEmpty", 409, `The bucket you tried to delete is not empty${left}`, {
        BucketName: bucket.name,
      });
    }
    bucket.close();
    this.#buckets.delete(bucket.name);
    const unfinished = this.#unfinished();
    renameSync(join(this.#directory, "buckets", bucket.name), unfinished);
    rmSync(unfinished, { recursive: true, force: true });
  }

  close(): void {
    for (const bucket of this.#buckets.values()) bucket.close();
  }

  #unfinished(): string {
    return join(this.#directory, "unfinished", randomBytes(8).toString("hex"));
  }
}

/** S3 keeps times in whole seconds. */
export function wholeSeconds(date: Date): string {
  return new Date(Math.floor(date.getTime() / 1000) * 1000).toISOString();
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
function checkBucketName(name: string): void {
  const valid =
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) &&
    !name.includes("..") &&
    !/^\d+\.\d+\.\d+\.\d+$/.test(name) &&
    !/^(xn--|sthree-|amzn-s3-demo-)/.test(name) &&
    !/(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/.test(name);
  if (!valid) {
    throw new AwsError("InvalidBucketName", 400, "The specified bucket is not valid.", { BucketName: name });
  }
}
