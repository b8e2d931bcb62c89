import type { Placement, ServedFile } from "./served-file.ts";

/** What the bucket should hold. */
export interface WantedSite {
  /** For messages. */
  readonly name: string;
  /** Before each key in the bucket. */
  readonly prefix: string;
  readonly files: ReadonlyMap<string, ServedFile>;
  readonly release: string | null;
  /** Of a release that was taken over: what lies there and no sync put there stays as it is, and nobody's. */
  readonly isAdopted?: boolean;
  readonly config: string | null;
  /** Id of the CloudFront distribution in front of the bucket; absent where there is none. */
  readonly distribution?: string;
}

/** The site, all of whose files are stored like that. */
export function placed(site: WantedSite, placement: Placement = {}): WantedSite {
  if (Object.keys(placement).length === 0) return site;
  return { ...site, files: new Map([...site.files].map(([key, file]) => [key, { ...file, ...placement }])) };
}
