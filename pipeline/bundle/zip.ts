import { inflateSync, zipSync } from "fflate";
import { ActionError } from "../kit/errors.ts";

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

const endRecord = 0x06054b50;
const centralHeader = 0x02014b50;

/** Unpacks every file of an archive, with its permissions. Throws `InvalidBundle` for what is no zip, or leaves its folder. */
export function readZip(archive: Uint8Array, source: string): ZipEntry[] {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  const damaged = (reason: string, cause?: unknown): ActionError =>
    new ActionError("InvalidBundle", `"${source}" is no readable zip: ${reason}`, {
      hint: "build or download it again",
      cause,
    });
  let end = bytes.length - 22;
  while (end >= 0 && bytes.readUInt32LE(end) !== endRecord) end -= 1;
  if (end < 0) throw damaged("it has no end record");
  const entries: ZipEntry[] = [];
  try {
    let at = bytes.readUInt32LE(end + 16);
    for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
      if (bytes.readUInt32LE(at) !== centralHeader) throw new Error(`no file header at ${at}`);
      const nameLength = bytes.readUInt16LE(at + 28);
      const name = bytes.toString("utf8", at + 46, at + 46 + nameLength);
      if (!name.endsWith("/"))
        entries.push({ name, mode: permissions(bytes, at), content: content(bytes, at) });
      at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
    }
  } catch (cause) {
    throw damaged("its directory is damaged", cause);
  }
  const outside = entries.find(
    ({ name }) => /^[/\\]|\\|^[a-z]:/i.test(name) || name.split("/").includes(".."),
  );
  if (outside) throw damaged(`"${outside.name}" would leave the folder`);
  return entries;
}

function permissions(bytes: Buffer, header: number): number {
  const isUnix = bytes.readUInt8(header + 5) === unix;
  return isUnix ? (bytes.readUInt32LE(header + 38) >>> 16) & 0o777 : 0o644;
}

function content(bytes: Buffer, header: number): Uint8Array {
  const method = bytes.readUInt16LE(header + 10);
  const packed = bytes.readUInt32LE(header + 20);
  const size = bytes.readUInt32LE(header + 24);
  const local = bytes.readUInt32LE(header + 42);
  const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
  const data = bytes.subarray(start, start + packed);
  if (method === 0) return data;
  if (method !== 8) throw new Error(`compression method ${method} is not supported`);
  const inflated = inflateSync(data);
  if (inflated.length !== size) throw new Error(`${inflated.length} bytes where ${size} are promised`);
  return inflated;
}
