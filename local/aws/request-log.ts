import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from "node:fs";
import { join } from "node:path";

/** One line of `requests.ndjson`. */
export interface RequestRecord {
  /** ISO 8601, UTC, milliseconds: when the request arrived. */
  readonly time: string;
  readonly service: string;
  readonly operation: string;
  readonly target: string;
  readonly details?: Readonly<Record<string, string>>;
  readonly method: string;
  /** 0 when the connection was reset instead of answered. */
  readonly status: number;
  readonly code?: string;
  readonly ms: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** ARN; "" for anonymous requests. */
  readonly principal: string;
  readonly requestId: string;
  /** Present when a switched-on fault struck. */
  readonly fault?: true;
  /** What went wrong inside the stand-in, for InternalError. */
  readonly error?: string;
}

const rotateAtBytes = 20 * 1024 * 1024;

/** Every request, in the order of their ends; `requests.1.ndjson` holds what came before the last rotation. */
export class RequestLog {
  readonly #file: string;
  readonly #rotateAt: number;
  readonly #counters = new Map<string, number>();
  readonly #totals = { requests: 0, bytesIn: 0, bytesOut: 0 };
  #descriptor: number;
  #size: number;

  constructor(directory: string, rotateAt = rotateAtBytes) {
    mkdirSync(directory, { recursive: true });
    this.#file = join(directory, "requests.ndjson");
    this.#rotateAt = rotateAt;
    this.#descriptor = openSync(this.#file, "a", 0o600);
    this.#size = fstatSync(this.#descriptor).size;
  }

  write(record: RequestRecord): void {
    const name = `${record.service}:${record.operation}`;
    this.#counters.set(name, (this.#counters.get(name) ?? 0) + 1);
    this.#totals.requests += 1;
    this.#totals.bytesIn += record.bytesIn;
    this.#totals.bytesOut += record.bytesOut;
    const line = `${JSON.stringify(record)}\n`;
    try {
      this.#size += writeSync(this.#descriptor, line);
      if (this.#size >= this.#rotateAt) this.#rotate();
    } catch {
      // A full disk must not turn answers that were right into failures; the log is for people.
    }
  }

  /** Requests since start by `service:Operation`. */
  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#counters].sort(([left], [right]) => (left < right ? -1 : 1)));
  }

  /** Requests, and bytes of bodies, since start. */
  totals(): { readonly requests: number; readonly bytesIn: number; readonly bytesOut: number } {
    return { ...this.#totals };
  }

  resetCounts(): void {
    this.#counters.clear();
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #rotate(): void {
    renameSync(this.#file, this.#file.replace(/ndjson$/, "1.ndjson"));
    closeSync(this.#descriptor);
    this.#descriptor = openSync(this.#file, "a", 0o600);
    this.#size = 0;
  }
}
