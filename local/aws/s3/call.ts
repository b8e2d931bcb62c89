import type { AwsRequest, AwsResponse } from "../service.ts";
import type { Bucket } from "./bucket.ts";
import { invalidArgument } from "./errors.ts";
import type { Address } from "./route.ts";
import type { S3Store } from "./store.ts";

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

export const s3Namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

export function header(request: AwsRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(",") : value;
}

/** A whole number from the query. Throws InvalidArgument. */
export function integerParameter(
  query: URLSearchParams,
  name: string,
  fallback: number,
  min = 0,
  max = 2147483647,
): number {
  const text = query.get(name);
  if (text === null || text === "") return fallback;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min || value > max) {
    throw invalidArgument(`Argument ${name} must be an integer between ${min} and ${max}`, name, text);
  }
  return value;
}
