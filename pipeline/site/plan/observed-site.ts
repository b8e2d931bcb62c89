import type { ServedHeaders } from "./served-file.ts";
import type { SiteRecord } from "./site-record.ts";

/** What the record and the bucket say before a sync. */
export interface ObservedSite {
  readonly record?: SiteRecord;
  /** When the record was written, by S3's clock: whatever is younger was not written by the sync that wrote it. */
  readonly recordedAt: Date;
  readonly objects: ReadonlyMap<string, ListedObject>;
  readonly inspected: ReadonlyMap<string, InspectedObject>;
  /** Whether a release that can be restored names the key; absent where no asset's time is over, or there are no releases. */
  readonly isStillNamed?: (key: string) => boolean;
}

/** An object as the bucket lists it. */
export interface ListedObject {
  readonly etag: string;
  readonly bytes: number;
  /** In whole seconds since 1970, which is all that S3 tells. */
  readonly modifiedAt: number;
}

/** An object that the record does not vouch for, looked at closely. */
export interface InspectedObject extends ServedHeaders {
  /** Absent where whoever wrote it gave S3 no SHA-256. */
  readonly sha256?: string;
  /** The hash is what whoever wrote it says of it, and S3 has not compared it with the bytes. */
  readonly isClaimed?: boolean;
  /** Its ETag is no MD5, as under SSE-KMS. */
  readonly hasOpaqueEtag?: boolean;
  /** Visitors get headers with it that this action never sets, such as `Expires`. */
  readonly hasForeignHeaders?: boolean;
}
