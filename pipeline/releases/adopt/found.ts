import type { ExpiryRules } from "./expiry-rules.ts";

/** An object in the bucket of the site. */
export interface FoundFile {
  readonly key: string;
  readonly bytes: number;
  readonly etag: string;
  /** Seconds since 1970. */
  readonly modifiedAt: number;
}

/** The version that an environment of Elastic Beanstalk runs, and what it was made of. */
export interface FoundApi {
  readonly label: string;
  readonly status: string;
  readonly health: string;
  readonly platform: string;
  readonly bundle: {
    readonly bucket: string;
    readonly key: string;
    /** Its size; in words why it could not be read. */
    readonly read: { readonly bytes: number; readonly modified: Date } | { readonly problem: string };
    /** Rules of its bucket that delete it. */
    readonly expiry: ExpiryRules;
  };
  /** What the environment is set to, in words, without any value that may be a secret. */
  readonly settings: readonly string[];
  /** The rules by which Elastic Beanstalk deletes versions, in words; what nobody could see says so. */
  readonly rules: readonly VersionRule[] | { readonly unseen: string };
}

export interface VersionRule {
  /** Such as `keeps 200 versions`. */
  readonly words: string;
  readonly deletesSource: boolean;
}

/** Names in `SequelizeMeta`; undefined where there is no such table. */
export type FoundRecords =
  | { readonly names: readonly string[] | undefined }
  /** Without an address nobody was to look. */
  | { readonly unseen: string; readonly hasAddress: boolean };

/** An environment that is live without the pipeline, as it was found. A tier that no input names is absent. */
export interface Found {
  readonly api?: FoundApi;
  readonly site?: { readonly bucket: string; readonly files: readonly FoundFile[] };
  readonly records: FoundRecords;
}

/** Something that stands in the way, and the way out. */
export interface Obstacle {
  readonly problem: string;
  readonly hint: string;
}
