// What the record of a site says, `site.json`: which files a sync put where. Keys are relative to the site's prefix.
import { optionalHeaders, type ServedFile } from "./served-file.ts";
import type { RecordedRules } from "./site-rules.ts";

/** A site's bucket, and the prefix of its keys: "" or a folder such as `docs/`. */
export interface SiteLocation {
  readonly bucket: string;
  readonly prefix: string;
}

export interface SiteRecord extends RecordContent {
  /** The site that it is of. */
  readonly site: SiteLocation;
  /** What this server was found to do with conditions; absent until it was tried. */
  readonly preconditions?: Preconditions;
}

/** What changes while a sync is under way. */
export interface RecordContent {
  /** Id of the release that the site shows; null where it is no part of one. */
  readonly release: string | null;
  /** The text of config.json, as it was asked for. */
  readonly config: string | null;
  readonly objects: ReadonlyMap<string, RecordedObject>;
  /** What the sync was told about the site; absent in records of older syncs. */
  readonly rules?: RecordedRules;
  /** Id of the CloudFront distribution in front of the bucket; absent where there is none. */
  readonly distribution?: string;
  /** Keys that the distribution may still have as they were before: an invalidation of them has not begun. */
  readonly stale?: readonly string[];
  /** There while the site is wholly as some sync wanted it, so that the same sync has nothing to do. */
  readonly completed?: CompletedSync;
  /**
   * Written before the first change and taken out by the last write: what a sync set out to put there. Found by a later
   * sync, it says that these may be in the bucket, and by our hand.
   */
  readonly unfinished?: UnfinishedSync;
}

export interface RecordedObject extends ServedFile {
  /** As S3 answered when it was written; an opaque token. */
  readonly etag: string;
  /** Since when no page of ours refers to it (ISO 8601); absent while it is part of the site. */
  readonly unreferencedSince?: string;
}

export interface CompletedSync {
  /** Of the site and the rules, see `siteDigest`. */
  readonly digest: string;
  /** When the first of the old assets may be deleted (ISO 8601); absent where there are none. */
  readonly until?: string;
}

/** The sync that is, or was, under way. */
export interface SyncMark {
  /** Address of the run. */
  readonly by: string;
  /** There while this attempt of the run holds the lease; see `lease.ts`. */
  readonly attempt?: number;
  readonly at: string;
}

export interface UnfinishedSync extends SyncMark {
  readonly objects: ReadonlyMap<string, ServedFile>;
}

export interface Preconditions {
  /** PutObject with `If-None-Match` and with `If-Match`. */
  readonly writes?: boolean;
  /** DeleteObjects with an `ETag` per key. */
  readonly deletes?: boolean;
}

/** Field by field: what is spread into an object takes a third more memory there, and there is one for each file. */
export function recordedObject(file: ServedFile, etag: string): RecordedObject {
  const { sha256, bytes, contentType, cacheControl } = file;
  return { sha256, bytes, contentType, cacheControl, etag, ...optionalHeaders(file) };
}
