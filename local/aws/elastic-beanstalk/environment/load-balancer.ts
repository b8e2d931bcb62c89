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
import type { Passing } from "../nginx/decide.ts";
import { type Page, pageOf } from "../nginx/pages.ts";
import type { Asked } from "../nginx/variables.ts";

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
  #split: { readonly instances: ReadonlySet<Instance>; readonly percent: number } | undefined;
  #splitTurn = 0;
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

  /** Sends that share of the requests to some of the instances, and the rest to the others; undefined ends it. */
  split(share: { readonly instances: readonly Instance[]; readonly percent: number } | undefined): void {
    this.#split = share && { instances: new Set(share.instances), percent: share.percent };
  }

  #next(): Instance | undefined {
    let inService = this.#instances().filter((instance) => instance.inService);
    const split = this.#split;
    if (split !== undefined) {
      this.#splitTurn += split.percent;
      const theirs = this.#splitTurn >= 100;
      if (theirs) this.#splitTurn -= 100;
      inService = inService.filter((instance) => split.instances.has(instance) === theirs);
    }
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
      answerPage(request, response, pageOf(502));
      return;
    }
    instance.active += 1;
    response.once("close", () => {
      instance.active -= 1;
    });
    const way = instance.proxy.decide(this.#asked(request));
    if (way?.kind === "answer") {
      request.resume();
      answerPage(request, response, way);
    } else this.#forward(instance, request, response, { way, again: false });
  }

  #forward(
    instance: Instance,
    request: IncomingMessage,
    response: ServerResponse,
    { way, again }: { readonly way: Passing | undefined; readonly again: boolean },
  ): void {
    const upstream = httpRequest({
      host: "127.0.0.1",
      port: instance.port,
      method: request.method,
      path: way?.path ?? request.url,
      headers: this.#headers(request, way),
      // A second try must not meet another connection that the application has just closed.
      agent: again ? false : this.#agent,
      timeout: answerTimeoutMs,
      setDefaultHeaders: false,
    });
    const bodyless =
      request.headers["content-length"] === undefined && request.headers["transfer-encoding"] === undefined;
    const fail = (status: number): void => answerPage(request, response, pageOf(status, way?.added(status)));
    let timedOut = false;
    upstream.once("timeout", () => {
      timedOut = true;
      upstream.destroy(new Error("the application did not answer in time"));
    });
    upstream.once("error", () => {
      if (response.headersSent || response.destroyed) response.destroy();
      else if (upstream.reusedSocket && bodyless && !again && !timedOut)
        this.#forward(instance, request, response, { way, again: true });
      else fail(timedOut ? 504 : 502);
    });
    upstream.once("response", (answer) => {
      const status = answer.statusCode ?? 502;
      const headers = [...responseHeaders(answer), ...(way?.added(status).flat() ?? [])];
      response.writeHead(status, answer.statusMessage, headers);
      answer.pipe(response);
      answer.once("error", () => response.destroy());
    });
    response.once("close", () => upstream.destroy());
    if (bodyless) {
      upstream.end();
      return;
    }
    limitBody(request, way?.maxBodyBytes ?? 0, () => {
      if (!response.headersSent) fail(413);
      upstream.destroy();
    });
    request.pipe(upstream);
  }

  #upgrade(request: IncomingMessage, client: Duplex, head: Buffer): void {
    const instance = this.#next();
    client.on("error", () => client.destroy());
    const way = instance?.proxy.decide(this.#asked(request));
    if (instance === undefined || way?.kind === "answer") {
      client.end(
        "HTTP/1.1 502 Bad Gateway\r\nServer: nginx\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
      );
      return;
    }
    const upstream = httpRequest({
      host: "127.0.0.1",
      port: instance.port,
      method: request.method,
      path: way?.path ?? request.url,
      headers: [
        ...this.#headers(request, way),
        "Connection",
        "upgrade",
        "Upgrade",
        request.headers.upgrade ?? "",
      ],
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

  /** As the load balancer hands it to nginx. */
  #asked(request: IncomingMessage): Asked {
    return {
      method: request.method ?? "GET",
      url: request.url ?? "/",
      headers: { ...request.headers, host: this.#hostOf(request) },
      remoteAddress: request.socket.remoteAddress ?? "127.0.0.1",
    };
  }

  /**
   * HTTP/1.0 needs no Host, and HTTP/1.1, in which applications are asked, does: a load balancer names itself then.
   * https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html#http-connections
   */
  #hostOf(request: IncomingMessage): string {
    return request.headers.host ?? `127.0.0.1:${this.#port}`;
  }

  /** The request's own headers and the load balancer's, and over them those that nginx's location sets. */
  #headers(request: IncomingMessage, way: Passing | undefined): string[] {
    const client = request.socket.remoteAddress ?? "127.0.0.1";
    const chain = [request.headers["x-forwarded-for"], client].flat().filter(Boolean).join(", ");
    const balancer: [string, string][] = [
      ["Host", this.#hostOf(request)],
      ["X-Forwarded-For", chain],
      ["X-Forwarded-Proto", "http"],
      ["X-Forwarded-Port", String(this.#port)],
    ];
    const nginx = (way?.headers ?? []).filter(([name]) => !hopByHop.test(name));
    const names = (headers: readonly (readonly [string, string])[]): string[] =>
      headers.map(([name]) => name.toLowerCase());
    const set = new Set(names(nginx));
    const kept = pairs(request.rawHeaders).filter(
      ([name]) => !hopByHop.test(name) && ![...set, ...names(balancer)].includes(name.toLowerCase()),
    );
    const chunked =
      request.headers["transfer-encoding"] !== undefined ? ["Transfer-Encoding", "chunked"] : [];
    return [
      ...kept.flat(),
      ...chunked,
      ...balancer.filter(([name]) => !set.has(name.toLowerCase())).flat(),
      // An empty value takes the header away.
      ...nginx.filter(([, value]) => value !== "").flat(),
    ];
  }
}

/** Calls `exceeded` once a body of unknown length is longer than nginx takes; 0 is no limit. */
function limitBody(request: IncomingMessage, maxBytes: number, exceeded: () => void): void {
  if (maxBytes === 0 || request.headers["content-length"] !== undefined) return;
  let bytes = 0;
  const count = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (bytes <= maxBytes) return;
    request.off("data", count);
    exceeded();
  };
  request.on("data", count);
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

function answerPage(
  { method }: IncomingMessage,
  response: ServerResponse,
  { status, reason, headers, body }: Page,
): void {
  const length = ["Content-Length", String(Buffer.byteLength(body))];
  response.writeHead(status, reason, ["Server", "nginx", ...length, ...headers.flat()]);
  response.end(method === "HEAD" || status === 204 ? undefined : body);
}
