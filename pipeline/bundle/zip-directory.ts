// The directory of a zip: what is in it, and where. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.12 and 4.3.16.

export interface ZipRecord {
  /** Path inside the archive, with forward slashes; a folder's ends with one. */
  readonly name: string;
  /** Unix permission bits, e.g. 0o755. */
  readonly mode: number;
  /** 0 for bytes as they are, 8 for deflated ones. */
  readonly method: number;
  readonly packedBytes: number;
  readonly bytes: number;
  /** Where its local header begins in the archive. */
  readonly start: number;
}

/** Where a zip has its directory. */
export interface DirectoryPlace {
  readonly start: number;
  readonly bytes: number;
  readonly count: number;
}

const endSignature = 0x06054b50;
const centralSignature = 0x02014b50;
const endBytes = 22;
const unix = 3;

/** How much of an archive's end holds its end record, whatever comment follows it. */
export const tailBytes = endBytes + 0xffff;

/** Finds the end record in an archive's last bytes. Throws where there is none. */
export function locateDirectory(tail: Buffer): DirectoryPlace {
  let end = tail.length - endBytes;
  while (end >= 0 && tail.readUInt32LE(end) !== endSignature) end -= 1;
  if (end < 0) throw new Error("it has no end record");
  return {
    count: tail.readUInt16LE(end + 10),
    bytes: tail.readUInt32LE(end + 12),
    start: tail.readUInt32LE(end + 16),
  };
}

/** The files of a directory, folders left out. Throws for one that is damaged, and for files that would leave their folder. */
export function parseDirectory(directory: Buffer, count: number): ZipRecord[] {
  const records: ZipRecord[] = [];
  let at = 0;
  for (let left = count; left > 0; left -= 1) {
    if (directory.readUInt32LE(at) !== centralSignature) throw new Error("its directory is damaged");
    const nameBytes = directory.readUInt16LE(at + 28);
    const name = directory.toString("utf8", at + 46, at + 46 + nameBytes);
    if (/^[/\\]|\\|^[a-z]:/i.test(name) || name.split("/").includes("..")) {
      throw new Error(`"${name}" would leave the folder`);
    }
    if (!name.endsWith("/")) {
      records.push({
        name,
        mode: permissions(directory, at),
        method: directory.readUInt16LE(at + 10),
        packedBytes: directory.readUInt32LE(at + 20),
        bytes: directory.readUInt32LE(at + 24),
        start: directory.readUInt32LE(at + 42),
      });
    }
    at += 46 + nameBytes + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return records;
}

/** Bytes of a local header before its name, and how many follow before the file's own. */
export const localBytes = 30;
export function afterLocalHeader(header: Buffer): number {
  return localBytes + header.readUInt16LE(26) + header.readUInt16LE(28);
}

function permissions(directory: Buffer, at: number): number {
  return directory.readUInt8(at + 5) === unix ? (directory.readUInt32LE(at + 38) >>> 16) & 0o777 : 0o644;
}
