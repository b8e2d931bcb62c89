import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Manifest, publicManifest, type SiteFile } from "../lib/bundle.ts";
import { ActionError } from "../lib/errors.ts";
import type { Headers } from "../lib/header-rules.ts";
import { hashFolder } from "./hash-folder.ts";
import { largeFileBytes } from "./large-files.ts";
import type { Content, SiteSource } from "./site-source.ts";
import { unreadable, walkFolder } from "./walk-folder.ts";

/**
 * A folder of files, by the hashes that were taken of them, which is the one time that most of them are read. S3 checks every upload against that hash, so a file that
 * changes after it was read fails the sync rather than reach visitors.
 */
export function folderSource(
  folder: string,
  headers: (key: string) => Headers,
  { keys, sha256, bytes, held, heldAt } = hashFolder(folder),
): SiteSource {
  const files = new Map<string, SiteFile>();
  const contents = new Map<string, Uint8Array>();
  for (const [index, key] of keys.entries()) {
    const size = bytes[index] ?? 0;
    files.set(key, { sha256: sha256[index] ?? "", bytes: size, ...headers(key) });
    const start = heldAt[index];
    if (start !== undefined) contents.set(key, held.subarray(start, start + size));
  }
  return {
    name: `folder ${folder}`,
    files,
    content: (key) => {
      const content = contents.get(key);
      return content === undefined ? contentOf(folder, key, files.get(key)) : { read: () => content };
    },
  };
}

/** The `site/` folder of a bundle: hashes and headers are the manifest's, and only what is uploaded is read. */
export function bundleSource(folder: string, manifest: Manifest): SiteSource {
  const files = new Map(Object.entries(manifest.site.files));
  const present = new Set(walkFolder(folder));
  const missing = [...files.keys()].filter((key) => !present.has(key));
  const extra = [...present].filter((key) => !files.has(key));
  if (missing.length > 0 || extra.length > 0) {
    const named = [...missing.map((key) => `lacks "${key}"`), ...extra.map((key) => `also has "${key}"`)];
    throw new ActionError(
      "SourceUnreadable",
      `folder "${folder}" is not the site of release ${manifest.id}: it ${named.slice(0, 5).join(", ")}`,
      { hint: "give the site folder of the very bundle that the release was begun with" },
    );
  }
  return {
    name: `folder ${folder}`,
    files,
    release: publicManifest(manifest),
    content: (key) => contentOf(folder, key, files.get(key)),
  };
}

function contentOf(folder: string, key: string, file: SiteFile | undefined): Content {
  const path = join(folder, key);
  if (file !== undefined && file.bytes >= largeFileBytes) return { path };
  return { read: () => read(path) };
}

function read(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
}
