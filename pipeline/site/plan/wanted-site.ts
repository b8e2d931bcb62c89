import type { ServedFile } from "./served-file.ts";

/** What the bucket should hold. */
export interface WantedSite {
  /** For messages. */
  readonly name: string;
  /** Before each key in the bucket. */
  readonly prefix: string;
  readonly files: ReadonlyMap<string, ServedFile>;
  readonly release: string | null;
  readonly config: string | null;
  /** Id of the CloudFront distribution in front of the bucket; absent where there is none. */
  readonly distribution?: string;
}
