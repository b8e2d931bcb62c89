import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { WholeManifest } from "../bundle/whole-manifest-fixture.ts";
import type { Clock } from "../kit/clock.ts";
import { sha256 } from "../kit/sha256.ts";
import type { Wanted } from "./release-checks.ts";

/** Time that passes only by sleeping. */
export function virtualClock(): Clock {
  let now = 0;
  return {
    now: () => new Date(now),
    sleep: async (ms) => {
      now += ms;
    },
  };
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A site and an API on two origins, which answer as one release until a test says otherwise. */
export interface PublicSystem {
  readonly wanted: Wanted;
  /** By `site GET /path` or `api METHOD /path`. */
  replies: Record<string, (request: IncomingMessage) => Reply>;
  connections: number;
  reset(): void;
  close(): void;
}

export const json = (value: unknown) => (): Reply => ({
  status: 200,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(value),
});

const script = "console.log('new')";
const page = `<!doctype html><script type="module" src="./assets/app-1.js"></script><p>hi`;

const file = (content: string) => ({
  sha256: sha256(content),
  bytes: content.length,
  contentType: "text/plain",
  cacheControl: "no-cache",
});

const manifest: WholeManifest = {
  schema: 1,
  id: "20261101T080000Z-aaaaaaa",
  commit: "a".repeat(40),
  committedAt: "2026-11-01T08:00:00Z",
  api: { version: "a".repeat(12), sha256: "a".repeat(64), bytes: 1, node: ">=24" },
  site: { files: { "index.html": file(page), "assets/app-1.js": file(script) } },
  migrations: [],
};

export async function startPublicSystem(): Promise<PublicSystem> {
  const servers: Server[] = [];
  const start = async (name: string): Promise<string> => {
    const server = createServer((request, response) => {
      const reply = system.replies[`${name} ${request.method} ${request.url}`]?.(request) ?? {
        status: 404,
        headers: {},
        body: "not found",
      };
      response.writeHead(reply.status, reply.headers).end(reply.body);
    });
    server.on("connection", () => {
      system.connections += 1;
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    servers.push(server);
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const siteUrl = await start("site");
  const apiUrl = await start("api");
  const allowing = ({ status, headers, body }: Reply) => ({
    status,
    headers: { ...headers, "access-control-allow-origin": siteUrl },
    body,
  });
  const system: PublicSystem = {
    wanted: {
      manifest,
      siteUrl,
      apiUrl,
      routes: [{ path: "/api/v0/feed", status: 200, contentType: "application/json" }],
      config: JSON.stringify({ api: apiUrl }),
      releaseJson: true,
      version: { path: "/api/.release.json", isOwn: false },
      app: Promise.resolve({ path: "/health", isChosen: true }),
      environment: undefined,
    },
    replies: {},
    connections: 0,
    reset: () => {
      system.connections = 0;
      system.replies = {
        "site GET /release.json": json({ id: manifest.id }),
        "site GET /config.json": json({ api: apiUrl }),
        "site GET /": () => ({ status: 200, headers: { "content-type": "text/html" }, body: page }),
        "site GET /assets/app-1.js": () => ({ status: 200, headers: {}, body: script }),
        "api GET /api/.release.json": json({ version: manifest.api.version }),
        "api GET /health": json({ status: "up" }),
        "api GET /api/v0/feed": () => allowing(json({ rows: [] })()),
        "api OPTIONS /api/v0/feed": () => allowing({ status: 204, headers: {}, body: "" }),
      };
    },
    close: () => {
      for (const server of servers) server.close();
    },
  };
  system.reset();
  return system;
}
