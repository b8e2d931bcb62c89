import {
  closeSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from "node:fs";

/**
 * An append-only file of JSON lines that survives SIGKILL at any moment: what `append` has returned from is in the file,
 * and a last line that was torn is dropped on opening. (It does not survive a power failure: nothing is fsynced.)
 */
export class Journal<Entry> {
  readonly #file: string;
  #descriptor: number;
  #size: number;
  #lines: number;

  private constructor(file: string, descriptor: number, size: number, lines: number) {
    this.#file = file;
    this.#descriptor = descriptor;
    this.#size = size;
    this.#lines = lines;
  }

  /** Replays every entry, oldest first, and opens the file for more. Throws a plain Error that names a damaged line. */
  static open<Entry>(file: string, replay: (entry: Entry) => void): Journal<Entry> {
    const bytes = existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
    let at = 0;
    let lines = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, at)) {
      lines++;
      replay(parseLine<Entry>(file, lines, bytes.toString("utf8", at, end)));
      at = end + 1;
    }
    const descriptor = openSync(file, existsSync(file) ? "r+" : "w+", 0o600);
    ftruncateSync(descriptor, at);
    return new Journal<Entry>(file, descriptor, at, lines);
  }

  get lines(): number {
    return this.#lines;
  }

  /** Throws, leaving the file as it was, when the line could not be written whole. */
  append(entry: Entry): void {
    const line = Buffer.from(`${JSON.stringify(entry)}\n`);
    try {
      for (let at = 0; at < line.length; ) {
        at += writeSync(this.#descriptor, line, at, line.length - at, this.#size + at);
      }
    } catch (error) {
      ftruncateSync(this.#descriptor, this.#size);
      throw error;
    }
    this.#size += line.length;
    this.#lines++;
  }

  /** Replaces the history by entries that lead to the same state. */
  compact(entries: Iterable<Entry>): void {
    const temporary = `${this.#file}.new`;
    const descriptor = openSync(temporary, "w+", 0o600);
    let lines = 0;
    try {
      let batch = "";
      for (const entry of entries) {
        lines++;
        batch += `${JSON.stringify(entry)}\n`;
        if (batch.length < 1 << 20) continue;
        writeWhole(descriptor, batch);
        batch = "";
      }
      writeWhole(descriptor, batch);
      renameSync(temporary, this.#file);
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
    closeSync(this.#descriptor);
    this.#descriptor = descriptor;
    this.#size = fstatSync(descriptor).size;
    this.#lines = lines;
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

function writeWhole(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
}

function parseLine<Entry>(file: string, line: number, text: string): Entry {
  try {
    return JSON.parse(text) as Entry;
  } catch (cause) {
    throw new Error(`line ${line} of "${file}" is damaged; restore the file or run \`npm run reset\``, {
      cause,
    });
  }
}
