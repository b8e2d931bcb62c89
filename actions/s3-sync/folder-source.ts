import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { type Manifest, publicManifest, type SiteFile } from "../lib/bundle.ts";
import { ActionError } from "../lib/errors.ts";
import type { Headers } from "../lib/header-rules.ts";
import { FileHasher } from "./file-hasher.ts";
import { largeFileBytes } from "./large-files.ts";
import type { Content, SiteSource } from "./site-source.ts";
import { unreadable, walkFolder } from "./walk-folder.ts";

/** Bytes of files read for their hash that are held until the upload; what does not fit is read a second time. */
const heldBytes = 16 * 1024 * 1024;

/** Hashing is synchronous, since that is twice as fast. After about so many bytes, requests under way get their turn. */
const bytesPerTurn = 8 * 1024 * 1024;
/** What it takes to open a file, in bytes hashed in that time. */
const bytesPerFile = 20 * 1024;

/**
 * A folder of files, each read once for its hash. S3 checks every upload against that hash, so a file that changes
 * while it is read fails the sync rather than reach visitors.
 */
export async function folderSource(folder: string, headers: (key: string) => Headers): Promise<SiteSource> {
  const files = new Map<string, SiteFile>();
  const held = new Map<string, Uint8Array>();
  const hasher = new FileHasher();
  let holding = 0;
  let sinceTurn = 0;
  for (const key of walkFolder(folder)) {
    for (const step of hasher.read(join(folder, key))) {
      sinceTurn += step;
      if (sinceTurn < bytesPerTurn) continue;
      sinceTurn = 0;
      await setImmediate();
    }
    sinceTurn += bytesPerFile;
    const { sha256, bytes, content } = hasher.result();
    files.set(key, { sha256, bytes, ...headers(key) });
    if (content === undefined || holding + bytes > heldBytes) continue;
    holding += bytes;
    held.set(key, Buffer.from(content));
  }
  return {
    name: `folder ${folder}`,
    files,
    content: (key) => {
      const bytes = held.get(key);
      held.delete(key);
      return bytes === undefined ? contentOf(folder, key, files.get(key)) : { read: () => bytes };
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
