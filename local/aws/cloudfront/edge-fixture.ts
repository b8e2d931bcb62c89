import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { closeServer, portOf } from "../listen.ts";
import { type CloudFront, cloudFront } from "./cloudfront.ts";
import type { Distribution } from "./distribution.ts";
import type { BucketAccess } from "./origin.ts";

/** An origin that answers as a test says, and remembers what it was asked. */
export class TestOrigin {
  readonly seen: { method: string; url: string; headers: IncomingMessage["headers"]; body: string }[] = [];
  answer: (request: IncomingMessage, response: ServerResponse) => void = (_, response) =>
    response.end("here");
  readonly #server: Server = createServer((message, response) => {
    void buffer(message).then((body) => {
      const { method = "", url = "", headers } = message;
      this.seen.push({ method, url, headers, body: body.toString() });
      this.answer(message, response);
    });
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${portOf(this.#server)}`;
  }

  /** Answers everything with this, and forgets what it was asked. */
  says(status: number, headers: Readonly<Record<string, string>> = {}, body = "body"): void {
    this.seen.length = 0;
    this.answer = (_, response) => response.writeHead(status, headers).end(body);
  }

  stop(): Promise<void> {
    return closeServer(this.#server);
  }
}

export interface Seen {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
  /** Of `x-cache`. */
  readonly cache: string;
}

/** One edge, a clock that stands still, and a distribution that tests replace. */
export class EdgeFixture {
  #now = new Date("2026-12-01T12:00:00Z");
  readonly service: CloudFront = cloudFront({
    accountId: "000000000000",
    clock: { now: () => this.#now },
    completeAfterMs: 1,
  });
  #url = "";

  async serve(distribution: Distribution, access?: (arn: string) => BucketAccess): Promise<void> {
    this.service.addDistribution("E1", distribution, access);
    this.#url = (await this.service.startEdge("E1", 0)).url;
  }

  now(): Date {
    return this.#now;
  }

  later(seconds: number): void {
    this.#now = new Date(this.#now.getTime() + seconds * 1000);
  }

  /** As a browser that decodes nothing; `fetch` would, and ask for it. */
  ask(path: string, headers: Record<string, string> = {}, method = "GET", body = ""): Promise<Seen> {
    return new Promise((resolve, reject) => {
      const asking = request(`${this.#url}${path}`, { method, headers, agent: false }, (answer) => {
        buffer(answer).then((content) => {
          const cache = String(answer.headers["x-cache"] ?? "").split(" ")[0] ?? "";
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: content, cache });
        }, reject);
      });
      asking.once("error", reject).end(body);
    });
  }

  async close(): Promise<void> {
    await this.service.service.close?.();
  }
}
