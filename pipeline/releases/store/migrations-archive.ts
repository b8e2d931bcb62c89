import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createGunzip, createGzip } from "node:zlib";
import { extract, pack } from "tar-stream";
import {
  apiFile,
  type Manifest,
  type MigrationEntry,
  migrationsArchiveOf,
  migrationsFolder,
  migrationsOf,
} from "../../bundle/manifest.ts";
import { migrationFile } from "../../bundle/migration-names.ts";
import { ActionError } from "../../kit/errors.ts";
import { sha256 } from "../../kit/sha256.ts";
import { keys } from "./keys.ts";
import { readBytes, readToFile, type Store } from "./objects.ts";

/** The modules of a bundle's migrations as one archive; equal migrations are equal bytes. */
export async function packMigrations(directory: string, manifest: Manifest): Promise<Buffer> {
  const archive = pack();
  const names = modulesOf(manifest).map(migrationFile).sort();
  for (const name of names) {
    const content = await readFile(join(directory, migrationsFolder, name));
    archive.entry({ name, mtime: new Date(0), mode: 0o644 }, content);
  }
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive.pipe(createGzip())) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** The migrations that are modules of their own. */
function modulesOf(manifest: Manifest): readonly MigrationEntry[] {
  return migrationsOf(manifest).filter(({ file }) => file === undefined);
}

/** Where the store has what a release's migrations run out of. */
export function migrationsKey(manifest: Manifest): string {
  const archive = migrationsArchiveOf(manifest);
  if (archive === undefined) return keys.migrations(manifest.id);
  return archive === apiFile ? keys.api(manifest.id) : keys.migrationsArchive(manifest.id);
}

/**
 * What the migrations of a stored release run out of, as a bundle has it, in a folder of their own below `parent`; only what
 * its manifest names, with the bytes that it promises.
 */
export async function fetchMigrations(store: Store, manifest: Manifest, parent: string): Promise<string> {
  await mkdir(parent, { recursive: true });
  const directory = await mkdtemp(join(parent, "migrations-of-release-"));
  try {
    await fetchInto(directory, store, manifest);
    return directory;
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

async function fetchInto(directory: string, store: Store, manifest: Manifest): Promise<void> {
  const key = migrationsKey(manifest);
  const archive = migrationsArchiveOf(manifest);
  if (archive !== undefined) {
    const sum = await readToFile(store, key, join(directory, archive));
    if (sum === undefined) throw missing(store, key);
    const promised = archive === apiFile ? manifest.api : manifest.migrationsArchive;
    if (sum !== promised?.sha256) throw altered(`"${key}" is not what the release promises`);
    return;
  }
  const stored = await readBytes(store, key);
  if (!stored) throw missing(store, key);
  await mkdir(join(directory, migrationsFolder));
  await unpackModules(stored.content, manifest, join(directory, migrationsFolder), key);
}

async function unpackModules(
  content: Uint8Array,
  manifest: Manifest,
  folder: string,
  key: string,
): Promise<void> {
  const promised = new Map(modulesOf(manifest).map((entry) => [migrationFile(entry), entry.sha256]));
  const archive = extract();
  createGunzip()
    .on("error", (error) => archive.destroy(error))
    .end(content)
    .pipe(archive);
  for await (const entry of archive) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    const module = Buffer.concat(chunks);
    if (promised.get(entry.header.name) !== sha256(module)) {
      throw altered(`"${entry.header.name}" in "${key}" is not what the release promises`);
    }
    promised.delete(entry.header.name);
    await writeFile(join(folder, entry.header.name), module);
  }
  const [lacking] = promised.keys();
  if (lacking !== undefined) throw altered(`"${lacking}" is missing in "${key}"`);
}

function missing({ bucket }: Store, key: string): ActionError {
  return new ActionError("ReleaseMissing", `"${key}" is not in the artifacts bucket "${bucket}"`, {
    hint: "without the release's migrations its schema cannot be put back; leave the schema as it is",
  });
}

function altered(what: string): ActionError {
  return new ActionError("ReleaseAltered", what, {
    hint: "leave the schema as it is, and find out who wrote to the release store",
  });
}
