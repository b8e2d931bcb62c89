// Site and API under one address, as a CloudFront distribution with two origins gives them: for apps that call their API by a path.
import {
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from "node:http";
import { pipeline } from "node:stream";
import { closeServer, listen, portOf } from "./aws/listen.ts";

interface Origins {
  /** `/api`: it, and everything below it, is the API's. */
  readonly apiPath: string;
  readonly site: () => string | undefined;
  readonly api: () => string | undefined;
}

export interface OneAddress {
  /** http://127.0.0.1:PORT */
  readonly url: string;
  close(): Promise<void>;
}

/** Starts it. Paths go to the origin as they are; so do `Host` and the answer's headers. WebSockets are not passed through. */
export async function startOneAddress(port: number, origins: Origins): Promise<OneAddress> {
  const server = await listen(port, "site and API under one address", (incoming, response) => {
    const origin = isBelow(incoming.url ?? "/", origins.apiPath) ? origins.api() : origins.site();
    if (origin === undefined) answer(response, 503, "nothing is deployed there yet\n");
    else pass(incoming, response, origin);
  });
  return { url: `http://127.0.0.1:${portOf(server)}`, close: () => closeServer(server) };
}

function isBelow(target: string, path: string): boolean {
  const [asked = "/"] = target.split("?", 1);
  const base = path.replace(/\/+$/, "");
  return asked === base || asked.startsWith(`${base}/`);
}

function pass(incoming: IncomingMessage, response: ServerResponse, origin: string): void {
  const { hostname, port } = new URL(origin);
  const outgoing: ClientRequest = request({
    host: hostname,
    port,
    method: incoming.method,
    path: incoming.url,
    headers: { ...withoutHopByHop(incoming.headers), "x-forwarded-for": forwardedFor(incoming) },
  });
  outgoing.once("response", (reply) => {
    response.writeHead(reply.statusCode ?? 502, withoutHopByHop(reply.headers));
    pipeline(reply, response, () => {});
  });
  outgoing.once("error", () => {
    if (response.headersSent) response.destroy();
    else answer(response, 502, `nothing answers at ${origin}\n`);
  });
  response.once("close", () => outgoing.destroy());
  pipeline(incoming, outgoing, () => {});
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(text);
}

/** Headers of one connection only: https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1 */
const hopByHop = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "te",
  "upgrade",
]);

function withoutHopByHop(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.has(name)));
}

function forwardedFor({ headers, socket }: IncomingMessage): string {
  const before = headers["x-forwarded-for"];
  const client = socket.remoteAddress ?? "";
  return before === undefined ? client : `${before}, ${client}`;
}
