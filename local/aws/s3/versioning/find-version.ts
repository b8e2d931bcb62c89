import { AwsError } from "../../service.ts";
import { invalidArgument } from "../protocol/errors.ts";
import type { Bucket } from "../storage/bucket.ts";
import type { ObjectRecord } from "../storage/object-record.ts";
import { type DeleteMarker, idOf, type Version } from "../storage/versions.ts";

/** The id by which requests name a version. Throws InvalidArgument for what cannot be one. */
export function parseVersionId(text: string): string | undefined {
  if (text === "null") return undefined;
  if (/^[\w.-]{32}$/.test(text)) return text;
  throw invalidArgument("Invalid version id specified", "versionId", text);
}

export function findVersion(bucket: Bucket, key: string, text: string): Version | undefined {
  const id = parseVersionId(text);
  return [...bucket.versionsOf(key)].find(({ version }) => idOf(version) === id)?.version;
}

/**
 * The object of a version. Throws NoSuchVersion, and for a delete marker MethodNotAllowed:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html
 */
export function versionedObject(bucket: Bucket, key: string, versionId: string): ObjectRecord {
  const version = findVersion(bucket, key, versionId);
  if (version === undefined) {
    throw new AwsError("NoSuchVersion", 404, "The specified version does not exist.", {
      Key: key,
      VersionId: versionId,
    });
  }
  if (version.kind === "object") return version.object;
  throw new AwsError(
    "MethodNotAllowed",
    405,
    "The specified method is not allowed against this resource.",
    { Method: "GET", ResourceType: "DeleteMarker" },
    {
      Allow: "DELETE",
      "Last-Modified": new Date(version.marker.modified).toUTCString(),
      ...markerHeaders(version.marker),
    },
  );
}

/** What answers about a key whose latest version is a marker say of it; nothing where it is none. */
export function latestMarkerHeaders(bucket: Bucket, key: string): Record<string, string> {
  const [latest] = bucket.versionsOf(key);
  return latest?.version.kind === "marker" ? markerHeaders(latest.version.marker) : {};
}

export function markerHeaders({ versionId }: DeleteMarker): Record<string, string> {
  return { "x-amz-delete-marker": "true", "x-amz-version-id": versionId ?? "null" };
}

/** Which version an answer is about; buckets that never had versions say nothing. */
export function versionHeader(bucket: Bucket, { versionId }: ObjectRecord): Record<string, string> {
  return bucket.isVersioned ? { "x-amz-version-id": versionId ?? "null" } : {};
}
