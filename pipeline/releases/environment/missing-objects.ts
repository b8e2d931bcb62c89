import { type Manifest, siteFilesOf } from "../../bundle/manifest.ts";
import { AdaptiveLimit, forEachLimited } from "../../kit/adaptive-limit.ts";
import { keys } from "../store/keys.ts";
import { listObjects } from "../store/listing.ts";
import { migrationsKey } from "../store/migrations-archive.ts";
import { hasObject, type Store } from "../store/objects.ts";

/** From how many site files on sixteen listings, one for each first digit, are fewer requests than one for each file. */
const listedFrom = 48;

/**
 * The keys that the store lacks of what going back to a release needs: API bundle, migrations and every site file, where it has them; sorted,
 * empty where all is there. Takes two or three round trips, whatever the number of files.
 */
export async function missingObjects(
  store: Store,
  manifest: Manifest,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const blobs = [...new Set(Object.values(siteFilesOf(manifest)).map(({ sha256 }) => keys.blob(sha256)))];
  const byListing = blobs.length >= listedFrom;
  const [asked, unlisted] = await Promise.all([
    missingByName(store, [...parts(manifest), ...(byListing ? [] : blobs)], signal),
    byListing ? missingByListing(store, blobs) : [],
  ]);
  return [...asked, ...unlisted].sort();
}

/**
 * As `missingObjects`, without the site files: two requests. They are taken out of the store only with a release that is
 * not live, so asking for each of the live one's before every deploy would be for nothing; a rollback does ask.
 */
export async function missingParts(
  store: Store,
  manifest: Manifest,
  signal: AbortSignal,
): Promise<readonly string[]> {
  return missingByName(store, parts(manifest), signal);
}

function parts(manifest: Manifest): readonly string[] {
  const { id, api, migrations } = manifest;
  return [...new Set([...(api ? [keys.api(id)] : []), ...(migrations ? [migrationsKey(manifest)] : [])])];
}

async function missingByName(
  store: Store,
  names: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const missing: string[] = [];
  await forEachLimited(names, new AdaptiveLimit(32, 64), signal, async (key) => {
    if (!(await hasObject(store, key))) missing.push(key);
    return { pushedBack: false };
  });
  return missing;
}

async function missingByListing(store: Store, blobs: readonly string[]): Promise<readonly string[]> {
  const listed = await Promise.all(
    [..."0123456789abcdef"].map((digit) => listObjects(store, keys.blob(digit))),
  );
  const there = new Set(listed.flat().map(({ key }) => key));
  return blobs.filter((key) => !there.has(key));
}
