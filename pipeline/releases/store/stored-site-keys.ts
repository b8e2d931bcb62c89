import { siteFilesOf } from "../../bundle/manifest.ts";
import { ActionError } from "../../kit/errors.ts";
import { listFolders } from "./listing.ts";
import type { Store } from "./objects.ts";
import { readReleaseManifest } from "./releases.ts";

/** More manifests than this are not read for the sake of old assets. */
const mostManifests = 100;

/**
 * Whether a site file of this key belongs to a release that the store has, and so to one that can be restored. Costs a
 * listing and a read per release; in a store that holds very many, every key counts as named.
 */
export async function storedSiteKeys(store: Store): Promise<(key: string) => boolean> {
  const ids = await listFolders(store, "releases/");
  if (ids.length > mostManifests) return () => true;
  const keys = new Set<string>();
  await Promise.all(
    ids.map(async (id) => {
      for (const key of await siteKeysOf(store, id)) keys.add(key);
    }),
  );
  return (key) => keys.has(key);
}

async function siteKeysOf(store: Store, id: string): Promise<readonly string[]> {
  try {
    return Object.keys(siteFilesOf(await readReleaseManifest(store, id)));
  } catch (error) {
    // Its manifest goes first when the store lets a release go.
    if (error instanceof ActionError && error.code === "ReleaseMissing") return [];
    throw error;
  }
}
