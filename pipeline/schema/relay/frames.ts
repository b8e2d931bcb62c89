/**
 * Messages of PostgreSQL's protocol 3.0: a byte that names the kind, the length, the body
 * (https://www.postgresql.org/docs/current/protocol-message-formats.html).
 */

/** Cuts a stream of bytes into whole messages. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  /** The messages that these bytes complete, each with its kind and length. */
  push(bytes: Buffer): Buffer[] {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const frames: Buffer[] = [];
    let start = 0;
    while (this.#rest.length - start >= 5) {
      const end = start + 1 + this.#rest.readInt32BE(start + 1);
      if (end > this.#rest.length) break;
      frames.push(this.#rest.subarray(start, end));
      start = end;
    }
    this.#rest = this.#rest.subarray(start);
    return frames;
  }
}

export function kindOf(frame: Buffer): string {
  return String.fromCharCode(frame[0] ?? 0);
}

export function frame(kind: string, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(kind), int32(body.length + 4), body]);
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

/** The text that a protocol string holds, from `offset` up to its zero byte. */
export function textAt(bytes: Buffer, offset: number): string {
  const end = bytes.indexOf(0, offset);
  return bytes.toString("utf8", offset, end === -1 ? bytes.length : end);
}

export function text(value: string): Buffer {
  return Buffer.from(`${value.replaceAll("\0", "")}\0`);
}

/** The SQLSTATE of an ErrorResponse; "" for any other message. */
export function errorState(message: Buffer): string {
  if (kindOf(message) !== "E") return "";
  for (let at = 5; at < message.length && message[at] !== 0; at = message.indexOf(0, at) + 1) {
    if (message[at] === 0x43) return textAt(message, at + 1);
  }
  return "XX000";
}

export function errorResponse(state: string, message: string): Buffer {
  const fields = [
    ["S", "ERROR"],
    ["V", "ERROR"],
    ["C", state],
    ["M", message],
  ].map(([field = "", value = ""]) => Buffer.concat([Buffer.from(field), text(value)]));
  return frame("E", ...fields, Buffer.from([0]));
}

export function readyForQuery(status: string): Buffer {
  return frame("Z", Buffer.from(status));
}
