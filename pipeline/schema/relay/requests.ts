import { kindOf, textAt } from "./frames.ts";

/** Messages that belong together: up to the one after which the server is expected to answer. */
export interface Request {
  readonly frames: readonly Buffer[];
  /** A simple query or Sync, after which the server says when it is ready; Flush; a part of COPY; the end of the connection. */
  readonly kind: "whole" | "flush" | "copy" | "end";
  /** The SQL that it is about, without what was prepared under a name on another connection. */
  readonly sql: readonly string[];
}

/** Puts a program's messages together to requests, in order. */
export class RequestReader {
  readonly #ready: Request[] = [];
  readonly #prepared = new Map<string, string>();
  #frames: Buffer[] = [];
  #sql: string[] = [];
  #wake: () => void = () => {};
  #taker: ((request: Request) => boolean) | undefined;

  push(frames: readonly Buffer[]): void {
    for (const one of frames) this.#add(one);
  }

  /** Nothing more comes. */
  end(): void {
    this.#offer({ frames: [], kind: "end", sql: [] });
  }

  async next(): Promise<Request> {
    for (;;) {
      const first = this.#ready.shift();
      if (first !== undefined) return first;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Offers each request to `taker`, as soon as it comes, until `body` ends; those that it does not take wait. */
  async during<T>(taker: (request: Request) => boolean, body: () => Promise<T>): Promise<T> {
    this.#taker = taker;
    for (const request of this.#ready.splice(0)) this.#offer(request);
    try {
      return await body();
    } finally {
      this.#taker = undefined;
    }
  }

  #offer(request: Request): void {
    if (this.#taker?.(request)) return;
    this.#ready.push(request);
    this.#wake();
  }

  #add(message: Buffer): void {
    this.#frames.push(message);
    const kind = kindOf(message);
    if (kind === "Q") this.#sql.push(textAt(message, 5));
    if (kind === "P") this.#noteParse(message);
    if (kind === "B") this.#noteBind(message);
    if (kind === "Q" || kind === "S" || kind === "F") this.#close("whole");
    else if (kind === "H") this.#close("flush");
    else if (kind === "d" || kind === "c" || kind === "f") this.#close("copy");
    else if (kind === "X") this.#close("end");
  }

  #noteParse(message: Buffer): void {
    const name = textAt(message, 5);
    const sql = textAt(message, 5 + Buffer.byteLength(name) + 1);
    this.#prepared.set(name, sql);
    if (name === "") this.#sql.push(sql);
  }

  #noteBind(message: Buffer): void {
    const portal = textAt(message, 5);
    const name = textAt(message, 5 + Buffer.byteLength(portal) + 1);
    if (name !== "") this.#sql.push(this.#prepared.get(name) ?? "");
  }

  #close(kind: Request["kind"]): void {
    const request = { frames: this.#frames, kind, sql: this.#sql };
    this.#frames = [];
    this.#sql = [];
    this.#offer(request);
  }
}
