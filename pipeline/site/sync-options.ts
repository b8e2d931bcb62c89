// What a sync is told: what the site should be, where it goes, and whose sync it is.
import type { S3Client } from "@aws-sdk/client-s3";
import type { Clock } from "../kit/clock.ts";
import type { Runner } from "../kit/runner.ts";
import type { Caching } from "./cdn/site-cache.ts";
import type { SiteLocation } from "./plan/site-record.ts";
import type { SiteRules } from "./plan/site-rules.ts";
import type { RecordLocation } from "./record/record-location.ts";
import type { GeneratedFiles } from "./source/generated-files.ts";
import type { SiteSource } from "./source/site-source.ts";

export interface SyncOptions {
  readonly content: SiteContent;
  readonly target: SyncTarget;
  readonly owner: SyncOwner;
  /** Undefined for those of the last sync, without a limit to deletes. */
  readonly rules: SiteRules | undefined;
  /**
   * What tells whether there is anything to do: the bucket itself, as where this is absent, or the record alone, which
   * does not see what others changed by hand.
   */
  readonly compare?: "bucket" | "record";
  /**
   * Whether releases that can still be restored name a file. Asked only where the time of some old asset is over; without
   * it, time alone decides.
   */
  readonly stillNamed?: StillNamed;
  /** Plans and shows, and changes nothing. */
  readonly dryRun: boolean;
}

/** What the site should be. */
interface SiteContent extends GeneratedFiles {
  /** A promise is awaited while S3 is being asked. */
  readonly source: SiteSource | Promise<SiteSource>;
  /** Keys that the bucket is likely to have, sorted, where they are known before the source is: its listing is read by them. */
  readonly likelyKeys?: readonly string[];
}

/** Where the site goes. */
export interface SyncTarget extends SiteLocation {
  /** Reaches the site's bucket, the record and, for a release, the release store. */
  readonly s3: S3Client;
  readonly record: RecordLocation;
  readonly caching?: Caching;
}

/** Whose sync it is, and what keeps others away meanwhile. */
export interface SyncOwner {
  /** For whoever finds the sync under way or unfinished; an address of a run. */
  readonly by: string;
  /** Takes the site's lease as this attempt of the run; without it somebody else keeps other syncs away. */
  readonly leaseAttempt?: number;
  /** Awaited before the first change, when there is one; a rejection leaves the site as it is. */
  readonly beforeChange?: (before: SiteBefore) => Promise<void>;
}

/** The site as it was before: what `syncSite` needs, with that release as source, to put it back. */
export type SiteBefore = {
  readonly bucket: string;
  readonly prefix: string;
  /** Id of the release that the site showed; null where it showed none. */
  readonly release: string | null;
  readonly config: string | null;
};

export type StillNamed = () => Promise<(key: string) => boolean>;

/** What a sync needs of the machine that runs it. */
export interface SyncServices {
  readonly runner: Pick<Runner, "info" | "group" | "warning">;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}
