import { sha256 } from "../../kit/sha256.ts";
import { invalidationPaths } from "./invalidation-paths.ts";
import type { SiteCache } from "./site-cache.ts";

export interface Invalidation {
  readonly id: string;
  readonly paths: readonly string[];
}

/** Has the cache forget these keys below the prefix; once only for the same `sync`, whatever text that is. */
export async function invalidateKeys(
  cache: SiteCache,
  keys: readonly string[],
  prefix: string,
  sync: string,
): Promise<Invalidation> {
  const paths = invalidationPaths(keys, prefix);
  return { id: await cache.invalidate(paths, sha256(`${sync}${paths.join(" ")}`)), paths };
}
