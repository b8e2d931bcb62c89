import type { BucketConfiguration } from "../storage/bucket-configuration.ts";
import type { S3Store } from "../storage/store.ts";
import { setPolicy } from "./configuration-operations.ts";

/** What a template would declare for a bucket. */
export interface BucketOptions {
  readonly name: string;
  readonly website?: BucketConfiguration["website"];
  readonly cors?: BucketConfiguration["cors"];
  /** A policy document. A public one needs `publicAccessBlock: null`. */
  readonly policy?: unknown;
  /** Absent: as every new bucket has it, all blocked. null: none. */
  readonly publicAccessBlock?: BucketConfiguration["publicAccessBlock"] | null;
}

/** Creates the bucket if it is missing, and sets what is given; doing it twice changes nothing. Throws for a bad policy. */
export function provisionBucket(store: S3Store, options: BucketOptions, now: Date): void {
  const bucket = store.find(options.name) ?? store.create(options.name, now);
  const { website, cors, publicAccessBlock, policy } = options;
  bucket.configure({
    ...(website === undefined ? {} : { website }),
    ...(cors === undefined ? {} : { cors }),
    ...(publicAccessBlock === undefined ? {} : { publicAccessBlock: publicAccessBlock ?? undefined }),
  });
  if (policy !== undefined) setPolicy(bucket, JSON.stringify(policy));
}
