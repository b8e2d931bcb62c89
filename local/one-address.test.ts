import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import { cloudFront } from "./aws/cloudfront/cloudfront.ts";
import { type OneAddress, startOneAddress } from "./one-address.ts";

describe("site and API under one address", () => {
  const servers: Server[] = [];
  const addresses: OneAddress[] = [];
  afterEach(async () => {
    for (const address of addresses.splice(0)) await address.close();
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections();
    }
  });

  /** Answers with its name and what it was asked. */
  async function origin(name: string): Promise<string> {
    const server = createServer(async (request, response) => {
      const body = await text(request);
      response.writeHead(request.method === "POST" ? 201 : 200, {
        "x-origin": name,
        "set-cookie": ["a=1", "b=2"],
      });
      response.end(`${name} ${request.method} ${request.url} ${body} ${request.headers["x-forwarded-for"]}`);
    }).listen(0, "127.0.0.1");
    servers.push(server);
    await once(server, "listening");
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async function start(origins: { site?: string; api?: string }, apiPath = "/api"): Promise<string> {
    const service = cloudFront({ accountId: "000000000000", completeAfterMs: 1 });
    const address = await startOneAddress(service, "ELOCAL", 0, {
      apiPath,
      site: origins.site ?? "",
      api: () => origins.api,
    });
    addresses.push(address);
    return address.url;
  }

  it("asks the API for its path and what is below, and the site for the rest, with the path as it is", async () => {
    const url = await start({ site: await origin("site"), api: await origin("api") });
    const ask = async (path: string) => (await fetch(`${url}${path}`)).text();
    expect(await ask("/api")).to.equal("api GET /api  127.0.0.1");
    expect(await ask("/api/v0/feed?limit=2")).to.equal("api GET /api/v0/feed?limit=2  127.0.0.1");
    expect(await ask("/api?x=/")).to.equal("api GET /api?x=/  127.0.0.1");
    expect(await ask("/apiary.html")).to.equal("site GET /apiary.html  127.0.0.1");
    expect(await ask("/")).to.equal("site GET /  127.0.0.1");
  });

  it("passes on bodies, status and headers", async () => {
    const url = await start({ site: await origin("site"), api: await origin("api") });
    const answer = await fetch(`${url}/api/users`, { method: "POST", body: "ana" });
    expect(answer.status).to.equal(201);
    expect(answer.headers.getSetCookie()).to.deep.equal(["a=1", "b=2"]);
    expect(await answer.text()).to.equal("api POST /api/users ana 127.0.0.1");
  });

  const page = (why: string): string =>
    `<html><body><h1>502 ERROR</h1>The request could not be satisfied: ${why}</body></html>\n`;

  it("says that nothing is there, or that nothing answers", async () => {
    const site = await origin("site");
    const url = await start({ site });
    const none = await fetch(`${url}/api/x`);
    expect([none.status, await none.text()]).to.deep.equal([502, page("the origin has no address yet")]);
    servers[0]?.close();
    servers[0]?.closeAllConnections();
    const gone = await fetch(url);
    expect([gone.status, await gone.text()]).to.deep.equal([502, page(`nothing answers at ${site}`)]);
  });
});
