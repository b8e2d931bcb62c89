import { StringDecoder } from "node:string_decoder";

/**
 * Cuts a byte stream into lines as it arrives. `\n`, `\r\n` and a lone `\r` (progress bars) end a line; characters cut by
 * a chunk's border come out whole.
 */
export class LineSplitter {
  readonly #decoder = new StringDecoder("utf8");
  readonly #onLine: (line: string) => void;
  #rest = "";
  #ended = false;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  push(chunk: Buffer): void {
    if (this.#ended) return;
    this.#rest += this.#decoder.write(chunk);
    // A final \r waits: its \n may be the first byte of the next chunk.
    const held = this.#rest.endsWith("\r") ? 1 : 0;
    const lines = this.#rest.slice(0, this.#rest.length - held).split(/\r\n|\n|\r/);
    this.#rest = (lines.pop() ?? "") + this.#rest.slice(this.#rest.length - held);
    for (const line of lines) this.#onLine(line);
  }

  /** Hands on what has no line end. Whatever is pushed afterwards is forgotten. */
  end(): void {
    this.#ended = true;
    const rest = (this.#rest + this.#decoder.end()).replace(/\r$/, "");
    this.#rest = "";
    if (rest !== "") this.#onLine(rest);
  }
}
