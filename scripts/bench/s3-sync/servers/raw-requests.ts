import { connect, type Socket } from "node:net";
import { presign } from "../../../../local/aws/signature/presign.ts";
import type { Servers } from "./servers.ts";

export interface RawRequest {
  readonly method: "GET" | "PUT";
  /** bucket/key */
  readonly path: string;
  readonly body?: Buffer;
}

export interface RawResponse {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** The bytes of a request, signed: making them is no part of sending them. */
export function rawBytes({ port, region, credentials }: Servers, request: RawRequest): Buffer {
  const address = presign({
    method: request.method,
    endpoint: `http://127.0.0.1:${port}`,
    path: `/${request.path}`,
    region,
    credentials,
    now: new Date(),
    expiresSeconds: 3600,
  });
  const { pathname, search, host } = new URL(address);
  const length = request.body === undefined ? "" : `Content-Length: ${request.body.length}\r\n`;
  const head = `${request.method} ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\n${length}\r\n`;
  return Buffer.concat([Buffer.from(head), request.body ?? Buffer.alloc(0)]);
}

/** Sends the requests over so many connections, one at a time on each, with next to no work of its own. */
export async function sendRaw(
  { port }: Servers,
  requests: readonly Buffer[],
  connections: number,
  onResponse: (index: number, response: RawResponse) => void,
): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    try {
      while (next < requests.length) {
        const index = next++;
        socket.write(requests[index] as Buffer);
        onResponse(index, await readResponse(socket));
      }
    } finally {
      socket.destroy();
    }
  };
  await Promise.all(Array.from({ length: Math.min(connections, requests.length) }, work));
}

function readResponse(socket: Socket): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let head: { readonly end: number; readonly text: string; readonly length: number } | undefined;
    const onData = (chunk: Buffer): void => {
      chunks.push(chunk);
      size += chunk.length;
      head ??= headOf(Buffer.concat(chunks));
      if (head === undefined || size < head.end + head.length) return;
      stop();
      resolve(parseResponse(head.text, Buffer.concat(chunks).subarray(head.end)));
    };
    const onClose = (): void => {
      stop();
      reject(new Error("the stand-in closed a connection"));
    };
    const stop = (): void => {
      socket.off("data", onData).off("close", onClose).off("error", onClose);
    };
    socket.on("data", onData).on("close", onClose).on("error", onClose);
  });
}

function headOf(bytes: Buffer): { end: number; text: string; length: number } | undefined {
  const at = bytes.indexOf("\r\n\r\n");
  if (at < 0) return undefined;
  const text = bytes.toString("latin1", 0, at);
  return { end: at + 4, text, length: Number(/\ncontent-length: (\d+)/i.exec(text)?.[1] ?? 0) };
}

function parseResponse(head: string, body: Buffer): RawResponse {
  const [first = "", ...lines] = head.split("\r\n");
  const headers = lines.map((line) => {
    const at = line.indexOf(": ");
    return [line.slice(0, at).toLowerCase(), line.slice(at + 2)] as const;
  });
  return { status: Number(first.split(" ")[1]), headers: new Map(headers), body };
}
