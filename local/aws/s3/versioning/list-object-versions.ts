import { xmlDocument } from "../../xml.ts";
import { listKeys } from "../listing/key-listing.ts";
import { listParameters, urlEncoder } from "../listing/list-objects.ts";
import { storageClassOf } from "../objects/placement.ts";
import { invalidArgument } from "../protocol/errors.ts";
import { s3Namespace } from "../protocol/parameters.ts";
import type { BucketHandler } from "../requests/call.ts";
import type { Bucket } from "../storage/bucket.ts";
import { idOf, type Version } from "../storage/versions.ts";

interface Listed {
  readonly key: string;
  readonly version: Version;
  readonly isLatest: boolean;
}

/**
 * Versions and delete markers by key, those of a key newest first:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
 */
export const listObjectVersions: BucketHandler = async ({ request, bucket }) => {
  const { query } = request;
  const { prefix, delimiter, maxKeys } = listParameters(query);
  const keyMarker = query.get("key-marker") ?? "";
  const versionMarker = query.get("version-id-marker") ?? "";
  if (versionMarker !== "" && keyMarker === "") {
    throw invalidArgument(
      "A version-id marker cannot be specified without a key marker.",
      "version-id-marker",
      versionMarker,
    );
  }
  const encode = urlEncoder(query);
  const sorted = bucket.versionedKeys();
  const left = versionMarker === "" ? [] : after(bucket, keyMarker, versionMarker);
  const listing = listKeys(sorted, {
    prefix,
    delimiter,
    after: keyMarker,
    afterWholePrefix: delimiter !== "" && keyMarker.endsWith(delimiter),
    maxKeys,
  });
  const found = [...listing.keys, ...listing.commonPrefixes].sort(sorted.compare);
  const prefixes = new Set(listing.commonPrefixes);
  const all: (Listed | string)[] = [...left];
  for (const one of found) all.push(...(prefixes.has(one) ? [one] : listedOf(bucket, one)));
  const page = all.slice(0, maxKeys);
  const isTruncated = maxKeys > 0 && (all.length > page.length || listing.isTruncated);
  const last = isTruncated ? page.at(-1) : undefined;
  const next = typeof last === "string" ? last : last?.key;
  const shown = page.filter((one) => typeof one !== "string");
  const owner = { ID: request.accountId };
  return {
    status: 200,
    headers: { "Content-Type": "application/xml" },
    body: xmlDocument("ListVersionsResult", s3Namespace, {
      Name: bucket.name,
      Prefix: encode(prefix),
      KeyMarker: encode(keyMarker),
      VersionIdMarker: versionMarker,
      NextKeyMarker: next === undefined ? undefined : encode(next),
      NextVersionIdMarker: typeof last === "object" ? (idOf(last.version) ?? "null") : undefined,
      MaxKeys: maxKeys,
      Delimiter: delimiter === "" ? undefined : encode(delimiter),
      EncodingType: query.get("encoding-type") ?? undefined,
      IsTruncated: isTruncated,
      Version: shown.flatMap(({ key, version, isLatest }) =>
        version.kind === "marker"
          ? []
          : {
              Key: encode(key),
              VersionId: idOf(version) ?? "null",
              IsLatest: isLatest,
              LastModified: version.object.modified,
              ETag: `"${version.object.etag}"`,
              ChecksumAlgorithm: version.object.checksum?.algorithm,
              ChecksumType: version.object.checksum?.type,
              Size: version.object.size,
              StorageClass: storageClassOf(version.object),
              Owner: owner,
            },
      ),
      DeleteMarker: shown.flatMap(({ key, version, isLatest }) =>
        version.kind === "object"
          ? []
          : {
              Key: encode(key),
              VersionId: idOf(version) ?? "null",
              IsLatest: isLatest,
              LastModified: version.marker.modified,
              Owner: owner,
            },
      ),
      CommonPrefixes: page.filter((one) => typeof one === "string").map((one) => ({ Prefix: encode(one) })),
    }),
  };
};

function listedOf(bucket: Bucket, key: string): readonly Listed[] {
  return [...bucket.versionsOf(key)].map((one) => ({ key, ...one }));
}

/** The versions of a key that are older than this one. */
function after(bucket: Bucket, key: string, versionId: string): readonly Listed[] {
  const all = listedOf(bucket, key);
  const index = all.findIndex(({ version }) => (idOf(version) ?? "null") === versionId);
  return index < 0 ? [] : all.slice(index + 1);
}
