// Writes an archive of any size to disk, one file of it in memory at a time.
import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { promisify } from "node:util";
import { crc32, deflateRaw } from "node:zlib";
import { ActionError } from "../kit/errors.ts";

export interface ZipSource {
  /** Path inside the archive, with forward slashes. */
  readonly name: string;
  /** Unix permission bits, e.g. 0o755. */
  readonly mode: number;
  read(): Promise<Uint8Array>;
}

const deflate = promisify(deflateRaw);

/** How many files are read and packed ahead of the one that is written. */
const ahead = 4;
/** Of an archive without zip64, which Elastic Beanstalk's limit of 500 MB makes needless but for the count of files. */
const mostFiles = 0xffff;

/**
 * Packs files into an archive on disk, so that equal files give equal bytes with the same Node.js: sorted by name, one fixed
 * time, permissions kept. Returns the archive's sha256 and its size.
 */
export async function writeZipFile(
  path: string,
  sources: readonly ZipSource[],
): Promise<{ readonly sha256: string; readonly bytes: number }> {
  if (sources.length > mostFiles) {
    throw new ActionError(
      "BuildFailed",
      `${sources.length} files are more than an archive holds, ${mostFiles}`,
      {
        hint: "leave files out: by `.ebignore`, or packages that production does not need",
      },
    );
  }
  const sorted = [...sources].sort((a, b) => (a.name < b.name ? -1 : 1));
  const hash = createHash("sha256");
  const directory: Buffer[] = [];
  let bytes = 0;
  await using file = await open(path, "w");
  const write = async (chunk: Uint8Array): Promise<void> => {
    hash.update(chunk);
    bytes += chunk.length;
    await file.writeFile(chunk);
  };
  const packing: Promise<Packed>[] = [];
  const startNext = (index: number): void => {
    const source = sorted[index];
    if (source === undefined) return;
    const packed = pack(source);
    // Whoever waits for it sees the failure; until then it is nobody's.
    packed.catch(() => undefined);
    packing.push(packed);
  };
  for (let index = 0; index < ahead; index += 1) startNext(index);
  for (const index of sorted.keys()) {
    const packed = await (packing.shift() as Promise<Packed>);
    startNext(index + ahead);
    directory.push(centralHeader(packed, bytes));
    await write(localHeader(packed));
    await write(packed.body);
  }
  const central = Buffer.concat(directory);
  const start = bytes;
  await write(central);
  await write(endRecord(sorted.length, central.length, start));
  return { sha256: hash.digest("hex"), bytes };
}

interface Packed {
  readonly name: Buffer;
  readonly mode: number;
  readonly method: number;
  readonly crc: number;
  readonly size: number;
  readonly body: Uint8Array;
}

async function pack({ name, mode, read }: ZipSource): Promise<Packed> {
  const content = await read();
  const deflated = await deflate(content, { level: 6 });
  const smaller = deflated.length < content.length;
  return {
    name: Buffer.from(name),
    mode,
    method: smaller ? 8 : 0,
    crc: crc32(content),
    size: content.length,
    body: smaller ? deflated : content,
  };
}

// https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT: 4.3.7 local, 4.3.12 central, 4.3.16 end of the directory.
const utf8Name = 0x0800;
/** 1 January 1980, 00:00, the first time that the format knows. */
const date = 0x0021;
const madeByUnix = 0x0314;
const regularFile = 0o100000;

/** What both headers of a file share, from the version on. */
function commonFields({ name, method, crc, size, body }: Packed): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(utf8Name, 2);
  fields.writeUInt16LE(method, 4);
  fields.writeUInt16LE(date, 8);
  fields.writeUInt32LE(crc, 10);
  fields.writeUInt32LE(body.length, 14);
  fields.writeUInt32LE(size, 18);
  fields.writeUInt16LE(name.length, 22);
  return fields;
}

function localHeader(packed: Packed): Buffer {
  return Buffer.concat([Buffer.from("PK\x03\x04"), commonFields(packed), packed.name]);
}

function centralHeader(packed: Packed, offset: number): Buffer {
  const madeBy = Buffer.alloc(2);
  madeBy.writeUInt16LE(madeByUnix);
  const rest = Buffer.alloc(14);
  rest.writeUInt32LE(((regularFile | packed.mode) * 0x10000) >>> 0, 6);
  rest.writeUInt32LE(offset, 10);
  return Buffer.concat([Buffer.from("PK\x01\x02"), madeBy, commonFields(packed), rest, packed.name]);
}

function endRecord(files: number, bytes: number, start: number): Buffer {
  const record = Buffer.alloc(22);
  record.write("PK\x05\x06", "latin1");
  record.writeUInt16LE(files, 8);
  record.writeUInt16LE(files, 10);
  record.writeUInt32LE(bytes, 12);
  record.writeUInt32LE(start, 16);
  return record;
}
