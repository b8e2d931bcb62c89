import { type XmlContent, xmlDocument } from "../../xml.ts";
import { storageClassOf } from "../objects/placement.ts";
import { invalidArgument } from "../protocol/errors.ts";
import { integerParameter, s3Namespace } from "../protocol/parameters.ts";
import type { BucketHandler } from "../requests/call.ts";
import type { Bucket } from "../storage/bucket.ts";
import { listKeys } from "./key-listing.ts";

const pageLimit = 1000;

export const listObjectsV2: BucketHandler = async ({ request, bucket }) => {
  const { query } = request;
  if (query.get("list-type") !== "2") {
    throw invalidArgument(
      "Invalid List Type specified in Request",
      "list-type",
      query.get("list-type") ?? "",
    );
  }
  const token = query.get("continuation-token");
  const startAfter = query.get("start-after") ?? "";
  const from = token === null ? { text: startAfter, isPrefix: false } : decodeToken(token);
  const { prefix, delimiter, maxKeys } = listParameters(query);
  const encode = urlEncoder(query);
  const listing = listKeys(bucket.keys, {
    prefix,
    delimiter,
    after: from.text,
    afterWholePrefix: from.isPrefix,
    maxKeys,
  });
  const withOwner = query.get("fetch-owner") === "true";
  return {
    status: 200,
    headers: { "Content-Type": "application/xml" },
    body: xmlDocument("ListBucketResult", s3Namespace, {
      Name: bucket.name,
      Prefix: encode(prefix),
      Delimiter: delimiter === "" ? undefined : encode(delimiter),
      StartAfter: startAfter === "" ? undefined : encode(startAfter),
      ContinuationToken: token ?? undefined,
      NextContinuationToken: listing.isTruncated && listing.last ? encodeToken(listing.last) : undefined,
      KeyCount: listing.keys.length + listing.commonPrefixes.length,
      MaxKeys: maxKeys,
      EncodingType: query.get("encoding-type") ?? undefined,
      IsTruncated: listing.isTruncated,
      Contents: listing.keys.map((key) => describe(bucket, key, encode, withOwner ? request.accountId : "")),
      CommonPrefixes: listing.commonPrefixes.map((one) => ({ Prefix: encode(one) })),
    }),
  };
};

export const listObjects: BucketHandler = async ({ request, bucket }) => {
  const { query } = request;
  const { prefix, delimiter, maxKeys } = listParameters(query);
  const marker = query.get("marker") ?? "";
  const encode = urlEncoder(query);
  const listing = listKeys(bucket.keys, {
    prefix,
    delimiter,
    after: marker,
    afterWholePrefix: delimiter !== "" && marker.endsWith(delimiter),
    maxKeys,
  });
  return {
    status: 200,
    headers: { "Content-Type": "application/xml" },
    body: xmlDocument("ListBucketResult", s3Namespace, {
      Name: bucket.name,
      Prefix: encode(prefix),
      Marker: encode(marker),
      // Only sent with a delimiter; otherwise the last key is the next marker.
      NextMarker:
        listing.isTruncated && delimiter !== "" && listing.last ? encode(listing.last.text) : undefined,
      MaxKeys: maxKeys,
      Delimiter: delimiter === "" ? undefined : encode(delimiter),
      EncodingType: query.get("encoding-type") ?? undefined,
      IsTruncated: listing.isTruncated,
      Contents: listing.keys.map((key) => describe(bucket, key, encode, request.accountId)),
      CommonPrefixes: listing.commonPrefixes.map((one) => ({ Prefix: encode(one) })),
    }),
  };
};

/** What `encoding-type=url` does to keys; XML 1.0 cannot carry every character of a key. */
export function urlEncoder(query: URLSearchParams): (text: string) => string {
  const type = query.get("encoding-type");
  if (type === null) return (text) => text;
  if (type !== "url")
    throw invalidArgument("Invalid Encoding Method specified in Request", "encoding-type", type);
  return (text) => encodeURIComponent(text).replaceAll("%2F", "/");
}

export function listParameters(query: URLSearchParams): {
  prefix: string;
  delimiter: string;
  maxKeys: number;
} {
  return {
    prefix: query.get("prefix") ?? "",
    delimiter: query.get("delimiter") ?? "",
    maxKeys: Math.min(pageLimit, integerParameter(query, "max-keys", pageLimit)),
  };
}

function describe(bucket: Bucket, key: string, encode: (text: string) => string, owner: string): XmlContent {
  const object = bucket.get(key);
  if (object === undefined)
    throw new Error(`key "${key}" is in the listing of "${bucket.name}" but has no object`);
  return {
    Key: encode(key),
    LastModified: object.modified,
    ETag: `"${object.etag}"`,
    ChecksumAlgorithm: object.checksum?.algorithm,
    ChecksumType: object.checksum?.type,
    Size: object.size,
    StorageClass: storageClassOf(object),
    Owner: owner === "" ? undefined : { ID: owner },
  };
}

/** Opaque to clients: where the page ended. */
function encodeToken(last: { readonly text: string; readonly isPrefix: boolean }): string {
  return Buffer.from(`${last.isPrefix ? "p" : "k"}${last.text}`).toString("base64url");
}

function decodeToken(token: string): { text: string; isPrefix: boolean } {
  const text = Buffer.from(token, "base64url").toString("utf8");
  if (!/^[kp]/.test(text)) {
    throw invalidArgument("The continuation token provided is incorrect", "continuation-token", token);
  }
  return { text: text.slice(1), isPrefix: text.startsWith("p") };
}
