import { attemptsBackwards } from "../store/history.ts";
import { listObjects } from "../store/listing.ts";
import { readLive } from "../store/live.ts";
import type { Store } from "../store/objects.ts";
import type { Needs, StoredRelease } from "./retention-plan.ts";

/** Every release in the store, whole or not. */
export async function listReleases(store: Store): Promise<readonly StoredRelease[]> {
  const releases = new Map<string, { id: string; keys: string[]; modified: Date }>();
  for (const { key, modified } of await listObjects(store, "releases/")) {
    const [, id = ""] = key.split("/");
    const known = releases.get(id) ?? { id, keys: [], modified };
    known.keys.push(key);
    if (modified > known.modified) known.modified = modified;
    releases.set(id, known);
  }
  return [...releases.values()];
}

/**
 * What an environment needs of the store, where `complete` are the ids of the releases that are there whole. Throws
 * `LedgerDamaged` where the ledger cannot be believed: then nothing is taken out.
 */
export async function needsOf(
  store: Store,
  environment: string,
  keep: number,
  complete: ReadonlySet<string>,
): Promise<Needs> {
  const live = (await readLive(store, environment))?.live ?? null;
  const wasLive = new Set<string>();
  const unfinished: string[] = [];
  const attempts = attemptsBackwards(store, environment, live?.seq ?? 1, (problem) => {
    throw problem;
  });
  for await (const { begin, end } of attempts) {
    if (!end) unfinished.push(begin.releaseId, begin.live?.releaseId ?? begin.releaseId);
    if (end?.outcome === "live" && complete.has(begin.releaseId)) wasLive.add(begin.releaseId);
    if (wasLive.size === keep || wasLive.size === complete.size) break;
  }
  return {
    environment,
    liveReleaseId: live?.releaseId ?? null,
    previousReleaseId: live?.previousReleaseId ?? null,
    wasLive: [...wasLive],
    unfinished,
  };
}
