import { appendFileSync, mkdirSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";

export interface LoggedRequest {
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
  #bytes: number;

  constructor(file: string) {
    this.#file = file;
    mkdirSync(dirname(file), { recursive: true });
    this.#bytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  }

  add(request: LoggedRequest): void {
    const line = `${JSON.stringify(request)}\n`;
    if (this.#bytes > rotateAtBytes) {
      renameSync(this.#file, `${this.#file}.1`);
      this.#bytes = 0;
    }
    appendFileSync(this.#file, line);
    this.#bytes += line.length;
  }
}
