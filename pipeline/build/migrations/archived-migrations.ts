// Migrations that run out of an archive, as they lie in it: beside the files and the packages that they were written with.
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { basename, join, posix } from "node:path";
import type { MigrationEntry } from "../../bundle/manifest.ts";
import { sourceDigest } from "../../bundle/source-digest.ts";
import { unzipFile } from "../../bundle/unzip-file.ts";
import type { ActionContext } from "../../kit/action.ts";
import { ActionError } from "../../kit/errors.ts";
import { sha256 } from "../../kit/sha256.ts";
import { listMigrations } from "../../workspace/migrations-folder.ts";
import { describeMigrations } from "./describe.ts";

/** Where migrations lie in an archive, and how databases have them on record. */
export interface ArchivedFolder {
  readonly archive: string;
  /** Path of their folder in the archive; "" is its top. */
  readonly folder: string;
  readonly recordedExtension: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Unpacks the archive, as the step that applies them will, and describes the migrations that it holds. */
export async function archivedMigrations(
  { archive, folder, recordedExtension, env }: ArchivedFolder,
  context: ActionContext,
): Promise<MigrationEntry[]> {
  await mkdir(context.run.temp, { recursive: true });
  const top = await mkdtemp(join(context.run.temp, "migrations-"));
  try {
    await unzipFile(archive, top);
    if (!existsSync(join(top, folder))) {
      throw new ActionError("BuildFailed", `"${folder}" is not in ${basename(archive)}`, {
        hint: "commit the folder, or let `api-command` write it; what .ebignore names does not travel",
      });
    }
    const files = await listMigrations(join(top, folder), recordedExtension);
    const made = await Promise.all(
      files.map(async ({ file, name }) => {
        const module = join(top, folder, file);
        const content = await readFile(module);
        const digests = { sha256: sha256(content), sourceSha256: sourceDigest(content) };
        return { source: file, module, entry: { name, file: posix.join(folder, file), ...digests } };
      }),
    );
    return await describeMigrations(made, { folder: top, env }, context);
  } finally {
    await rm(top, { recursive: true, force: true });
  }
}
