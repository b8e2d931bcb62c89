import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import type { Headers } from "../../bundle/header-rules.ts";
import { type Manifest, publicManifest, type SiteFile, siteFilesOf } from "../../bundle/manifest.ts";
import { liesInFolder } from "../../bundle/redirects.ts";
import { ActionError } from "../../kit/errors.ts";
import { fill, hashBytes, hashFolder } from "./hash-folder.ts";
import { type Content, largeFileBytes, type SiteSource } from "./site-source.ts";
import { unreadable } from "./walk-folder.ts";

/**
 * A folder of files, by the hashes that were taken of them, which is the one time that most of them are read. S3 checks
 * every upload against that hash, so a file that changes after it was read fails the sync rather than reach visitors.
 * `published` are those of the keys that are part of the site.
 */
export function folderSource(
  folder: string,
  headers: (key: string) => Headers,
  hashed = hashFolder(folder),
  published = hashed.keys,
): SiteSource {
  const { keys, sha256, bytes, crc32, held, heldAt } = hashed;
  const hashes = Buffer.from(sha256.buffer, sha256.byteOffset, sha256.length);
  return {
    name: `folder ${folder}`,
    files: () => {
      const files = new Map<string, SiteFile>();
      let index = -1;
      for (const key of published) {
        // Both are sorted.
        do index += 1;
        while (keys[index] !== key);
        const sha256 = hashes.toString("hex", index * hashBytes, (index + 1) * hashBytes);
        // Field by field, and in integers: anything else takes half as much memory again, for each of many files.
        const { contentType, cacheControl, contentEncoding, contentDisposition, metadata } = headers(key);
        files.set(key, {
          sha256,
          bytes: Math.floor(bytes[index] ?? 0),
          contentType,
          cacheControl,
          ...(contentEncoding === undefined ? {} : { contentEncoding }),
          ...(contentDisposition === undefined ? {} : { contentDisposition }),
          ...(metadata === undefined ? {} : { metadata }),
        });
      }
      return files;
    },
    content: (key, file) => {
      const index = indexOf(keys, key);
      const start = heldAt[index] ?? -1;
      if (start < 0) return contentOf(folder, key, file, crc32[index]);
      return { read: () => held.subarray(start, start + (bytes[index] ?? 0)) };
    },
  };
}

/** Where a key is in sorted keys; -1 where it is not. */
function indexOf(keys: readonly string[], key: string): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] as string) < key) low = middle + 1;
    else high = middle;
  }
  return keys[low] === key ? low : -1;
}

/**
 * The `site/` folder of a bundle, by the keys of its files: hashes and headers are the manifest's, and only what is uploaded
 * is read.
 */
export function bundleSource(folder: string, manifest: Manifest, keys: readonly string[]): SiteSource {
  const files = siteFilesOf(manifest);
  const present = new Set(keys);
  const missing = Object.entries(files).flatMap(([key, file]) =>
    !liesInFolder(file) || present.has(key) ? [] : [key],
  );
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
    content: (key, file) =>
      liesInFolder(file) ? contentOf(folder, key, file) : { read: () => new Uint8Array() },
  };
}

function contentOf(folder: string, key: string, { bytes }: SiteFile, crc32?: number): Content {
  const path = join(folder, key);
  if (bytes >= largeFileBytes) return { path, ...(crc32 === undefined ? {} : { crc32 }) };
  return { read: () => read(path, bytes) };
}

/** The file, and a byte more where it has grown since it was hashed: S3 refuses what does not fit the hash. */
function read(path: string, bytes: number): Uint8Array {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    const buffer = Buffer.allocUnsafeSlow(bytes + 1);
    return buffer.subarray(0, fill(buffer, file));
  } catch (cause) {
    throw unreadable(path, cause);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
