import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { until } from "./until.ts";
import { findingsOf, type KnownRelease, Visitor } from "./visitor.ts";

type Files = Record<string, string>;

const page = (script: string): string =>
  `<link rel="stylesheet" href="./a.css"><script type="module" src="${script}"></script><img src="https://elsewhere.example/x.png">`;
const one: Files = { "index.html": page("./one.js"), "one.js": "one()", "a.css": "a{}" };
const two: Files = { "index.html": page("./two.js"), "two.js": "two()", "a.css": "a{}" };

function release(id: string, files: Files): KnownRelease {
  const hashed = Object.entries(files).map(([key, text]) => [
    key,
    { sha256: createHash("sha256").update(text).digest("hex") },
  ]);
  return { id, site: { files: Object.fromEntries(hashed) } };
}
const releases = [release("r1", one), release("r2", two)];

describe("the visitor", () => {
  let server: Server;
  let site: string;
  let states: readonly Files[] = [];
  let pages = 0;

  before(async () => {
    server = createServer(({ url = "" }, response) => {
      if (url === "/") pages += 1;
      // Two loads of the page each; the site changes between two rounds of the visitor, never within one.
      const served = states[Math.min(Math.ceil(pages / 2), states.length) - 1] as Files;
      const text = served[url === "/" ? "index.html" : url.slice(1)];
      if (text === "reset") return void response.destroy();
      response.writeHead(text === undefined ? 404 : 200).end(text);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => new Promise((resolve) => server.close(resolve)));

  /** What a visitor finds who sees these states of the site, one after the other. */
  async function findings(...seen: readonly Files[]): Promise<string[]> {
    states = seen;
    pages = 0;
    const visitor = new Visitor({ site, data: [], pauseMs: 1 });
    await until(() => visitor.rounds >= 2 * seen.length);
    const found = findingsOf(await visitor.stop(), releases);
    return [...new Set(found.map(({ text }) => text.replace(/^\S+ /, "")))];
  }

  it("finds nothing where every page has its own files", async () => {
    expect(await findings(one, { ...one, ...two })).to.deep.equal([]);
  });

  it("finds files that are missing, and connections that fail", async () => {
    const { "a.css": _, ...noStyle } = one;
    expect(await findings(noStyle)).to.deep.equal(["asset /a.css was answered 404"]);
    expect(await findings({ ...one, "a.css": "reset" })).to.deep.equal(["asset /a.css got no answer"]);
  });

  it("finds files of another release, and pages of none", async () => {
    expect(await findings({ ...one, "one.js": "two()" })).to.deep.equal([
      "asset /one.js is not the one of release r1",
    ]);
    expect(await findings({ "index.html": "half a" })).to.deep.equal(["page / is of no known release"]);
  });

  it("keeps the pages of earlier open", async () => {
    expect(await findings(one, two)).to.deep.equal(["tab /one.js was answered 404"]);
  });
});
