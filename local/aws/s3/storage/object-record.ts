import type { Checksum } from "../checksums/checksums.ts";
import type { BodyPart } from "./bodies.ts";

/** What a writer says about an object besides its bytes. */
export interface ObjectAttributes {
  /** Content-Type, Cache-Control …, by lower-case name; values as Node reads header bytes. */
  readonly headers: Readonly<Record<string, string>>;
  /** `x-amz-meta-*`, without the prefix. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface ObjectRecord extends ObjectAttributes {
  readonly key: string;
  /** Without quotes. */
  readonly etag: string;
  readonly size: number;
  /** ISO 8601, whole seconds. */
  readonly modified: string;
  readonly parts: readonly BodyPart[];
  readonly checksum: Checksum | undefined;
  /** Undefined for the version "null", which all objects are that were made without versioning. */
  readonly versionId?: string;
  /** The multipart upload that made it: completing it again answers the same. */
  readonly uploadId?: string;
}
