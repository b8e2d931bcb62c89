import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import type { Manifest } from "../lib/bundle.ts";
import type { Clock } from "../lib/clock.ts";
import { checkRelease, type Verification, verificationError } from "./check-release.ts";

const manifest: Manifest = {
  schema: 1,
  id: "20261101T080000Z-aaaaaaa",
  commit: "a".repeat(40),
  committedAt: "2026-11-01T08:00:00Z",
  api: { version: "a".repeat(12), sha256: "a".repeat(64), bytes: 1, node: ">=24" },
  site: { files: {} },
  migrations: [],
};

/** Time that passes only by sleeping. */
function virtualClock(): Clock {
  let now = 0;
  return {
    now: () => new Date(now),
    sleep: async (ms) => {
      now += ms;
    },
  };
}

interface Reply {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

describe("verify: checkRelease", () => {
  /** Answers by `METHOD path`, changed by each test. */
  let replies: Record<string, (request: IncomingMessage) => Reply>;
  let connections: number;
  const servers: Server[] = [];
  let siteUrl = "";
  let apiUrl = "";

  const json = (value: unknown) => (): Reply => ({
    status: 200,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(value),
  });

  async function start(name: string): Promise<string> {
    const server = createServer((request, response) => {
      const reply = replies[`${name} ${request.method} ${request.url}`]?.(request) ?? {
        status: 404,
        headers: {},
        body: "not found",
      };
      response.writeHead(reply.status, reply.headers).end(reply.body);
    });
    server.on("connection", () => {
      connections += 1;
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    servers.push(server);
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  before(async () => {
    siteUrl = await start("site");
    apiUrl = await start("api");
  });
  after(() => {
    for (const server of servers) server.close();
  });
  beforeEach(() => {
    connections = 0;
    replies = {
      "site GET /release.json": json({ id: manifest.id }),
      "site GET /config.json": json({ api: apiUrl }),
      "site GET /": () => ({ status: 200, headers: { "content-type": "text/html" }, body: "<p>hi" }),
      "api GET /version": json({ version: manifest.api.version }),
      "api OPTIONS /api/v0/feed": (request) => ({
        status: 204,
        headers: { "access-control-allow-origin": request.headers.origin ?? "" },
        body: "",
      }),
    };
  });

  const check = (
    lines: string[] = [],
    addresses: { siteUrl?: string; apiUrl?: string } = {},
  ): Promise<Verification> =>
    checkRelease({
      manifest,
      siteUrl,
      apiUrl,
      timeoutSeconds: 20,
      clock: virtualClock(),
      signal: new AbortController().signal,
      onProgress: (line) => lines.push(line),
      ...addresses,
    });

  async function flaws(addresses = {}): Promise<readonly string[]> {
    const result = await check([], addresses);
    return result.verified ? [] : result.findings.map(({ flaw }) => flaw);
  }

  it("is verified after two right rounds, each read on a connection of its own", async () => {
    const result = await check();
    expect(result.verified).to.equal(true);
    expect(result.requests).to.equal(18);
    expect(connections).to.equal(18);
  });

  it("waits until the site has moved, and says what it waits for once", async () => {
    let reads = 0;
    replies["site GET /release.json"] = () => json({ id: ++reads > 9 ? manifest.id : "OLD" })();
    const lines: string[] = [];
    expect((await check(lines)).verified).to.equal(true);
    expect(lines).to.deep.equal([`waiting: the site is release "OLD", not release "${manifest.id}"`]);
  });

  it("is not content while one server of several still has the old version", async () => {
    let reads = 0;
    replies["api GET /version"] = () => json({ version: ++reads % 2 === 0 ? "OLD" : manifest.api.version })();
    expect(await flaws()).to.deep.equal(["api-behind"]);
  });

  it("fails with the last answers seen", async () => {
    replies["api GET /version"] = () => ({ status: 502, headers: {}, body: "Bad Gateway" });
    const result = await check();
    if (result.verified) throw new Error("was verified");
    const error = verificationError(manifest.id, result);
    expect(error.code).to.equal("VerificationFailed");
    expect(error.message).to.contain("the API is answering 502");
    expect(JSON.stringify(error.details)).to.contain("502 Bad Gateway");
  });

  it("finds a start page that is no page", async () => {
    replies["site GET /"] = () => ({ status: 403, headers: {}, body: "" });
    expect(await flaws()).to.deep.equal(["page-broken"]);
  });

  it("finds a site that sends its visitors to another API", async () => {
    replies["site GET /config.json"] = json({ api: "http://127.0.0.1:1" });
    expect(await flaws()).to.deep.equal(["config-wrong"]);
  });

  it("finds an API that refuses the site's origin", async () => {
    replies["api OPTIONS /api/v0/feed"] = () => ({ status: 204, headers: {}, body: "" });
    expect(await flaws()).to.deep.equal(["origin-refused"]);
  });

  it("says that nobody answers", async () => {
    expect(new Set(await flaws({ apiUrl: "http://127.0.0.1:1" }))).to.contain("unreachable");
  });

  it("refuses an https site with an http API at once", async () => {
    expect(await flaws({ siteUrl: "https://photos.example" })).to.deep.equal(["mixed-content"]);
    expect(connections).to.equal(0);
  });
});
