import { expect } from "chai";
import type { Manifest } from "../bundle/manifest.ts";
import { checkRelease, type Verification, verificationError } from "./check-release.ts";
import {
  json,
  type PublicSystem,
  type Reply,
  startPublicSystem,
  virtualClock,
} from "./public-system-fixture.ts";

describe("verify: checkRelease", () => {
  let system: PublicSystem;
  before(async () => {
    system = await startPublicSystem();
  });
  after(() => system.close());
  beforeEach(() => system.reset());

  const check = (
    lines: string[] = [],
    changes: Partial<Parameters<typeof checkRelease>[0]> = {},
  ): Promise<Verification> =>
    checkRelease({
      ...system.wanted,
      timeoutSeconds: 20,
      clock: virtualClock(),
      signal: new AbortController().signal,
      onProgress: (line) => lines.push(line),
      ...changes,
    });

  async function problems(changes = {}): Promise<readonly string[]> {
    const result = await check([], changes);
    return result.verified ? [] : result.findings.map(({ problem }) => problem);
  }

  it("is verified after two right rounds, each read on a connection of its own", async () => {
    const result = await check();
    expect(result.verified).to.equal(true);
    expect(result.requests).to.equal(28);
    expect(system.connections).to.equal(28);
  });

  it("asks of a release without a site, or without an API, what it has", async () => {
    const { api, site, migrations, ...about } = { ...system.wanted.manifest, schema: 2 as const };
    const asked: string[] = [];
    for (const [question, answer] of Object.entries(system.replies)) {
      system.replies[question] = (request) => {
        asked.push(question);
        return answer(request);
      };
    }
    const askedOf = async (manifest: Manifest, addresses: object) => {
      asked.length = 0;
      expect((await check([], { manifest, ...addresses })).verified).to.equal(true);
      return [...new Set(asked)].sort();
    };
    expect(await askedOf({ ...about, ...(api && { api }) }, { siteUrl: "" })).to.deep.equal([
      "api GET /api/.release.json",
      "api GET /api/v0/feed",
      "api GET /health",
    ]);
    expect(await askedOf({ ...about, ...(site && { site }) }, { apiUrl: "" })).to.deep.equal([
      "site GET /",
      "site GET /assets/app-1.js",
      "site GET /release.json",
    ]);
  });

  it("waits until the site has moved, and says what it waits for once", async () => {
    let reads = 0;
    system.replies["site GET /release.json"] = () =>
      json({ id: ++reads > 9 ? system.wanted.manifest.id : "OLD" })();
    const lines: string[] = [];
    expect((await check(lines)).verified).to.equal(true);
    expect(lines).to.deep.equal([
      `waiting: the site is release "OLD", not release "${system.wanted.manifest.id}"`,
    ]);
  });

  it("is not content while one server of several still has the old version", async () => {
    let reads = 0;
    system.replies["api GET /api/.release.json"] = () =>
      json({ version: ++reads % 2 === 0 ? "OLD" : system.wanted.manifest.api?.version })();
    expect(await problems()).to.deep.equal(["api-behind"]);
  });

  it("fails with the last answers seen", async () => {
    system.replies["api GET /api/.release.json"] = () => ({ status: 502, headers: {}, body: "Bad Gateway" });
    const result = await check();
    if (result.verified) throw new Error("was verified");
    const error = verificationError(system.wanted.manifest.id, result);
    expect(error.code).to.equal("VerificationFailed");
    expect(error.message).to.contain("the API is answering 502");
    expect(JSON.stringify(error.details)).to.contain("502 Bad Gateway");
  });

  it("finds a start page that is no page", async () => {
    system.replies["site GET /"] = () => ({ status: 403, headers: {}, body: "" });
    expect(await problems()).to.deep.equal(["page-broken"]);
  });

  it("finds a site that sends its visitors to another API", async () => {
    system.replies["site GET /config.json"] = json({ api: "http://127.0.0.1:1" });
    expect(await problems()).to.deep.equal(["config-wrong"]);
  });

  it("finds an API that says no version, where nothing else says it", async () => {
    system.replies["api GET /api/.release.json"] = () => ({ status: 404, headers: {}, body: "{}" });
    expect(await problems()).to.deep.equal(["version-unnamed"]);
  });

  it("asks the app's own route for the version where it has one, and takes no silence from it", async () => {
    const changes = { version: { path: "/version", isOwn: true } };
    system.replies["api GET /version"] = json({ version: system.wanted.manifest.api?.version });
    delete system.replies["api GET /api/.release.json"];
    const result = await check([], changes);
    if (!result.verified) throw new Error("was not verified");
    expect(result.looked.checked.join()).to.include("the API says at /version that it is");
    expect(result.looked.notChecked.join()).not.to.include("version-path");
    delete system.replies["api GET /version"];
    expect(await problems(changes)).to.deep.equal(["api-behind"]);
  });

  it("finds an app that does not answer behind an nginx that does", async () => {
    system.replies["api GET /health"] = () => ({ status: 502, headers: {}, body: "Bad Gateway" });
    expect(await problems()).to.deep.equal(["app-silent"]);
    system.replies["api GET /health"] = () => ({
      status: 301,
      headers: { location: "https://api.example/health" },
      body: "",
    });
    expect(await problems()).to.deep.equal(["app-silent"]);
  });

  it("takes any answer of the app at a route that nobody chose, and a good one at one that somebody did", async () => {
    system.replies["api GET /health"] = () => ({ status: 404, headers: {}, body: "" });
    expect(await problems()).to.deep.equal(["app-silent"]);
    const guessed = Promise.resolve({ path: "/health", isChosen: false });
    expect(await problems({ app: guessed })).to.deep.equal([]);
  });

  it("asks for neither release.json nor config.json where the site has none, and says so", async () => {
    delete system.replies["site GET /release.json"];
    delete system.replies["site GET /config.json"];
    const result = await check([], { releaseJson: false, config: null });
    if (!result.verified) throw new Error("was not verified");
    expect(result.looked.notChecked.join()).to.include("no release.json").and.include("config.json");
  });

  it("compares in config.json what has the API's address, by whatever name", async () => {
    const config = JSON.stringify({ endpoints: 1, backend: `${system.wanted.apiUrl}/api/v0`, theme: "dark" });
    system.replies["site GET /config.json"] = json({
      backend: `${system.wanted.apiUrl}/api/v0/`,
      theme: "light",
    });
    expect(await problems({ config })).to.deep.equal([]);
    system.replies["site GET /config.json"] = json({ backend: "http://127.0.0.1:1/api/v0" });
    expect(await problems({ config })).to.deep.equal(["config-wrong"]);
  });

  it("asks no preflight where no routes are given", async () => {
    delete system.replies["api OPTIONS /api/v0/feed"];
    const result = await check([], { routes: [] });
    if (!result.verified) throw new Error("was not verified");
    expect(result.looked.notChecked.join()).to.include("routes that visitors need");
  });

  it("finds an API that refuses the site's origin", async () => {
    system.replies["api OPTIONS /api/v0/feed"] = () => ({ status: 204, headers: {}, body: "" });
    expect(await problems()).to.deep.equal(["origin-refused"]);
  });

  it("finds an API that allows the origin in the preflight only: browsers would drop the answer", async () => {
    system.replies["api GET /api/v0/feed"] = json({ rows: [] });
    expect(await problems()).to.deep.equal(["origin-refused"]);
  });

  it("asks for no origin where site and API share one", async () => {
    const result = await check([], { siteUrl: system.wanted.apiUrl, timeoutSeconds: 1 });
    if (result.verified) throw new Error("was verified");
    expect(result.findings.map(({ problem }) => problem)).not.to.include("origin-refused");
  });

  it("finds a route that fails, and one that answers with something else than promised", async () => {
    const wrong: readonly Reply[] = [
      { status: 500, headers: {}, body: "{}" },
      { status: 200, headers: { "content-type": "text/html" }, body: "<p>hi" },
      { status: 200, headers: { "content-type": "application/json; charset=utf-8" }, body: "<p>hi" },
    ];
    for (const reply of wrong) {
      system.replies["api GET /api/v0/feed"] = () => reply;
      expect(await problems()).to.deep.equal(["route-broken"]);
    }
  });

  it("is content with any answer below 500 from a route without a status", async () => {
    const result = await check([], { routes: [{ path: "/none" }] });
    expect(result.verified ? [] : result.findings.map(({ problem }) => problem)).not.to.include(
      "route-broken",
    );
  });

  it("finds a script of the page that is not there, and one of another release", async () => {
    for (const reply of [
      { status: 404, headers: {}, body: "not found" },
      { status: 200, headers: {}, body: "console.log('old')" },
    ]) {
      system.replies["site GET /assets/app-1.js"] = () => reply;
      expect(await problems()).to.deep.equal(["asset-broken"]);
    }
  });

  it("finds a start page of another release", async () => {
    system.replies["site GET /"] = () => ({
      status: 200,
      headers: { "content-type": "text/html" },
      body: "<p>the old page",
    });
    expect(await problems()).to.deep.equal(["page-broken"]);
  });

  it("says that nobody answers", async () => {
    expect(new Set(await problems({ apiUrl: "http://127.0.0.1:1" }))).to.contain("unreachable");
  });

  it("refuses an https site with an http API at once", async () => {
    expect(await problems({ siteUrl: "https://photos.example" })).to.deep.equal(["mixed-content"]);
    expect(system.connections).to.equal(0);
  });
});
