import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { apiFile, formatManifest, type Manifest, siteFilesOf } from "../../bundle/manifest.ts";
import { ActionError } from "../../kit/errors.ts";
import { sha256 } from "../../kit/sha256.ts";
import { keys } from "../store/keys.ts";
import { packMigrations } from "../store/migrations-archive.ts";
import { createBytes, readBytes, type Store } from "../store/objects.ts";
import { uploadBlobs } from "./upload-blobs.ts";

/**
 * Puts a checked bundle into the release store: what it consists of first, its manifest last, all of it create-only. Site
 * files that the live release has are there already. The same bytes again are fine; throws `ReleaseAltered` for others.
 */
export async function uploadRelease(
  store: Store,
  directory: string,
  manifest: Manifest,
  live: Manifest | null,
  signal: AbortSignal,
): Promise<{ readonly blobs: number; readonly bytes: number }> {
  const known = new Set(Object.values(live ? siteFilesOf(live) : {}).map((file) => file.sha256));
  const files = new Map(
    Object.entries(siteFilesOf(manifest))
      .filter(([, file]) => !known.has(file.sha256))
      .map((entry) => [entry[1].sha256, entry]),
  );
  const [bytes] = await Promise.all([
    uploadBlobs(store, directory, new Map(files.values()), signal),
    manifest.api &&
      readFile(join(directory, apiFile)).then((api) =>
        createOnce(store, keys.api(manifest.id), api, "application/zip"),
      ),
    manifest.migrations &&
      packMigrations(directory, manifest).then((archive) =>
        createOnce(store, keys.migrations(manifest.id), archive, "application/gzip"),
      ),
  ]);
  await createOnce(
    store,
    keys.manifest(manifest.id),
    Buffer.from(formatManifest(manifest)),
    "application/json",
  );
  return { blobs: files.size, bytes };
}

async function createOnce(
  store: Store,
  key: string,
  content: Uint8Array,
  contentType: string,
): Promise<void> {
  if (await createBytes(store, key, content, contentType)) return;
  const there = await readBytes(store, key);
  if (there && sha256(there.content) === sha256(content)) return;
  throw new ActionError(
    "ReleaseAltered",
    `"${key}" is in the release store with other bytes than this bundle's`,
    {
      hint: "a release is immutable: commit anew, so that the release gets an id of its own",
    },
  );
}
