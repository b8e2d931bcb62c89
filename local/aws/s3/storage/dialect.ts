import { randomBytes } from "node:crypto";
import type { AwsRequest } from "../../service.ts";
import { notImplemented } from "../protocol/errors.ts";
import { compareKeys } from "./sorted-keys.ts";

/** In what an S3-compatible server differs from Amazon's. */
export interface Dialect {
  /** If-Match and If-None-Match of writes: `ignored` as by servers older than they are, `refused` with NotImplemented. */
  readonly preconditions: "honoured" | "ignored" | "refused";
  /** `opaque`: another one for every write, as under SSE-KMS. */
  readonly etags: "md5" | "opaque";
  /** `folders-first`: "/" before all other characters, as servers list that walk a file system. */
  readonly listing: "bytes" | "folders-first";
}

export const amazon: Dialect = { preconditions: "honoured", etags: "md5", listing: "bytes" };

export function newEtag({ etags }: Dialect, md5: string): string {
  return etags === "md5" ? md5 : randomBytes(16).toString("hex");
}

export function keyOrder({ listing }: Dialect): (left: string, right: string) => number {
  if (listing === "bytes") return compareKeys;
  return (left, right) => compareKeys(left.replaceAll("/", "\0"), right.replaceAll("/", "\0"));
}

/** The request as the server understands it. Throws NotImplemented for a conditional write that it refuses. */
export function understood(request: AwsRequest, { preconditions }: Dialect): AwsRequest {
  const { "if-match": ifMatch, "if-none-match": ifNoneMatch, ...headers } = request.headers;
  const isRead = request.method === "GET" || request.method === "HEAD";
  if (preconditions === "honoured" || isRead || (ifMatch ?? ifNoneMatch) === undefined) return request;
  if (preconditions === "refused") throw notImplemented("conditional writes");
  return Object.assign(Object.create(request) as AwsRequest, { headers });
}
