import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { apiFile, formatManifest, type Manifest, siteFilesOf } from "../../bundle/manifest.ts";
import { ActionError } from "../../kit/errors.ts";
import { sha256 } from "../../kit/sha256.ts";
import { keys } from "../store/keys.ts";
import { packMigrations } from "../store/migrations-archive.ts";
import { createBytes, readBytes, type Store } from "../store/objects.ts";
import { uploadBlobs } from "./upload-blobs.ts";

/**
 * Puts a checked bundle into the release store: what it consists of first, its manifest last, all of it create-only. Site
 * files that the live release has are there already. The same bytes again are fine, and so is another build of the same API
 * version, whose compiled packages may differ: then what is stored counts. Throws `ReleaseAltered` for anything else.
 * Returns the manifest as it is stored.
 */
export async function uploadRelease(
  store: Store,
  directory: string,
  manifest: Manifest,
  live: Manifest | null,
  signal: AbortSignal,
): Promise<{ readonly manifest: Manifest; readonly blobs: number; readonly bytes: number }> {
  const known = new Set(Object.values(live ? siteFilesOf(live) : {}).map((file) => file.sha256));
  const files = new Map(
    Object.entries(siteFilesOf(manifest))
      .filter(([, file]) => !known.has(file.sha256))
      .map((entry) => [entry[1].sha256, entry]),
  );
  const [bytes, api] = await Promise.all([
    uploadBlobs(store, directory, new Map(files.values()), signal),
    manifest.api && uploadApi(store, keys.api(manifest.id), join(directory, apiFile), manifest.api),
    manifest.migrations &&
      packMigrations(directory, manifest).then((archive) =>
        createOnce(store, keys.migrations(manifest.id), archive, "application/gzip"),
      ),
  ]);
  const stored = { ...manifest, ...(api && { api }) };
  await createOnce(
    store,
    keys.manifest(manifest.id),
    Buffer.from(formatManifest(stored)),
    "application/json",
  );
  return { manifest: stored, blobs: files.size, bytes };
}

type Api = NonNullable<Manifest["api"]>;

/** Creates the API's bundle, or finds one of the same version there. Returns what is stored. */
async function uploadApi(store: Store, key: string, file: string, api: Api): Promise<Api> {
  const content = await readFile(file);
  if (await createBytes(store, key, content, "application/zip")) return api;
  const there = (await readBytes(store, key))?.content;
  if (there && sha256(there) === api.sha256) return api;
  if (there && versionIn(there) === api.version) {
    return { ...api, sha256: sha256(there), bytes: there.length };
  }
  throw altered(key);
}

/** The version that a bundle carries; undefined where it has none, or is none. */
function versionIn(archive: Uint8Array): string | undefined {
  try {
    const { "version.json": file } = unzipSync(archive, { filter: ({ name }) => name === "version.json" });
    return (JSON.parse(Buffer.from(file ?? "{}").toString()) as { version?: string }).version;
  } catch {
    return undefined;
  }
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
  throw altered(key);
}

function altered(key: string): ActionError {
  return new ActionError(
    "ReleaseAltered",
    `"${key}" is in the release store with other bytes than this bundle's`,
    {
      hint: "a release is immutable: commit anew, so that the release gets an id of its own",
    },
  );
}
