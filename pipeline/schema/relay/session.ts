import type { Socket } from "node:net";
import type pg from "pg";
import type { Execute } from "../migration/records.ts";
import { FrameReader, kindOf } from "./frames.ts";

/** What the server says of a session: in no transaction, in one, in one that has failed. */
type TransactionStatus = "I" | "T" | "E";

type Row = Record<string, unknown>;

/** A batch that the server did not do to its end. */
export class BatchFailed extends Error {
  /** What the server says it did before that, as `COMMIT`, one word for each statement. */
  readonly done: readonly string[];
  /** The SQLSTATE, or the code of Node's. */
  readonly code: unknown;

  constructor(cause: unknown, done: readonly string[]) {
    super(cause instanceof Error ? cause.message : String(cause));
    this.done = done;
    this.code = (cause as { readonly code?: unknown }).code;
  }
}

interface Exchange {
  readonly onFrames: (frames: readonly Buffer[]) => void;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * A session of the server that this process owns: it speaks in it itself, by pg, and lets somebody else speak in between, whose messages
 * it only hands on. Whoever wants more than one statement undisturbed enters it.
 */
export class Session {
  readonly client: pg.Client;
  readonly #stream: Socket;
  readonly #reader = new FrameReader();
  #exchange: Exchange | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #said: Promise<unknown> = Promise.resolve();
  #status: TransactionStatus = "I";
  #lost: Error | undefined;

  /** `client` is connected and has nothing to do. */
  constructor(client: pg.Client) {
    this.client = client;
    this.#stream = connectionOf(client).stream;
    const listeners = this.#stream.listeners("data") as ((bytes: Buffer) => void)[];
    this.#stream.removeAllListeners("data");
    this.#stream.on("data", (bytes: Buffer) => this.#receive(bytes, listeners));
    this.#stream.on("error", (error) => this.#lose(error));
    this.#stream.on("close", () => this.#lose(new Error("Connection terminated unexpectedly")));
  }

  get status(): TransactionStatus {
    return this.#status;
  }

  /** Why the session is gone; undefined as long as it is not. */
  get lost(): Error | undefined {
    return this.#lost;
  }

  /** One statement of this process's own. */
  readonly execute: Execute = async (sql, values = []) => {
    const { rows } = await this.#say(() => this.client.query(sql, [...values]));
    return rows;
  };

  /** Statements of this process's own in one round trip; the rows of each. Rejects with `BatchFailed`. */
  async batch(statements: readonly string[]): Promise<Row[][]> {
    const done: string[] = [];
    const note = ({ text }: { readonly text: string }): void => {
      done.push(text.split(" ")[0] ?? "");
    };
    const connection = connectionOf(this.client);
    return this.#say(async () => {
      connection.on("commandComplete", note);
      try {
        const results = await this.client.query(statements.join(";\n"));
        return [results].flat().map(({ rows }) => rows as Row[]);
      } catch (error) {
        throw new BatchFailed(error, done);
      } finally {
        connection.off("commandComplete", note);
      }
    });
  }

  /** One after the other: pg keeps no queue of its own any more. */
  #say<T>(body: () => Promise<T>): Promise<T> {
    const said = this.#said.then(() => {
      if (this.#lost) throw this.#lost;
      return body();
    });
    this.#said = said.catch(() => {});
    return said;
  }

  /** Runs `body` while nobody else uses the session. */
  async enter<T>(body: () => Promise<T>): Promise<T> {
    const before = this.#turn;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#turn = promise;
    await before;
    try {
      return await body();
    } finally {
      resolve();
    }
  }

  /** Lets somebody else speak; resolves when the server is ready for the next query. Only for who has entered. */
  async speak(onFrames: (frames: readonly Buffer[]) => void): Promise<void> {
    if (this.#lost) throw this.#lost;
    await new Promise<void>((resolve, reject) => {
      this.#exchange = { onFrames, resolve, reject };
    });
  }

  send(frames: readonly Buffer[]): void {
    this.#stream.write(Buffer.concat(frames));
  }

  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  /** Ends it without a word: whatever waits for the server rejects. */
  destroy(): void {
    this.#stream.destroy();
  }

  async end(): Promise<void> {
    // The server would take leave only after a statement that nobody waits for any more.
    if (this.#exchange) this.destroy();
    await this.client.end().catch(() => {});
  }

  #receive(bytes: Buffer, listeners: readonly ((bytes: Buffer) => void)[]): void {
    const frames = this.#reader.push(bytes);
    for (const one of frames) {
      if (kindOf(one) === "Z") this.#status = String.fromCharCode(one[5] ?? 0) as TransactionStatus;
    }
    const exchange = this.#exchange;
    if (exchange === undefined) {
      if (frames.length > 0) for (const listener of listeners) listener(Buffer.concat(frames));
      return;
    }
    const ready = frames.findIndex((one) => kindOf(one) === "Z");
    exchange.onFrames(ready === -1 ? frames : frames.slice(0, ready + 1));
    if (ready === -1) return;
    this.#exchange = undefined;
    exchange.resolve();
    const rest = frames.slice(ready + 1);
    if (rest.length > 0) for (const listener of listeners) listener(Buffer.concat(rest));
  }

  #lose(error: Error): void {
    this.#lost ??= error;
    const exchange = this.#exchange;
    this.#exchange = undefined;
    exchange?.reject(this.#lost);
  }
}

interface Connection {
  readonly stream: Socket;
  on(event: "commandComplete", listener: (message: { readonly text: string }) => void): void;
  off(event: "commandComplete", listener: (message: { readonly text: string }) => void): void;
}

function connectionOf(client: pg.Client): Connection {
  return (client as unknown as { readonly connection: Connection }).connection;
}
