import type { AwsRequest, AwsResponse } from "../../service.ts";
import type { Bucket } from "../storage/bucket.ts";
import type { S3Store } from "../storage/store.ts";
import type { Address } from "./route.ts";

/** One S3 request, as its handler gets it: routed, and permitted to do what its operation names. */
export interface S3Call {
  readonly request: AwsRequest;
  readonly store: S3Store;
  readonly address: Address;
  readonly now: Date;
}

export interface BucketCall extends S3Call {
  readonly bucket: Bucket;
}

export type ServiceHandler = (call: S3Call) => Promise<AwsResponse>;
export type BucketHandler = (call: BucketCall) => Promise<AwsResponse>;
