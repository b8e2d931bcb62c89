// Reads an archive on disk, a few of its files in memory at a time.
import { chmod, type FileHandle, mkdir, open, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { inflateRaw } from "node:zlib";
import { ActionError } from "../kit/errors.ts";
import {
  afterLocalHeader,
  localBytes,
  locateDirectory,
  parseDirectory,
  tailBytes,
  type ZipRecord,
} from "./zip-directory.ts";

const inflate = promisify(inflateRaw);

/** How many files are unpacked at once. */
const atOnce = 16;

/** Writes every file of an archive below a folder, with its permissions. Throws `InvalidBundle` for what is no zip, or leaves the folder. */
export async function unzipFile(archive: string, folder: string): Promise<void> {
  await reading(archive, async (file, records) => {
    for (const parent of new Set(records.map(({ name }) => dirname(join(folder, name))))) {
      await mkdir(parent, { recursive: true });
    }
    const waiting = records.values();
    const worker = async (): Promise<void> => {
      for (const record of waiting) {
        const target = join(folder, record.name);
        await writeFile(target, await contentOf(file, record));
        if ((record.mode & 0o111) !== 0) await chmod(target, record.mode);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
  });
}

/** One file of an archive; undefined where it has none of that name. Throws `InvalidBundle` for what is no zip. */
export async function readFromZip(archive: string, name: string): Promise<Uint8Array | undefined> {
  return reading(archive, async (file, records) => {
    const record = records.find((one) => one.name === name);
    return record && contentOf(file, record);
  });
}

async function reading<T>(
  archive: string,
  body: (file: FileHandle, records: readonly ZipRecord[]) => Promise<T>,
): Promise<T> {
  await using file = await open(archive, "r");
  try {
    const { size } = await file.stat();
    const place = locateDirectory(
      await readAt(file, Math.max(0, size - tailBytes), Math.min(size, tailBytes)),
    );
    return await body(file, parseDirectory(await readAt(file, place.start, place.bytes), place.count));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ActionError("InvalidBundle", `"${archive}" is no readable zip: ${reason}`, {
      hint: "build or download it again",
      cause,
    });
  }
}

async function contentOf(file: FileHandle, record: ZipRecord): Promise<Uint8Array> {
  const header = await readAt(file, record.start, localBytes);
  const packed = await readAt(file, record.start + afterLocalHeader(header), record.packedBytes);
  if (record.method === 0) return packed;
  if (record.method !== 8) throw new Error(`compression method ${record.method} is not supported`);
  const content = await inflate(packed);
  if (content.length === record.bytes) return content;
  throw new Error(`"${record.name}" has ${content.length} bytes where ${record.bytes} are promised`);
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(buffer, done, length - done, position + done);
    if (bytesRead === 0) throw new Error("it is cut off");
    done += bytesRead;
  }
  return buffer;
}
