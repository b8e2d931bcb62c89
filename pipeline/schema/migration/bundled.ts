import { randomUUID } from "node:crypto";
import { mkdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Manifest, migrationsArchiveOf, migrationsFolder, migrationsOf } from "../../bundle/manifest.ts";
import { migrationFile } from "../../bundle/migration-names.ts";
import { unzipFile } from "../../bundle/unzip-file.ts";
import { sha256 } from "../../kit/sha256.ts";
import type { MigrationSource, Objection } from "./migration-source.ts";
import { unusable } from "./unusable.ts";

const objection: Objection = {
  code: "InvalidBundle",
  hint: "download the bundle's artifact again; if it is the same, build the release again",
};

/** Where a bundle lies, and what its migrations are given. */
export interface BundlePlace {
  /** The folder that holds `migrations/`, or the archive that they run out of. */
  readonly folder: string;
  /** The job's folder for what is only needed meanwhile. */
  readonly temp: string;
  /** Added to the environment in which they run. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * The migrations of a bundle. Those that run out of an archive find it unpacked in a folder of their own below `temp`, from when
 * the first is asked for until the source is disposed of.
 */
export function bundledMigrations(
  manifest: Pick<Manifest, "id" | "commit" | "migrations" | "migrationsArchive">,
  { folder, temp, environment }: BundlePlace,
): MigrationSource {
  const entries = migrationsOf(manifest);
  const archive = migrationsArchiveOf(manifest);
  const top = join(temp, `migrations-${randomUUID()}`);
  let unpacking: Promise<void> | undefined;
  const unpack = async (name: string): Promise<void> => {
    await mkdir(top, { recursive: true });
    await unzipFile(join(folder, name), top);
  };
  return {
    release: manifest.id,
    commit: manifest.commit,
    entries,
    environment,
    objection,
    libraryFrom: entries[0]?.file === undefined ? undefined : dirname(join(top, entries[0].file)),
    fileOf: async (entry) => {
      if (archive !== undefined) unpacking ??= unpack(archive);
      await unpacking;
      const file =
        entry.file === undefined
          ? join(folder, migrationsFolder, migrationFile(entry))
          : join(top, entry.file);
      const content = await readFile(file).catch((cause: unknown) => {
        throw unusable(entry, `"${file}" cannot be read`, objection, cause);
      });
      if (sha256(content) === entry.sha256) return file;
      throw unusable(entry, `"${file}" is not what the manifest promises`, objection);
    },
    [Symbol.asyncDispose]: async () => {
      await unpacking?.catch(() => undefined);
      await rm(top, { recursive: true, force: true });
    },
  };
}
