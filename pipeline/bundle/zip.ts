import { inflateSync, zipSync } from "fflate";
import { ActionError } from "../kit/errors.ts";
import { afterLocalHeader, locateDirectory, parseDirectory, type ZipRecord } from "./zip-directory.ts";

export interface ZipEntry {
  /** Path inside the archive, with forward slashes. */
  readonly name: string;
  /** Unix permission bits, e.g. 0o755. */
  readonly mode: number;
  readonly content: Uint8Array;
}

const unix = 3;
const regularFile = 0o100000;

/** Packs files so that equal entries give equal bytes: sorted by name, one fixed time, permissions kept. */
export function writeZip(entries: readonly ZipEntry[]): Uint8Array {
  const sorted = [...entries].sort((a, b) => (a.name < b.name ? -1 : 1));
  // The format stores local time and fflate reads it with local getters, so a local time is the same bytes everywhere.
  const mtime = new Date(1980, 0, 1);
  return zipSync(
    Object.fromEntries(
      sorted.map(({ name, mode, content }) => [
        name,
        [content, { level: 9, mtime, os: unix, attrs: (regularFile | mode) * 0x10000 }],
      ]),
    ),
  );
}

/** Unpacks every file of an archive, with its permissions. Throws `InvalidBundle` for what is no zip, or leaves its folder. */
export function readZip(archive: Uint8Array, source: string): ZipEntry[] {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  try {
    const { start, bytes: length, count } = locateDirectory(bytes);
    return parseDirectory(bytes.subarray(start, start + length), count).map((record) => ({
      name: record.name,
      mode: record.mode,
      content: contentOf(bytes, record),
    }));
  } catch (cause) {
    const reason = cause instanceof RangeError ? "its directory is damaged" : (cause as Error).message;
    throw new ActionError("InvalidBundle", `"${source}" is no readable zip: ${reason}`, {
      hint: "build or download it again",
      cause,
    });
  }
}

/** The content of a file of an archive, of which `archive` begins at offset 0. Throws where it is not what the directory says. */
export function contentOf(archive: Buffer, { method, packedBytes, bytes, start }: ZipRecord): Uint8Array {
  const at = start + afterLocalHeader(archive.subarray(start));
  const data = archive.subarray(at, at + packedBytes);
  if (method === 0) return data;
  if (method !== 8) throw new Error(`compression method ${method} is not supported`);
  const inflated = inflateSync(data);
  if (inflated.length !== bytes) throw new Error(`${inflated.length} bytes where ${bytes} are promised`);
  return inflated;
}
