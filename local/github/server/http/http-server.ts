import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { LocalError } from "../../../errors.ts";
import { type Answer, ApiError } from "./answer.ts";
import type { RequestFaults } from "./request-faults.ts";
import type { RequestLog } from "./request-log.ts";

export interface IncomingRequest {
  readonly method: string;
  /** Encoded as it came, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The server's address as the client wrote it. */
  readonly origin: string;
  /** Aborts when the client is gone. */
  readonly signal: AbortSignal;
}

interface HttpServerOptions {
  readonly port: number;
  readonly faults: RequestFaults;
  readonly log: RequestLog;
  readonly respond: (request: IncomingRequest) => Promise<Answer>;
  /** Who made a request, for the log. */
  readonly describe: (request: IncomingRequest) => string | undefined;
}

const largestBodyBytes = 10_000_000;

/** Listens on the loopback interface. Throws `PortInUse`. */
export async function listen(options: HttpServerOptions): Promise<Server> {
  const server = createServer((message, response) => {
    serve(options, message, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EADDRINUSE") return reject(error);
      reject(
        new LocalError(
          "PortInUse",
          `port ${options.port} of the local GitHub is taken`,
          "end the program that has it",
        ),
      );
    });
    server.listen(options.port, "127.0.0.1", resolve);
  });
  return server;
}

/** Stops listening and cuts what is still open. */
export function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function serve(
  options: HttpServerOptions,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const started = performance.now();
  const at = new Date().toISOString();
  const method = message.method ?? "GET";
  const target = message.url ?? "/";
  const fault = target.startsWith("/_local/") ? undefined : options.faults.meet(method, target);
  let request: IncomingRequest | undefined;
  response.once("close", () => {
    const ms = Math.round(performance.now() - started);
    const by = request === undefined ? undefined : options.describe(request);
    const status = fault?.drop ? 0 : response.statusCode;
    options.log.add({
      at,
      method,
      path: target,
      status,
      ms,
      by,
      fault: fault === undefined ? undefined : true,
    });
  });
  if (fault?.delayMs) await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
  if (fault?.hold === "before" && !(await released(options.faults, message))) return;
  if (fault?.drop === true || fault?.drop === "before") {
    message.socket.destroy();
    return;
  }
  if (fault?.status !== undefined) {
    return write(response, method, new ApiError(fault.status, "This fault was switched on").answer());
  }
  const refusal = refuseForeign(message);
  if (refusal !== undefined) return write(response, method, refusal);
  request = await read(message, response);
  const answer =
    request === undefined
      ? new ApiError(413, "Payload Too Large").answer()
      : await answerTo(options, request);
  if (fault?.hold === "after" && !(await released(options.faults, message))) return;
  if (fault?.drop === "after") {
    message.socket.destroy();
    return;
  }
  await write(response, method, answer);
}

/** Waits until faults are cleared; false when the client has gone before that. */
async function released(faults: RequestFaults, { socket }: IncomingMessage): Promise<boolean> {
  if (socket.destroyed) return false;
  const gone = new Promise<boolean>((resolve) => socket.once("close", () => resolve(false)));
  return Promise.race([gone, faults.untilCleared().then(() => true)]);
}

async function answerTo(options: HttpServerOptions, request: IncomingRequest): Promise<Answer> {
  try {
    return await options.respond(request);
  } catch (error) {
    if (error instanceof ApiError) return error.answer();
    if (error instanceof URIError) return new ApiError(400, "The address is not encoded well").answer();
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { status: 500, json: { message: "Server Error", details: text, status: "500" } };
  }
}

/**
 * Requests that a web page elsewhere made its reader's browser send: by a name that was made to resolve here, or from
 * another origin.
 */
function refuseForeign({ headers, method }: IncomingMessage): Answer | undefined {
  const host = headers.host ?? "";
  if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i.test(host)) {
    return new ApiError(403, `Host "${host}" is not this machine`).answer();
  }
  const { origin } = headers;
  if (method === "GET" || method === "HEAD" || origin === undefined) return undefined;
  return origin === `http://${host}`
    ? undefined
    : new ApiError(403, `Origin "${origin}" may not do this`).answer();
}

async function read(
  message: IncomingMessage,
  response: ServerResponse,
): Promise<IncomingRequest | undefined> {
  if (Number(message.headers["content-length"] ?? 0) > largestBodyBytes) return undefined;
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const target = message.url ?? "/";
  const at = target.indexOf("?");
  return {
    // HEAD is answered as GET; what is written leaves the body out.
    method: message.method === "HEAD" ? "GET" : (message.method ?? "GET"),
    path: at < 0 ? target : target.slice(0, at),
    query: new URLSearchParams(at < 0 ? "" : target.slice(at)),
    headers: message.headers,
    body: await buffer(message),
    origin: `http://${message.headers.host}`,
    signal: gone.signal,
  };
}

async function write(response: ServerResponse, method: string, answer: Answer): Promise<void> {
  const body = bodyOf(answer);
  response.writeHead(answer.status, { ...body.headers, ...answer.headers });
  if (method === "HEAD") {
    answer.stream?.destroy();
    response.end();
    return;
  }
  if (answer.stream === undefined) {
    response.end(body.content);
    return;
  }
  response.flushHeaders();
  // A client that goes away in the middle of a stream is none of our errors.
  await pipeline(answer.stream, response).catch(() => {});
}

function bodyOf(answer: Answer): { headers: Record<string, string | number>; content: string | Uint8Array } {
  if (answer.stream !== undefined) return { headers: {}, content: "" };
  const [type, content] =
    answer.json !== undefined
      ? ["application/json; charset=utf-8", JSON.stringify(answer.json)]
      : answer.bytes !== undefined
        ? ["application/octet-stream", answer.bytes]
        : ["text/plain; charset=utf-8", answer.text ?? ""];
  if (answer.status === 204) return { headers: {}, content: "" };
  if (content.length === 0) return { headers: { "content-length": 0 }, content };
  return { headers: { "content-type": type, "content-length": Buffer.byteLength(content) }, content };
}
