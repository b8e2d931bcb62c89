/** What lies between the bucket and its visitors, and remembers what it was given. */
export interface SiteCache {
  /**
   * Makes it forget these paths, and waits for that where something `waits` or the site's owner does; returns the invalidation's id. The same reference with the same paths does so once only.
   * Throws `AccessDenied`, `DistributionNotFound`, `InvalidationRefused` or `ServiceUnavailable`.
   */
  invalidate(paths: readonly string[], reference: string, waits: boolean): Promise<string>;
}

/** What may lie between a bucket and its visitors. */
export interface Caching {
  /** Id of the CloudFront distribution, "" for none; undefined for the one that the record names. */
  readonly distribution: string | undefined;
  open(distribution: string): Promise<SiteCache>;
}
