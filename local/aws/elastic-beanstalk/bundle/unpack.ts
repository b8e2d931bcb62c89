import { createWriteStream } from "node:fs";
import { chmod, mkdir, realpath, rm, symlink } from "node:fs/promises";
import { dirname, join, normalize, sep } from "node:path";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { type Entry, fromBufferPromise, openPromise, type ZipFile } from "yauzl";

const directoryType = 0o040000;
const linkType = 0o120000;
const typeMask = 0o170000;
const maximumBytes = 2 * 1024 ** 3;

/** A bundle that cannot be what EB accepts: not a zip, or one that reaches outside its folder. */
export class BundleError extends Error {
  override readonly name = "BundleError";
}

/** A source bundle as `readObject` gave it: its bytes, or the path of a file. */
export type BundleSource = Buffer | string;

/**
 * Unpacks the whole bundle into the folder, which it makes. Nothing lands outside: absolute names, `..` and links that
 * lead out are refused, and links are made last so that no file is written through one.
 */
export async function unpackBundle(source: BundleSource, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  const links: { path: string; target: string }[] = [];
  let bytes = 0;
  await eachEntry(source, async (zip, entry) => {
    bytes += entry.uncompressedSize;
    if (bytes > maximumBytes) throw new BundleError(`the bundle unpacks to more than ${maximumBytes} bytes`);
    const path = join(directory, safeName(entry.fileName));
    const type = modeOf(entry) & typeMask;
    if (entry.fileName.endsWith("/") || type === directoryType) {
      await mkdir(path, { recursive: true });
      return;
    }
    await mkdir(dirname(path), { recursive: true });
    const content = await zip.openReadStreamPromise(entry);
    if (type === linkType) {
      links.push({ path, target: await text(content) });
      return;
    }
    await pipeline(content, createWriteStream(path, { mode: 0o644 }));
    const permissions = modeOf(entry) & 0o777;
    if (permissions !== 0) await chmod(path, permissions | 0o600);
  });
  await makeLinks(directory, links);
}

/** The texts of the bundle's files whose names match, by name. */
export async function readBundleFiles(source: BundleSource, names: RegExp): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  await eachEntry(source, async (zip, entry) => {
    if (names.test(safeName(entry.fileName))) {
      files.set(entry.fileName, await text(await zip.openReadStreamPromise(entry)));
    }
  });
  return files;
}

async function eachEntry(
  source: BundleSource,
  visit: (zip: ZipFile, entry: Entry) => Promise<void>,
): Promise<void> {
  let zip: ZipFile;
  try {
    zip = await (typeof source === "string"
      ? openPromise(source, { lazyEntries: true, autoClose: false })
      : fromBufferPromise(source, { lazyEntries: true }));
  } catch (error) {
    throw new BundleError(`the source bundle is not a ZIP file: ${(error as Error).message}`);
  }
  try {
    for await (const entry of zip.eachEntry()) await visit(zip, entry);
  } catch (error) {
    if (error instanceof BundleError) throw error;
    throw new BundleError(`the source bundle cannot be unpacked: ${(error as Error).message}`);
  } finally {
    zip.close();
  }
}

function safeName(name: string): string {
  const safe = normalize(name);
  if (safe.startsWith("/") || safe === ".." || safe.startsWith("../") || safe.includes("\\")) {
    throw new BundleError(`the entry "${name}" of the source bundle leads outside of it`);
  }
  return safe;
}

function modeOf(entry: Entry): number {
  return entry.externalFileAttributes >>> 16;
}

async function makeLinks(
  directory: string,
  links: readonly { readonly path: string; readonly target: string }[],
): Promise<void> {
  for (const { path, target } of links) await symlink(target, path);
  const root = await realpath(directory);
  for (const { path, target } of links) {
    const end = await realpath(path).catch(() => undefined);
    if (end === undefined || (end !== root && !end.startsWith(root + sep))) {
      await rm(path);
      throw new BundleError(
        `the link "${path.slice(directory.length + 1)}" to "${target}" leads outside the bundle`,
      );
    }
  }
}
