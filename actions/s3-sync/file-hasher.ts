import { createHash, hash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { unreadable } from "./walk-folder.ts";

export interface HashedFile {
  /** Hex. */
  readonly sha256: string;
  readonly bytes: number;
  /** The file's bytes until the next one is read; absent where it was too large to be read at once. */
  readonly content?: Uint8Array;
}

/** Hashes one file after the other by one buffer, so that any number of files takes the same memory. */
export class FileHasher {
  readonly #buffer = Buffer.allocUnsafeSlow(1024 * 1024);
  #result: HashedFile = { sha256: "", bytes: 0 };

  /** Reads a file and yields after each step the number of bytes it read. Throws `SourceUnreadable`. */
  *read(path: string): Generator<number> {
    let file: number | undefined;
    try {
      file = openSync(path, "r");
      const bytes = this.#fill(file);
      const content = this.#buffer.subarray(0, bytes);
      if (bytes < this.#buffer.length) {
        this.#result = { sha256: hash("sha256", content, "hex"), bytes, content };
        yield bytes;
      } else {
        yield* this.#readLarge(file);
      }
    } catch (cause) {
      throw unreadable(path, cause);
    } finally {
      if (file !== undefined) closeSync(file);
    }
  }

  /** Of the file that was read last. */
  result(): HashedFile {
    return this.#result;
  }

  *#readLarge(file: number): Generator<number> {
    const running = createHash("sha256");
    let total = 0;
    for (let bytes = this.#buffer.length; bytes > 0; bytes = this.#fill(file)) {
      running.update(this.#buffer.subarray(0, bytes));
      total += bytes;
      yield bytes;
    }
    this.#result = { sha256: running.digest("hex"), bytes: total };
  }

  /** Reads until the buffer is full or the file at its end: one read may give less than there is. */
  #fill(file: number): number {
    let filled = 0;
    while (filled < this.#buffer.length) {
      const bytes = readSync(file, this.#buffer, filled, this.#buffer.length - filled, null);
      if (bytes === 0) break;
      filled += bytes;
    }
    return filled;
  }
}
