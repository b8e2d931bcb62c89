import { createHash, hash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { unreadable, walkFolder } from "./walk-folder.ts";

/** Of one SHA-256. */
export const hashBytes = 32;

/** The files of a folder in one form that passes between threads without a copy: by index, sorted by key. */
export interface HashedFolder {
  readonly keys: readonly string[];
  /** SHA-256, one after the other. */
  readonly sha256: Uint8Array<ArrayBuffer>;
  readonly bytes: Float64Array<ArrayBuffer>;
  /** All files, one after the other, for these need no second reading to be uploaded; absent where they have more than 8 MiB. */
  readonly held?: Uint8Array<ArrayBuffer>;
}

const heldBytes = 8 * 1024 * 1024;
/** Room beside that for whatever is read last. */
const readBytes = 1024 * 1024;

/**
 * Reads every file below the folder once, into one buffer: each after those before, and over the last once it finds no
 * room. Any number of files takes the same memory. All of it is synchronous, which takes half the time of
 * `node:fs/promises`. Throws `SourceUnreadable`.
 */
export function hashFolder(folder: string): HashedFolder {
  const buffer = new Uint8Array(heldBytes + readBytes);
  const keys = walkFolder(folder);
  const sha256 = new Uint8Array(keys.length * hashBytes);
  const bytes = new Float64Array(keys.length);
  let end = 0;
  let isHeld = true;
  for (const [index, key] of keys.entries()) {
    const file = hashFile(join(folder, key), buffer.subarray(end));
    sha256.set(file.sha256, index * hashBytes);
    bytes[index] = file.bytes;
    isHeld &&= end + file.bytes <= heldBytes;
    if (isHeld) end += file.bytes;
  }
  return { keys, sha256, bytes, ...(isHeld ? { held: buffer } : {}) };
}

function hashFile(path: string, buffer: Uint8Array): { readonly sha256: Uint8Array; readonly bytes: number } {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    const filled = fill(buffer, file);
    if (filled < buffer.length) return { sha256: sha256Of(buffer.subarray(0, filled)), bytes: filled };
    const running = createHash("sha256");
    let total = 0;
    for (let read = filled; read > 0; read = fill(buffer, file)) {
      running.update(buffer.subarray(0, read));
      total += read;
    }
    return { sha256: running.digest(), bytes: total };
  } catch (cause) {
    throw unreadable(path, cause);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function sha256Of(bytes: Uint8Array): Uint8Array {
  return hash("sha256", bytes, "buffer");
}

/** Reads until the buffer is full or the file at its end: one read may give less than there is. */
function fill(buffer: Uint8Array, file: number): number {
  let filled = 0;
  while (filled < buffer.length) {
    const bytes = readSync(file, buffer, filled, buffer.length - filled, null);
    if (bytes === 0) break;
    filled += bytes;
  }
  return filled;
}
