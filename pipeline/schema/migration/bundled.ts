import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Manifest, migrationsOf } from "../../bundle/manifest.ts";
import { migrationFile } from "../../bundle/migration-names.ts";
import { sha256 } from "../../kit/sha256.ts";
import { importMigration, type Objection, unusable } from "./migration-module.ts";
import type { MigrationSource } from "./migration-source.ts";

const objection: Objection = {
  code: "InvalidBundle",
  hint: "download the bundle's artifact again; if it is the same, build the release again",
};

/**
 * The migrations of a bundle, as they were built into `directory`. Each is checked to be the one that the manifest promises
 * before it is imported.
 */
export function bundledMigrations(
  manifest: Pick<Manifest, "id" | "commit" | "migrations">,
  directory: string,
): MigrationSource {
  return {
    release: manifest.id,
    commit: manifest.commit,
    entries: migrationsOf(manifest),
    load: async (entry) => {
      const file = join(directory, migrationFile(entry));
      const content = await readFile(file).catch((cause: unknown) => {
        throw unusable(entry, `"${file}" cannot be read`, objection, cause);
      });
      if (sha256(content) !== entry.sha256) {
        throw unusable(entry, `"${file}" is not what the manifest promises`, objection);
      }
      return importMigration(file, entry, objection);
    },
    library: async () => (await import("../database/library.ts")).ownLibrary,
  };
}
