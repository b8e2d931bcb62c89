import { type IncomingMessage, type RequestListener, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";

const malformed = [400, "The request is malformed."] as const;

const answers: Readonly<Record<string, readonly [status: number, message: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, "The request took too long."],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, "The body is too large."],
  HPE_HEADER_OVERFLOW: [431, "The head of the request is too large."],
};

/** Answers in JSON, as the rest does, what Node refuses before there is a request: for `clientError` of a server. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, message] = answers[error.code ?? ""] ?? malformed;
  const body = JSON.stringify({ message });
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

/** Refuses a request without a Host, which Node would do without a body, and hands all others on. */
export function requiringHost(handle: RequestListener): RequestListener {
  return (request, response) => {
    if (!lacksHost(request)) return void handle(request, response);
    const [status, message] = malformed;
    const body = JSON.stringify({ message });
    response
      .writeHead(status, {
        "content-type": "application/json; charset=utf-8",
        "content-length": Buffer.byteLength(body),
        connection: "close",
      })
      .end(body);
  };
}

function lacksHost({ headers, httpVersion }: IncomingMessage): boolean {
  return headers.host === undefined && httpVersion !== "1.0";
}
