import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";

interface LoggedRequest {
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly ms: number;
  /** Who asked: a login, `job <run>/<job>`, or undefined for nobody in particular. */
  readonly by?: string | undefined;
  readonly fault?: true | undefined;
}

const rotateAtBytes = 20_000_000;

/** `requests.ndjson`: one line per request answered; the file before the current one is kept. */
export class RequestLog {
  readonly #file: string;
  #handle: number | undefined;
  #bytes: number;

  constructor(file: string) {
    this.#file = file;
    mkdirSync(dirname(file), { recursive: true });
    this.#handle = openSync(file, "a");
    this.#bytes = fstatSync(this.#handle).size;
  }

  add(request: LoggedRequest): void {
    if (this.#handle === undefined) return;
    if (this.#bytes > rotateAtBytes) {
      closeSync(this.#handle);
      renameSync(this.#file, `${this.#file}.1`);
      this.#handle = openSync(this.#file, "a");
      this.#bytes = 0;
    }
    this.#bytes += writeSync(this.#handle, `${JSON.stringify(request)}\n`);
  }

  /** Requests that end later are not logged: connections are cut when the server stops. */
  close(): void {
    if (this.#handle !== undefined) closeSync(this.#handle);
    this.#handle = undefined;
  }
}
