import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { isAbsolute, join, relative, sep } from "node:path";
import { setImmediate } from "node:timers/promises";
import { type Manifest, publicManifest, type SiteFile, sha256 } from "../lib/bundle.ts";
import { ActionError, explain } from "../lib/errors.ts";
import type { Headers } from "./headers.ts";
import type { SiteSource } from "./site-source.ts";

/** Bytes of files read for their hash that are held until the upload; what does not fit is read a second time. */
const heldBytes = 64 * 1024 * 1024;

/**
 * A folder of files, each read once for its hash. S3 checks every upload against that hash, so a file that changes
 * while it is read fails the sync rather than reach visitors.
 */
export async function folderSource(folder: string, headers: (key: string) => Headers): Promise<SiteSource> {
  const files = new Map<string, SiteFile>();
  const held = new Map<string, Uint8Array>();
  let holding = 0;
  for (const [index, key] of walk(folder).entries()) {
    // Hashing is synchronous, since that is twice as fast; requests in flight get their turn here.
    if (index % 200 === 199) await setImmediate();
    const bytes = read(folder, key);
    files.set(key, { sha256: sha256(bytes), bytes: bytes.length, ...headers(key) });
    if (holding + bytes.length > heldBytes) continue;
    holding += bytes.length;
    held.set(key, bytes);
  }
  return {
    name: `folder ${folder}`,
    files,
    content: async (key) => ({ bytes: held.get(key) ?? read(folder, key) }),
  };
}

/** The `site/` folder of a bundle: hashes and headers are the manifest's, and only what is uploaded is read. */
export function bundleSource(folder: string, manifest: Manifest): SiteSource {
  const files = new Map(Object.entries(manifest.site.files));
  const present = new Set(walk(folder));
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
    content: async (key) => ({ bytes: read(folder, key) }),
  };
}

function read(folder: string, key: string): Uint8Array {
  try {
    return readFileSync(join(folder, key));
  } catch (cause) {
    throw unreadable(join(folder, key), cause);
  }
}

/** Every file below the folder by its key, sorted; links are followed to files inside the folder only. */
function walk(folder: string): string[] {
  let root: string;
  try {
    root = realpathSync(folder);
    if (!statSync(root).isDirectory()) throw new Error("it is not a folder");
  } catch (cause) {
    throw unreadable(folder, cause);
  }
  const keys: string[] = [];
  const visit = (directory: string): void => {
    for (const entry of list(directory)) {
      const path = join(directory, entry.name);
      // A checkout's history, with whatever credentials its configuration holds, is never part of a site.
      if (entry.name === ".git") continue;
      if (entry.isDirectory()) visit(path);
      else if (entry.isFile() || (entry.isSymbolicLink() && isFileInside(root, path))) {
        keys.push(relative(root, path).split(sep).join("/"));
      } else {
        throw unreadable(path, new Error("it is neither a file nor a folder"));
      }
    }
  };
  visit(root);
  return keys.sort((a, b) => (a < b ? -1 : 1));
}

function list(directory: string) {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (cause) {
    throw unreadable(directory, cause);
  }
}

function isFileInside(root: string, link: string): true {
  let target: string;
  try {
    target = realpathSync(link);
  } catch (cause) {
    throw unreadable(link, cause);
  }
  const inside = relative(root, target);
  if (inside.startsWith("..") || isAbsolute(inside) || !statSync(target).isFile()) {
    throw new ActionError("SourceUnreadable", `"${link}" is a link to "${target}"`, {
      hint: "put the file itself into the folder: only links to files inside it are followed",
    });
  }
  return true;
}

function unreadable(path: string, cause: unknown): ActionError {
  return new ActionError("SourceUnreadable", `could not read "${path}": ${explain(cause)}`, {
    hint: "check the input `source`, and that an earlier step built or downloaded it",
  });
}
