import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { ActionError } from "../kit/errors.ts";
import { sha256OfFile } from "../kit/sha256.ts";
import {
  apiFile,
  type Manifest,
  migrationsArchiveFile,
  migrationsFolder,
  migrationsOf,
  siteFilesOf,
  siteFolder,
} from "./manifest.ts";
import { migrationFile } from "./migration-names.ts";
import { liesInFolder } from "./redirects.ts";

/** The files of a bundle other than its manifest, by path, with the sha256 that the manifest promises. */
function bundleFiles(manifest: Manifest): ReadonlyMap<string, string> {
  return new Map([
    ...(manifest.api ? [[apiFile, manifest.api.sha256] as const] : []),
    ...Object.entries(siteFilesOf(manifest))
      .filter(([, file]) => liesInFolder(file))
      .map(([key, file]) => [`${siteFolder}/${key}`, file.sha256] as const),
    ...migrationsOf(manifest)
      .filter(({ file }) => file === undefined)
      .map((entry) => [`${migrationsFolder}/${migrationFile(entry)}`, entry.sha256] as const),
    ...(manifest.migrationsArchive
      ? [[migrationsArchiveFile, manifest.migrationsArchive.sha256] as const]
      : []),
  ]);
}

/** How many files are read at once. */
const atOnce = 16;

/** Throws `InvalidBundle`, naming every file, unless the folder holds exactly what the manifest promises. */
export async function checkBundle(directory: string, manifest: Manifest): Promise<void> {
  const promised = bundleFiles(manifest);
  const wrong: string[] = [];
  const waiting = [...promised].values();
  const look = async (): Promise<void> => {
    for (const [path, sum] of waiting) {
      const found = await sha256OfFile(join(directory, path)).catch(() => undefined);
      if (found !== sum) wrong.push(`${path} ${found === undefined ? "is missing" : "was changed"}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, look));
  const extra = (await filesBelow(join(directory, siteFolder)))
    .filter((key) => !Object.hasOwn(siteFilesOf(manifest), key))
    .map((key) => `${siteFolder}/${key}`)
    .map((path) => `${path} is not in the manifest`);
  const problems = [...wrong.sort(), ...extra];
  if (problems.length > 0) {
    throw new ActionError(
      "InvalidBundle",
      `"${directory}" is not the bundle of release "${manifest.id}": ${problems.slice(0, 10).join("; ")}`,
      { hint: "download the bundle's artifact again; if it is the same, build the release again" },
    );
  }
}

/** Paths of all files below a folder, with forward slashes, sorted; empty where there is no folder. */
export async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return [];
      throw error;
    },
  );
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .sort((a, b) => (a < b ? -1 : 1));
}
