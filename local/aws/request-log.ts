import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Operation } from "./service.ts";

/** Who asked for what, and when. */
interface LoggedRequest {
  /** ISO 8601, UTC, milliseconds: when the request arrived. */
  readonly time: string;
  readonly service: string;
  readonly operation: Operation;
  readonly method: string;
  readonly bytesIn: number;
  /** ARN; "" for anonymous requests. */
  readonly principal: string;
  readonly requestId: string;
}

/** What became of it. */
interface LoggedAnswer {
  /** 0 when the connection was reset instead of answered. */
  readonly status: number;
  /** Of the error, where it is one. */
  readonly code?: string;
  readonly ms: number;
  readonly bytesOut: number;
  /** Whether a switched-on fault struck. */
  readonly struck: boolean;
  /** What went wrong inside the stand-in, for InternalError. */
  readonly error?: unknown;
}

/** One line of `requests.ndjson`. */
export interface RequestRecord
  extends Omit<LoggedRequest, "operation">,
    Pick<LoggedAnswer, "status" | "code" | "ms" | "bytesOut"> {
  readonly operation: string;
  readonly target: string;
  readonly details?: Readonly<Record<string, string>>;
  /** Present when a switched-on fault struck. */
  readonly fault?: true;
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

  write(request: LoggedRequest, answer: LoggedAnswer): void {
    const name = `${request.service}:${request.operation.name}`;
    this.#counters.set(name, (this.#counters.get(name) ?? 0) + 1);
    this.#totals.requests += 1;
    this.#totals.bytesIn += request.bytesIn;
    this.#totals.bytesOut += answer.bytesOut;
    const line = `${JSON.stringify(lineOf(request, answer))}\n`;
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

function lineOf(request: LoggedRequest, answer: LoggedAnswer): RequestRecord {
  const { time, service, operation, method, bytesIn, principal, requestId } = request;
  const { status, code, ms, bytesOut, struck, error } = answer;
  return {
    time,
    service,
    operation: operation.name,
    target: operation.target,
    details: operation.details,
    method,
    status,
    code,
    ms: Math.round(ms * 10) / 10,
    bytesIn,
    bytesOut,
    principal,
    requestId,
    fault: struck || undefined,
    error: error === undefined ? undefined : describe(error),
  };
}

function describe(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}
