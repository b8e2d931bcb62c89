import { randomUUID } from "node:crypto";
import {
  copyFileSync,
  createReadStream,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { open, unlink } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { AwsError } from "../../service.ts";
import type { Hasher } from "../checksums/crc.ts";

/** A file that holds a body or one part of it. Never changed once an index entry names it. */
export interface BodyPart {
  readonly file: string;
  readonly size: number;
}

/** Bodies up to this size are read and written in one go. */
const smallBytes = 128 * 1024;

/** The bytes of a bucket's objects, in files with random names that the journal refers to. */
export class Bodies {
  readonly #directory: string;
  readonly #readers = new Map<string, number>();
  readonly #doomed = new Set<string>();

  constructor(directory: string) {
    this.#directory = directory;
    for (const shard of "0123456789abcdef") mkdirSync(join(directory, shard), { recursive: true });
  }

  /** Writes the stream to a new file, feeding the hashers. Leaves nothing behind when the stream fails. */
  async receive(
    stream: AsyncIterable<Buffer>,
    hashers: readonly Hasher[],
    maxBytes: number,
  ): Promise<BodyPart> {
    let buffered: Buffer[] = [];
    let size = 0;
    const file = newName();
    let handle: Awaited<ReturnType<typeof open>> | undefined;
    try {
      for await (const chunk of stream) {
        size += chunk.length;
        if (size > maxBytes) throw tooLarge(size, maxBytes);
        for (const hasher of hashers) hasher.update(chunk);
        buffered.push(chunk);
        if (size <= smallBytes) continue;
        handle ??= await open(this.#path(file), "wx", 0o600);
        for (const bytes of buffered) await writeWhole(handle, bytes);
        buffered = [];
      }
      if (handle === undefined && size > 0) {
        writeFileSync(this.#path(file), Buffer.concat(buffered), { mode: 0o600 });
      }
      await handle?.close();
    } catch (error) {
      await handle?.close().catch(() => {});
      rmSync(this.#path(file), { force: true });
      throw error;
    }
    return { file: size === 0 ? "" : file, size };
  }

  /** The bytes from `start` to `end`, both included. The files stay until the stream has ended, even if removed meanwhile. */
  read(parts: readonly BodyPart[], start: number, end: number): Readable | Buffer {
    const slices = slice(parts, start, end);
    const [only] = slices;
    if (slices.length === 0 || only === undefined) return Buffer.alloc(0);
    if (slices.length === 1 && only.size <= smallBytes) {
      return readFileSync(this.#path(only.file)).subarray(only.start, only.end + 1);
    }
    const files = slices.map(({ file }) => file);
    for (const file of files) this.#readers.set(file, (this.#readers.get(file) ?? 0) + 1);
    const stream = Readable.from(this.#stream(slices), { objectMode: false });
    stream.once("close", () => this.#release(files));
    return stream;
  }

  /** New names, in this folder, for bytes of `source`. */
  duplicate(parts: readonly BodyPart[], source: Bodies): BodyPart[] {
    return parts.map(({ file, size }) => {
      if (file === "") return { file, size };
      const name = newName();
      try {
        linkSync(source.#path(file), this.#path(name));
      } catch {
        // Too many links, or a file system without them.
        copyFileSync(source.#path(file), this.#path(name));
      }
      return { file: name, size };
    });
  }

  /** Removes the files, or what a reader still needs as soon as it has ended. Never fails: leftovers go at the next start. */
  remove(parts: readonly BodyPart[]): void {
    for (const { file } of parts) {
      if (file === "") continue;
      if (this.#readers.has(file)) this.#doomed.add(file);
      else void unlink(this.#path(file)).catch(() => {});
    }
  }

  /** Removes every file that the index does not refer to: what a killed process had not finished. */
  sweep(referenced: ReadonlySet<string>): void {
    for (const shard of readdirSync(this.#directory)) {
      for (const name of readdirSync(join(this.#directory, shard))) {
        if (!referenced.has(name)) rmSync(join(this.#directory, shard, name), { force: true });
      }
    }
  }

  async *#stream(slices: readonly Slice[]): AsyncGenerator<Buffer> {
    for (const { file, start, end } of slices) {
      yield* createReadStream(this.#path(file), { start, end }) as AsyncIterable<Buffer>;
    }
  }

  #release(files: readonly string[]): void {
    for (const file of files) {
      const left = (this.#readers.get(file) ?? 1) - 1;
      if (left > 0) {
        this.#readers.set(file, left);
        continue;
      }
      this.#readers.delete(file);
      if (this.#doomed.delete(file)) this.remove([{ file, size: 0 }]);
    }
  }

  #path(file: string): string {
    return join(this.#directory, file.slice(0, 1), file);
  }
}

interface Slice extends BodyPart {
  readonly start: number;
  readonly end: number;
}

function slice(parts: readonly BodyPart[], start: number, end: number): Slice[] {
  const slices: Slice[] = [];
  let offset = 0;
  for (const part of parts) {
    const from = Math.max(0, start - offset);
    const to = Math.min(part.size - 1, end - offset);
    if (from <= to) slices.push({ ...part, start: from, end: to });
    offset += part.size;
  }
  return slices;
}

async function writeWhole(handle: Awaited<ReturnType<typeof open>>, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    at += (await handle.write(bytes, at)).bytesWritten;
  }
}

function newName(): string {
  return randomUUID().replaceAll("-", "");
}

function tooLarge(size: number, maxBytes: number): AwsError {
  return new AwsError("EntityTooLarge", 400, "Your proposed upload exceeds the maximum allowed size", {
    ProposedSize: size,
    MaxSizeAllowed: maxBytes,
  });
}
