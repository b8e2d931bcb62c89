import { createHash, type Hash } from "node:crypto";
import { Transform, type TransformCallback } from "node:stream";
import { AwsError } from "../service.ts";
import type { Authenticated } from "./authenticate.ts";
import { emptyHash, scopeText, sha256, sign } from "./sigv4.ts";

interface ChunkedOptions {
  readonly trailer: boolean;
  readonly decodedLength: number;
  /** Present when each chunk carries a signature that continues the request's. */
  readonly authenticated: Authenticated | undefined;
  /** Receives the trailers, by lower-case name. */
  readonly trailers: Record<string, string>;
}

const maxLine = 16 * 1024;

/** Takes the payload out of the `aws-chunked` encoding and verifies chunk signatures, lengths and the trailer's signature. */
export class ChunkedDecoder extends Transform {
  readonly #options: ChunkedOptions;
  #state: "size" | "data" | "data-end" | "trailer" | "done" = "size";
  #line = "";
  #remaining = 0;
  #received = 0;
  #hash: Hash = createHash("sha256");
  #chunkSignature = "";
  #previousSignature: string;
  #trailerText = "";
  #trailerSignature: string | undefined;

  constructor(options: ChunkedOptions) {
    super();
    this.#options = options;
    this.#previousSignature = options.authenticated?.signature ?? "";
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    try {
      this.#consume(chunk);
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  override _flush(done: TransformCallback): void {
    try {
      // Some clients leave out the final empty line; an unfinished chunk is another matter.
      if (this.#state === "trailer" && this.#line === "") this.#endTrailers();
      if (this.#state !== "done") throw incomplete("The aws-chunked payload ended in the middle of a chunk");
      if (this.#received !== this.#options.decodedLength) {
        throw incomplete("You did not provide the number of bytes specified by x-amz-decoded-content-length");
      }
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  #consume(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#state === "data") {
        const data = chunk.subarray(at, at + this.#remaining);
        this.#hash.update(data);
        this.#remaining -= data.length;
        this.#received += data.length;
        at += data.length;
        this.push(data);
        if (this.#remaining === 0) this.#state = "data-end";
        continue;
      }
      const end = chunk.indexOf(10, at);
      const stop = end < 0 ? chunk.length : end;
      this.#line += chunk.toString("latin1", at, stop);
      if (this.#line.length > maxLine) throw incomplete("A line of the aws-chunked payload is too long");
      at = stop + 1;
      if (end >= 0) {
        const line = this.#line.replace(/\r$/, "");
        this.#line = "";
        this.#endLine(line);
      }
    }
  }

  #endLine(line: string): void {
    switch (this.#state) {
      case "size":
        this.#startChunk(line);
        return;
      case "data-end":
        if (line !== "") throw incomplete("A chunk of the aws-chunked payload is longer than it says");
        this.#endChunk();
        this.#state = "size";
        return;
      case "trailer":
        if (line === "") this.#endTrailers();
        else this.#addTrailer(line);
        return;
      default:
        if (line !== "") throw incomplete("Bytes follow the last chunk of the aws-chunked payload");
    }
  }

  #startChunk(line: string): void {
    const match = /^([0-9a-f]+)(?:;chunk-signature=([0-9a-f]{64}))?$/i.exec(line);
    if (!match) throw incomplete(`"${line.slice(0, 100)}" is not the head of an aws-chunked chunk`);
    this.#remaining = Number.parseInt(match[1] as string, 16);
    this.#chunkSignature = match[2] ?? "";
    this.#hash = createHash("sha256");
    if (this.#remaining > 0) {
      this.#state = "data";
      return;
    }
    this.#endChunk();
    this.#state = "trailer";
  }

  #endChunk(): void {
    this.#verify("AWS4-HMAC-SHA256-PAYLOAD", [emptyHash, this.#hash.digest("hex")], this.#chunkSignature);
  }

  #addTrailer(line: string): void {
    const at = line.indexOf(":");
    if (at <= 0) throw incomplete(`"${line.slice(0, 100)}" is not a trailer`);
    const name = line.slice(0, at).trim().toLowerCase();
    const value = line.slice(at + 1).trim();
    if (name === "x-amz-trailer-signature") {
      this.#trailerSignature = value;
      return;
    }
    this.#options.trailers[name] = value;
    this.#trailerText += `${name}:${value}\n`;
  }

  #endTrailers(): void {
    if (this.#options.trailer && this.#options.authenticated !== undefined) {
      this.#verify("AWS4-HMAC-SHA256-TRAILER", [sha256(this.#trailerText)], this.#trailerSignature ?? "");
    }
    this.#state = "done";
  }

  #verify(kind: string, hashes: readonly string[], signature: string): void {
    const { authenticated } = this.#options;
    if (authenticated === undefined) return;
    const { amzDate, scope, key } = authenticated;
    const text = [kind, amzDate, scopeText(scope), this.#previousSignature, ...hashes].join("\n");
    if (sign(key, text) !== signature) {
      throw new AwsError(
        "SignatureDoesNotMatch",
        403,
        "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
        { StringToSign: text, SignatureProvided: signature },
      );
    }
    this.#previousSignature = signature;
  }
}

function incomplete(message: string): AwsError {
  return new AwsError("IncompleteBody", 400, message);
}
