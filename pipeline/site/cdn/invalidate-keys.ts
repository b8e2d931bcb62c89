import { ActionError } from "../../kit/errors.ts";
import { sha256 } from "../../kit/sha256.ts";
import { invalidationPaths, widestPath } from "./invalidation-paths.ts";
import type { SiteCache } from "./site-cache.ts";

export interface Invalidation {
  readonly id: string;
  readonly paths: readonly string[];
}

interface InvalidatingSync {
  readonly prefix: string;
  /** Whatever text; the same one invalidates once only. */
  readonly name: string;
  /** Whether something waits until the cache has forgotten. */
  readonly waits: boolean;
}

/**
 * Has the cache forget these keys below the prefix; once only for the same `sync`. Where it does not
 * take their paths it forgets the whole prefix: refused once, they would be refused for ever.
 */
export async function invalidateKeys(
  cache: SiteCache,
  keys: readonly string[],
  sync: InvalidatingSync,
): Promise<Invalidation> {
  const { prefix, name, waits } = sync;
  const forget = async (paths: readonly string[]): Promise<Invalidation> => {
    return { id: await cache.invalidate(paths, sha256(`${name}${paths.join(" ")}`), waits), paths };
  };
  try {
    return await forget(invalidationPaths(keys, prefix));
  } catch (error) {
    if (!(error instanceof ActionError) || (error.cause as Error).name !== "InvalidArgument") throw error;
    // Paths that were asked for besides may lie anywhere.
    return forget([keys.some((key) => key.startsWith("/")) ? "/*" : widestPath(prefix)]);
  }
}
