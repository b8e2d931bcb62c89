import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Manifest, publicManifest, type SiteFile } from "../lib/bundle.ts";
import { ActionError } from "../lib/errors.ts";
import type { Headers } from "../lib/header-rules.ts";
import { hashBytes, hashFolder } from "./hash-folder.ts";
import { largeFileBytes } from "./large-files.ts";
import type { Content, SiteSource } from "./site-source.ts";
import { unreadable, walkFolder } from "./walk-folder.ts";

/**
 * A folder of files, by the hashes that were taken of them, which is the one time that most of them are read. S3 checks
 * every upload against that hash, so a file that changes after it was read fails the sync rather than reach visitors.
 */
export function folderSource(
  folder: string,
  headers: (key: string) => Headers,
  hashed = hashFolder(folder),
): SiteSource {
  const { keys, sha256, bytes, held } = hashed;
  const hashes = Buffer.from(sha256.buffer, sha256.byteOffset, sha256.length);
  const contents = new Map<string, Uint8Array>();
  let start = 0;
  for (const [index, key] of (held === undefined ? [] : keys).entries()) {
    const end = start + (bytes[index] ?? 0);
    contents.set(key, (held as Uint8Array).subarray(start, end));
    start = end;
  }
  return {
    name: `folder ${folder}`,
    files: () => {
      const files = new Map<string, SiteFile>();
      for (const [index, key] of keys.entries()) {
        const sha256 = hashes.toString("hex", index * hashBytes, (index + 1) * hashBytes);
        files.set(key, { sha256, bytes: bytes[index] ?? 0, ...headers(key) });
      }
      return files;
    },
    content: (key, file) => {
      const content = contents.get(key);
      return content === undefined ? contentOf(folder, key, file) : { read: () => content };
    },
  };
}

/** The `site/` folder of a bundle: hashes and headers are the manifest's, and only what is uploaded is read. */
export function bundleSource(folder: string, manifest: Manifest): SiteSource {
  const { files } = manifest.site;
  const present = new Set(walkFolder(folder));
  const missing = Object.keys(files).filter((key) => !present.has(key));
  const extra = [...present].filter((key) => !Object.hasOwn(files, key));
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
    files: () => new Map(Object.entries(files)),
    release: publicManifest(manifest),
    content: (key, file) => contentOf(folder, key, file),
  };
}

function contentOf(folder: string, key: string, { bytes }: SiteFile): Content {
  const path = join(folder, key);
  if (bytes >= largeFileBytes) return { path };
  return { read: () => read(path) };
}

function read(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
}
