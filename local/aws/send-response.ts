import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { AwsResponse } from "./service.ts";

/** Sends the answer. Returns the bytes of its body; a body that fails half-way resets the connection. */
export async function sendResponse(
  message: IncomingMessage,
  response: ServerResponse,
  answer: AwsResponse,
  now: Date,
): Promise<number> {
  const { body } = answer;
  const headOnly = message.method === "HEAD" || answer.status === 204 || answer.status === 304;
  response.statusCode = answer.status;
  response.setHeader("Date", now.toUTCString());
  response.setHeader("Server", "local-aws");
  for (const [name, value] of Object.entries(answer.headers ?? {})) {
    if (value !== undefined) response.setHeader(name, value);
  }
  if (headOnly) {
    if (body instanceof Readable) body.destroy();
    response.end();
    return 0;
  }
  if (!(body instanceof Readable)) {
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body ?? "");
    response.setHeader("Content-Length", bytes.length);
    // Without a body the head alone is one write.
    if (bytes.length === 0) response.end();
    else response.end(bytes);
    return bytes.length;
  }
  let sent = 0;
  body.on("data", (chunk: Buffer) => {
    sent += chunk.length;
  });
  // A client that goes away in the middle is not an error of the server.
  await pipeline(body, response).catch(() => response.destroy());
  return sent;
}
