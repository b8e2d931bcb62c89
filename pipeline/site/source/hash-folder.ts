import { createHash, hash } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { largeFileBytes } from "./site-source.ts";
import { unreadable, walkFolder } from "./walk-folder.ts";

/** Of one SHA-256. */
export const hashBytes = 32;

/** The files of a folder and what was found in them: by index, in the order of the keys. */
export interface HashedFolder {
  readonly keys: readonly string[];
  /** SHA-256, one after the other. */
  readonly sha256: Uint8Array;
  readonly bytes: Float64Array;
  /** Of large files, by which it is known again when it is sent in parts; 0 for others. */
  readonly crc32: Uint32Array;
  /** Files that need no second reading to be uploaded: up to 32 MiB of them, 8 where there are many. */
  readonly held: Uint8Array;
  /** Where in `held` a file begins; -1 for one that is not there. */
  readonly heldAt: Int32Array;
}

/** A folder that any number of threads hash together, all of it in memory that they share. */
export interface HashJob extends Omit<HashedFolder, "keys"> {
  readonly folder: string;
  /** The keys as UTF-8, one after the other, and where each ends. */
  readonly names: Uint8Array;
  readonly nameEnds: Uint32Array;
  /** How many files are taken, and how many bytes of `held`. */
  readonly taken: Int32Array;
}

/** From so many files on, what is known of them all is most of the memory. */
export const manyFiles = 20_000;
/** A site that fits is read once. */
const heldBytes = 32 * 1024 * 1024;
const heldBytesOfMany = 8 * 1024 * 1024;
const scratchBytes = 1024 * 1024;
/** Few enough that threads end at about the same time, and many enough that they seldom meet. */
const filesAtOnce = 16;

export function openHashJob(folder: string, keys: readonly string[]): HashJob {
  const count = keys.length;
  const shared = (bytes: number): SharedArrayBuffer => new SharedArrayBuffer(bytes);
  const text = Buffer.from(keys.join(""));
  const names = new Uint8Array(shared(text.length));
  names.set(text);
  const nameEnds = new Uint32Array(shared(count * Uint32Array.BYTES_PER_ELEMENT));
  let end = 0;
  for (const [index, key] of keys.entries()) {
    end += Buffer.byteLength(key);
    nameEnds[index] = end;
  }
  return {
    folder,
    names,
    nameEnds,
    sha256: new Uint8Array(shared(count * hashBytes)),
    bytes: new Float64Array(shared(count * Float64Array.BYTES_PER_ELEMENT)),
    crc32: new Uint32Array(shared(count * Uint32Array.BYTES_PER_ELEMENT)),
    held: new Uint8Array(shared(count < manyFiles ? heldBytes : heldBytesOfMany)),
    heldAt: new Int32Array(shared(count * Int32Array.BYTES_PER_ELEMENT)).fill(-1),
    taken: new Int32Array(shared(2 * Int32Array.BYTES_PER_ELEMENT)),
  };
}

/** Reads and hashes every file below the folder, in this thread. Throws `SourceUnreadable`. */
export function hashFolder(folder: string, keys: readonly string[] = walkFolder(folder)): HashedFolder {
  const job = openHashJob(folder, keys);
  for (const _ of hashFiles(job));
  return { ...job, keys };
}

/**
 * Takes files of the job until none is left, and reads each once into one buffer: any number of files takes the same
 * memory. All of it is synchronous, which takes half the time of `node:fs/promises`; whoever has other things to do may do
 * them at each `yield`, every few files and every MiB of a long one. Throws `SourceUnreadable`.
 */
export function* hashFiles(job: HashJob): Generator<void, void> {
  const scratch = new Uint8Array(scratchBytes);
  const { folder, nameEnds, taken } = job;
  const names = Buffer.from(job.names.buffer);
  for (;;) {
    const start = Atomics.add(taken, 0, filesAtOnce);
    if (start >= nameEnds.length) return;
    const end = Math.min(start + filesAtOnce, nameEnds.length);
    for (let index = start; index < end; index += 1) {
      const key = names.toString("utf8", nameEnds[index - 1] ?? 0, nameEnds[index]);
      yield* hashFile(join(folder, key), job, index, scratch);
    }
    yield;
  }
}

function* hashFile(path: string, job: HashJob, index: number, scratch: Uint8Array): Generator<void, void> {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    const filled = fill(scratch, file);
    const content = scratch.subarray(0, filled);
    if (filled < scratch.length) {
      job.sha256.set(hash("sha256", content, "buffer"), index * hashBytes);
      job.bytes[index] = filled;
      hold(job, index, content);
      return;
    }
    const running = createHash("sha256");
    const isLarge = fstatSync(file).size >= largeFileBytes;
    let total = 0;
    let checksum = 0;
    for (let read = filled; read > 0; read = fill(scratch, file)) {
      const chunk = scratch.subarray(0, read);
      running.update(chunk);
      if (isLarge) checksum = crc32(chunk, checksum);
      total += read;
      yield;
    }
    job.sha256.set(running.digest(), index * hashBytes);
    job.crc32[index] = checksum;
    job.bytes[index] = total;
  } catch (cause) {
    throw unreadable(path, cause);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function hold({ taken, held, heldAt }: HashJob, index: number, content: Uint8Array): void {
  if (Atomics.load(taken, 1) + content.length > held.length) return;
  const at = Atomics.add(taken, 1, content.length);
  // Another thread may have taken the room in between.
  if (at + content.length > held.length) return;
  held.set(content, at);
  heldAt[index] = at;
}

/** Reads until the buffer is full or the file at its end: one read may give less than there is. Returns how much it read. */
export function fill(buffer: Uint8Array, file: number): number {
  let filled = 0;
  while (filled < buffer.length) {
    const bytes = readSync(file, buffer, filled, buffer.length - filled, null);
    if (bytes === 0) break;
    filled += bytes;
  }
  return filled;
}
