import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createGunzip, createGzip } from "node:zlib";
import { extract, pack } from "tar-stream";
import { type Manifest, migrationsFolder, migrationsOf } from "../../bundle/manifest.ts";
import { migrationFile } from "../../bundle/migration-names.ts";
import { ActionError } from "../../kit/errors.ts";
import { sha256 } from "../../kit/sha256.ts";
import { keys } from "./keys.ts";
import { readBytes, type Store } from "./objects.ts";

/** The migrations of a bundle as one archive; equal migrations are equal bytes. */
export async function packMigrations(directory: string, manifest: Manifest): Promise<Buffer> {
  const archive = pack();
  const names = migrationsOf(manifest).map(migrationFile).sort();
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
  const promised = new Map(migrationsOf(manifest).map((entry) => [migrationFile(entry), entry.sha256]));
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
