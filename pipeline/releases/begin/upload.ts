import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createGunzip, createGzip } from "node:zlib";
import { extract, pack } from "tar-stream";
import { apiFile, formatManifest, type Manifest, migrationsFolder } from "../../bundle/manifest.ts";
import { ActionError } from "../../kit/errors.ts";
import { sha256 } from "../../kit/sha256.ts";
import { keys } from "../store/keys.ts";
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
  const known = new Set(Object.values(live?.site.files ?? {}).map((file) => file.sha256));
  const files = new Map(
    Object.entries(manifest.site.files)
      .filter(([, file]) => !known.has(file.sha256))
      .map((entry) => [entry[1].sha256, entry]),
  );
  const api = await readFile(join(directory, apiFile));
  const [bytes] = await Promise.all([
    uploadBlobs(store, directory, new Map(files.values()), signal),
    createOnce(store, keys.api(manifest.id), api, "application/zip"),
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

/** The migrations of a bundle as one archive; equal migrations are equal bytes. */
async function packMigrations(directory: string, manifest: Manifest): Promise<Buffer> {
  const archive = pack();
  const names = manifest.migrations.map(({ name }) => `${name}.mjs`).sort();
  for (const name of names) {
    const content = await readFile(join(directory, migrationsFolder, name));
    archive.entry({ name, mtime: new Date(0), mode: 0o644 }, content);
  }
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive.pipe(createGzip())) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/**
 * The migrations of a stored release in a folder of their own below `parent`; only what its manifest names, with the
 * bytes that it promises.
 */
export async function fetchMigrations(store: Store, manifest: Manifest, parent: string): Promise<string> {
  const key = keys.migrations(manifest.id);
  const stored = await readBytes(store, key);
  if (!stored) {
    throw new ActionError("ReleaseMissing", `"${key}" is not in the artifacts bucket "${store.bucket}"`, {
      hint: "without the release's migrations its schema cannot be put back; leave the schema as it is",
    });
  }
  const directory = await mkdtemp(join(parent, "migrations-"));
  const promised = new Map(manifest.migrations.map((entry) => [`${entry.name}.mjs`, entry.sha256]));
  const archive = extract();
  createGunzip()
    .on("error", (error) => archive.destroy(error))
    .end(stored.content)
    .pipe(archive);
  for await (const entry of archive) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    const content = Buffer.concat(chunks);
    if (promised.get(entry.header.name) !== sha256(content)) {
      throw new ActionError(
        "ReleaseAltered",
        `"${entry.header.name}" in "${key}" is not what the release promises`,
        {
          hint: "leave the schema as it is, and find out who wrote to the release store",
        },
      );
    }
    promised.delete(entry.header.name);
    await writeFile(join(directory, entry.header.name), content);
  }
  const [missing] = promised.keys();
  if (missing !== undefined) {
    throw new ActionError("ReleaseAltered", `"${missing}" is missing in "${key}"`, {
      hint: "leave the schema as it is, and find out who wrote to the release store",
    });
  }
  return directory;
}
