import { readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import {
  apiFile,
  formatManifest,
  type Manifest,
  migrationsArchiveFile,
  migrationsArchiveOf,
  migrationsOf,
  siteFilesOf,
} from "../../bundle/manifest.ts";
import { readFromZip } from "../../bundle/unzip-file.ts";
import { ActionError } from "../../kit/errors.ts";
import { sha256 } from "../../kit/sha256.ts";
import { keys } from "../store/keys.ts";
import { packMigrations } from "../store/migrations-archive.ts";
import { createBytes, readBytes, readToFile, type Store } from "../store/objects.ts";
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
  const { id, api, migrations, migrationsArchive } = manifest;
  const from = { store, directory };
  const [bytes, storedApi, storedArchive] = await Promise.all([
    uploadBlobs(store, directory, new Map(files.values()), signal),
    api &&
      uploadArchive(
        from,
        [keys.api(id), apiFile],
        api,
        async (there) => (await versionIn(there)) === api.version,
      ),
    migrationsArchive &&
      uploadArchive(from, [keys.migrationsArchive(id), migrationsArchiveFile], migrationsArchive, (there) =>
        holds(there, manifest),
      ),
    migrations &&
      migrationsArchiveOf(manifest) === undefined &&
      packMigrations(directory, manifest).then((archive) =>
        createOnce(store, keys.migrations(id), archive, "application/gzip"),
      ),
  ]);
  const stored = {
    ...manifest,
    ...(storedApi && { api: storedApi }),
    ...(storedArchive && { migrationsArchive: storedArchive }),
  };
  await createOnce(
    store,
    keys.manifest(manifest.id),
    Buffer.from(formatManifest(stored)),
    "application/json",
  );
  return { manifest: stored, blobs: files.size, bytes };
}

interface Archive {
  readonly sha256: string;
  readonly bytes: number;
}

/** Creates an archive, or finds there what was made from the same: `isSame` looks into it. Returns what is stored. */
async function uploadArchive<T extends Archive>(
  { store, directory }: { readonly store: Store; readonly directory: string },
  [key, name]: readonly [key: string, file: string],
  made: T,
  isSame: (archive: string) => Promise<boolean>,
): Promise<T> {
  if (await createBytes(store, key, await readFile(join(directory, name)), "application/zip")) return made;
  const there = join(directory, `stored-${name}`);
  try {
    const sum = await readToFile(store, key, there);
    if (sum === made.sha256) return made;
    if (sum !== undefined && (await isSame(there))) {
      return { ...made, sha256: sum, bytes: (await stat(there)).size };
    }
    throw altered(key);
  } finally {
    await rm(there, { force: true });
  }
}

/** The version that an API's bundle carries; undefined where it has none, or is none. */
async function versionIn(archive: string): Promise<string | undefined> {
  const file = await readFromZip(archive, "version.json").catch(() => undefined);
  try {
    return (JSON.parse(Buffer.from(file ?? "{}").toString()) as { version?: string }).version;
  } catch {
    return undefined;
  }
}

/** Whether an archive has every migration of the release, as it is; packages that were compiled again are other bytes. */
async function holds(archive: string, manifest: Manifest): Promise<boolean> {
  const found = await Promise.all(
    migrationsOf(manifest).map(async ({ file = "", sha256: sum }) => {
      const content = await readFromZip(archive, file).catch(() => undefined);
      return content !== undefined && sha256(content) === sum;
    }),
  );
  return found.every(Boolean);
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
