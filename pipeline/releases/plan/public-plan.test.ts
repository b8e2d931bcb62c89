import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { type Manifest, publicManifest } from "../../bundle/manifest.ts";
import { planPublicly, readPublicRelease } from "./public-plan.ts";

const live: Manifest = {
  schema: 2,
  id: "20261101T080000Z-aaaaaaa",
  commit: "a".repeat(40),
  committedAt: "2026-11-01T08:00:00Z",
  api: { version: "a".repeat(12), sha256: "a".repeat(64), bytes: 1_200_000, node: ">=24" },
  site: { files: {} },
  migrations: [
    { name: "1-users.js", sha256: "1".repeat(64), phase: "expand", reversible: true, findings: [] },
  ],
};
const next: Manifest = {
  ...live,
  id: "20261102T080000Z-bbbbbbb",
  api: { version: "b".repeat(12), sha256: "b".repeat(64), bytes: 1_200_000, node: ">=24" },
  migrations: [
    ...(live.migrations ?? []),
    { name: "2-`x`.js", sha256: "2".repeat(64), phase: "expand", reversible: true, findings: [] },
  ],
};

describe("plan: of a fork", () => {
  it("says what changes by what the site says, and that nobody checked whether it is safe", () => {
    const { verdict, changed, markdown } = planPublicly(next, publicManifest(live), []);
    expect(verdict).to.equal("Changes schema, api; whether it is safe is not checked");
    expect(changed).to.deep.equal(["schema", "api"]);
    expect(markdown)
      .to.contain("| site | same |")
      .and.contain("Pending migrations: `2-'x'.js`.")
      .and.contain("sizes, files and what is live for the migrations are not compared");
  });

  it("says so where nothing changes, and first that tests fail", () => {
    const told = (problems: readonly string[]) => planPublicly(live, publicManifest(live), problems).verdict;
    expect(told([])).to.match(/^No changes: .* not checked$/);
    expect(told(["tests fail (Test)"])).to.equal("Not safe to go live: tests fail (Test)");
  });

  describe("asks the site", () => {
    let server: Server;
    let address: string;
    const answers: Record<string, readonly [number, string]> = {
      "/well/release.json": [200, JSON.stringify(publicManifest(live))],
      "/page/release.json": [200, "<!doctype html>"],
      "/null/release.json": [200, "null"],
    };
    before(async () => {
      server = createServer(({ url = "" }, response) => {
        const [status, text] = answers[url] ?? [404, "none"];
        response.writeHead(status).end(text);
      }).listen(0, "127.0.0.1");
      await new Promise((resolve) => server.once("listening", resolve));
      address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    after(() => server.close());

    const read = (path: string) => readPublicRelease(`${address}${path}`, new AbortController().signal);

    it("what is live", async () => expect(await read("/well/")).to.deep.equal(publicManifest(live)));

    it("and says why it does not say", async () => {
      expect(await read("/nothing")).to.match(/\/nothing\/release\.json answers with status 404$/);
      expect(await read("/page")).to.match(/could not be read: /);
      expect(await read("/null")).to.match(/names no release$/);
    });
  });
});
