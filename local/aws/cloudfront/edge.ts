import { get, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { closeServer, listen, portOf } from "../listen.ts";
import type { Invalidations } from "./invalidations.ts";

export interface Edge {
  /** http://127.0.0.1:PORT */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

interface EdgeContext {
  readonly origin: string;
  readonly invalidations: Invalidations;
  readonly clock: { now(): Date };
}

interface Fetched {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

interface Cached extends Fetched {
  readonly at: Date;
  readonly freshSeconds: number;
}

/** Where the origin says nothing: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html */
const defaultSeconds = 86_400;

/** One edge location of a distribution: passes GET and HEAD on to the origin, and keeps what the origin lets it keep. */
export async function startEdge(name: string, port: number, context: EdgeContext): Promise<Edge> {
  const cache = new Map<string, Cached>();
  const server = await listen(port, `distribution "${name}"`, (message, response) => {
    answer(message, response, cache, context).catch(() => {
      response.writeHead(502, { "x-cache": "Error from cloudfront" }).end();
    });
  });
  return {
    port: portOf(server),
    url: `http://127.0.0.1:${portOf(server)}`,
    close: () => closeServer(server),
  };
}

async function answer(
  { method, url = "/" }: IncomingMessage,
  response: ServerResponse,
  cache: Map<string, Cached>,
  { origin, invalidations, clock }: EdgeContext,
): Promise<void> {
  if (method !== "GET" && method !== "HEAD") {
    response.writeHead(403, { "x-cache": "Error from cloudfront" }).end();
    return;
  }
  // Query strings are no part of the cache key, as in the managed policy CachingOptimized.
  const path = url.split("?", 1)[0] as string;
  const now = clock.now();
  const found = cache.get(path);
  const age = found === undefined ? 0 : Math.floor((now.getTime() - found.at.getTime()) / 1000);
  if (found !== undefined && age < found.freshSeconds && !invalidations.removed(path, found.at, now)) {
    send(response, method, found, { age: String(age), "x-cache": "Hit from cloudfront" });
    return;
  }
  cache.delete(path);
  const fetched = await fetchFrom(origin, path);
  const freshSeconds = freshFor(fetched);
  if (freshSeconds > 0) cache.set(path, { ...fetched, at: now, freshSeconds });
  send(response, method, fetched, { "x-cache": "Miss from cloudfront" });
}

function send(
  response: ServerResponse,
  method: string,
  { status, headers, body }: Fetched,
  more: Readonly<Record<string, string>>,
): void {
  const { connection: _, "keep-alive": __, "transfer-encoding": ___, ...kept } = headers;
  response.writeHead(status, { ...kept, ...more, "content-length": String(body.length) });
  response.end(method === "HEAD" ? undefined : body);
}

async function fetchFrom(origin: string, path: string): Promise<Fetched> {
  const message = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`${origin}${path}`, { agent: false }, resolve).once("error", reject);
  });
  return { status: message.statusCode ?? 502, headers: message.headers, body: await buffer(message) };
}

/** For how many seconds an answer may be kept; 0 for not at all. */
function freshFor({ status, headers }: Fetched): number {
  if (status !== 200) return 0;
  const control = headers["cache-control"] ?? "";
  if (/\b(no-store|no-cache|private)\b/i.test(control)) return 0;
  const [, shared] = /\bs-maxage=(\d+)/i.exec(control) ?? [];
  const [, own] = /\bmax-age=(\d+)/i.exec(control) ?? [];
  return Number(shared ?? own ?? defaultSeconds);
}
