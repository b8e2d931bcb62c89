import {
  Agent,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { Duplex } from "node:stream";
import { closeServer, listen } from "../../listen.ts";
import type { Instance } from "../instance/instance.ts";

const answerTimeoutMs = 60_000;
/** Headers that concern one connection and not the message: RFC 9110, 7.6.1. */
const hopByHop = /^(connection|keep-alive|proxy-connection|transfer-encoding|te|trailer|upgrade|expect)$/i;

/**
 * The environment's address: load balancer and nginx in one. Round robin over the instances in service; the message goes
 * through as it streams, with the headers that ALB and EB's nginx add.
 */
export class LoadBalancer {
  readonly #instances: () => readonly Instance[];
  readonly #agent = new Agent({ keepAlive: true, maxFreeSockets: 64 });
  #server: Server | undefined;
  #turn = 0;
  #port = 0;

  constructor(instances: () => readonly Instance[]) {
    this.#instances = instances;
  }

  async listen(port: number, environment: string): Promise<void> {
    this.#port = port;
    this.#server = await listen(port, `the environment "${environment}"`, (request, response) =>
      this.#pass(request, response),
    );
    this.#server.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
  }

  async close(): Promise<void> {
    this.#agent.destroy();
    if (this.#server?.listening) await closeServer(this.#server);
  }

  #next(): Instance | undefined {
    const inService = this.#instances().filter((instance) => instance.inService);
    this.#turn = (this.#turn + 1) % 1_000_000;
    return inService[this.#turn % inService.length];
  }

  #pass(request: IncomingMessage, response: ServerResponse): void {
    const instance = this.#next();
    const started = performance.now();
    // Counted where it was answered, or where nginx would have had to answer it.
    const counted = instance ?? this.#instances().find(({ registered }) => registered);
    response.once("close", () => {
      counted?.metrics.record(
        response.headersSent ? response.statusCode : 499,
        (performance.now() - started) / 1000,
      );
    });
    if (instance === undefined) {
      request.resume();
      answerPage(response, 502, "Bad Gateway");
      return;
    }
    instance.active += 1;
    response.once("close", () => {
      instance.active -= 1;
    });
    this.#forward(instance, request, response, false);
  }

  #forward(instance: Instance, request: IncomingMessage, response: ServerResponse, again: boolean): void {
    const upstream = httpRequest({
      host: "127.0.0.1",
      port: instance.port,
      method: request.method,
      path: request.url,
      headers: this.#headers(request),
      // A second try must not meet another connection that the application has just closed.
      agent: again ? false : this.#agent,
      timeout: answerTimeoutMs,
      setDefaultHeaders: false,
    });
    const bodyless =
      request.headers["content-length"] === undefined && request.headers["transfer-encoding"] === undefined;
    let timedOut = false;
    upstream.once("timeout", () => {
      timedOut = true;
      upstream.destroy(new Error("the application did not answer in time"));
    });
    upstream.once("error", () => {
      if (response.headersSent || response.destroyed) response.destroy();
      else if (upstream.reusedSocket && bodyless && !again && !timedOut)
        this.#forward(instance, request, response, true);
      else if (timedOut) answerPage(response, 504, "Gateway Time-out");
      else answerPage(response, 502, "Bad Gateway");
    });
    upstream.once("response", (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.statusMessage, responseHeaders(answer));
      answer.pipe(response);
      answer.once("error", () => response.destroy());
    });
    response.once("close", () => upstream.destroy());
    if (bodyless) upstream.end();
    else request.pipe(upstream);
  }

  #upgrade(request: IncomingMessage, client: Duplex, head: Buffer): void {
    const instance = this.#next();
    client.on("error", () => client.destroy());
    if (instance === undefined) {
      client.end(
        "HTTP/1.1 502 Bad Gateway\r\nServer: nginx\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
      );
      return;
    }
    const upstream = httpRequest({
      host: "127.0.0.1",
      port: instance.port,
      method: request.method,
      path: request.url,
      headers: [...this.#headers(request), "Connection", "upgrade", "Upgrade", request.headers.upgrade ?? ""],
      agent: false,
      setDefaultHeaders: false,
    });
    upstream.once("error", () => client.destroy());
    upstream.once("response", () => client.destroy());
    upstream.once("upgrade", (answer, socket, first) => {
      const lines = pairs(answer.rawHeaders).map(([name, value]) => `${name}: ${value}`);
      client.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join("\r\n")}\r\n\r\n`);
      client.write(first);
      socket.write(head);
      socket.on("error", () => client.destroy());
      socket.pipe(client).pipe(socket);
      client.once("close", () => socket.destroy());
    });
    upstream.end();
  }

  /** The request's own headers, Host included, and those of EB's nginx and the load balancer before it. */
  #headers(request: IncomingMessage): string[] {
    const client = request.socket.remoteAddress ?? "127.0.0.1";
    const chain = [request.headers["x-forwarded-for"], client].flat().filter(Boolean).join(", ");
    const ours = /^(x-forwarded-for|x-forwarded-proto|x-forwarded-port|x-real-ip)$/i;
    const kept = pairs(request.rawHeaders).filter(([name]) => !hopByHop.test(name) && !ours.test(name));
    const chunked =
      request.headers["transfer-encoding"] !== undefined ? ["Transfer-Encoding", "chunked"] : [];
    return [
      ...kept.flat(),
      ...chunked,
      "X-Real-IP",
      client,
      "X-Forwarded-For",
      chain,
      "X-Forwarded-Proto",
      "http",
      "X-Forwarded-Port",
      String(this.#port),
    ];
  }
}

function responseHeaders(answer: IncomingMessage): string[] {
  const kept = pairs(answer.rawHeaders).filter(([name]) => !hopByHop.test(name) && !/^server$/i.test(name));
  return ["Server", "nginx", ...kept.flat()];
}

function pairs(raw: readonly string[]): [string, string][] {
  return Array.from({ length: raw.length / 2 }, (_, index) => [
    raw[2 * index] ?? "",
    raw[2 * index + 1] ?? "",
  ]);
}

function answerPage(response: ServerResponse, status: number, reason: string): void {
  const title = `${status} ${reason}`;
  const page = [
    `<html>\r\n<head><title>${title}</title></head>`,
    `<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`,
  ].join("\r\n");
  response.writeHead(status, reason, {
    server: "nginx",
    "content-type": "text/html",
    "content-length": page.length,
  });
  response.end(page);
}
