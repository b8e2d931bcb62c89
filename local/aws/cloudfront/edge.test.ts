import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { expect } from "chai";
import {
  type CachePolicy,
  cachingDisabled,
  cachingOptimized,
  useOriginCacheControlHeadersAndQuery,
} from "./cache-policy.ts";
import { type Behavior, type Distribution, inFrontOf } from "./distribution.ts";
import { EdgeFixture, TestOrigin } from "./edge-fixture.ts";
import { viewerFunction } from "./viewer-function.ts";

describe("an edge of CloudFront", () => {
  const site = new TestOrigin();
  const api = new TestOrigin();
  let siteUrl: string;
  let apiUrl: string;
  let edge: EdgeFixture;

  before(async () => {
    [siteUrl, apiUrl] = await Promise.all([site.start(), api.start()]);
  });
  after(() => Promise.all([site.stop(), api.stop()]));
  beforeEach(() => {
    edge = new EdgeFixture();
    site.says(200, { "cache-control": "max-age=60" });
    api.says(200, { "content-type": "application/json" }, "{}");
  });
  afterEach(() => edge.close());

  const serve = (changes: Partial<Behavior> = {}, more: Partial<Distribution> = {}): Promise<void> => {
    const usual = inFrontOf(siteUrl);
    return edge.serve({ ...usual, ...more, defaultBehavior: { ...usual.defaultBehavior, ...changes } });
  };
  /** For how many seconds, of those given, the edge keeps what the origin says. */
  async function keptFor(
    headers: Record<string, string>,
    { status = 200, cache = cachingOptimized }: { status?: number; cache?: CachePolicy } = {},
    ...steps: number[]
  ): Promise<readonly boolean[]> {
    await serve({ cache });
    site.says(status, headers);
    await edge.ask("/x");
    const kept: boolean[] = [];
    let passed = 0;
    for (const step of steps) {
      edge.later(step - passed);
      passed = step;
      const asked = site.seen.length;
      await edge.ask("/x");
      kept.push(site.seen.length === asked);
      if (site.seen.length > asked) break;
    }
    return kept;
  }

  describe("keeps an answer", () => {
    const slow: CachePolicy = { ...cachingOptimized, minimumSeconds: 100, maximumSeconds: 1000 };
    const rows: [string, Record<string, string>, CachePolicy, number][] = [
      ["max-age", { "cache-control": "max-age=60" }, cachingOptimized, 60],
      ["s-maxage before max-age", { "cache-control": "max-age=60, s-maxage=5" }, cachingOptimized, 5],
      ["Expires", { expires: "Tue, 01 Dec 2026 12:00:30 GMT" }, cachingOptimized, 30],
      ["not below the minimum", { "cache-control": "max-age=1" }, slow, 100],
      ["not above the maximum", { "cache-control": "max-age=5000" }, slow, 1000],
      ["the minimum, where nobody may keep it", { "cache-control": "no-store" }, slow, 100],
      ["a second, where a page is asked for each time", { "cache-control": "no-cache" }, cachingOptimized, 1],
      ["a day, where it says nothing", {}, cachingOptimized, 86_400],
    ];
    for (const [what, headers, cache, seconds] of rows) {
      it(`for ${what}`, async () => {
        const kept = await keptFor(headers, { cache }, 0, seconds - 1, seconds);
        expect(kept).to.deep.equal([true, true, false]);
      });
    }

    it("not at all under a policy that disables it, whatever it says", async () => {
      expect(await keptFor({ "cache-control": "max-age=60" }, { cache: cachingDisabled }, 0)).to.deep.equal([
        false,
      ]);
    });

    it("not at all where the policy has no minimum and the answer forbids it", async () => {
      const cache = useOriginCacheControlHeadersAndQuery;
      expect(await keptFor({ "cache-control": "no-cache" }, { cache }, 0)).to.deep.equal([false]);
      expect(await keptFor({}, { cache }, 0)).to.deep.equal([false]);
    });
  });

  describe("keeps an error", () => {
    const rows: [number, Record<string, string>, number][] = [
      [404, {}, 10],
      [404, { "cache-control": "max-age=60" }, 60],
      [404, { "cache-control": "no-cache" }, 0],
      [503, { "cache-control": "no-cache" }, 10],
      [403, {}, 0],
      [403, { "cache-control": "max-age=60" }, 60],
      [416, {}, 0],
    ];
    for (const [status, headers, seconds] of rows) {
      it(`${status} with ${JSON.stringify(headers)} for ${seconds} s`, async () => {
        const steps = seconds === 0 ? [0] : [0, seconds - 1, seconds];
        const kept = await keptFor(headers, { status }, ...steps);
        expect(kept).to.deep.equal(seconds === 0 ? [false] : [true, true, false]);
      });
    }

    it("as long as the distribution says, with its own page and status", async () => {
      const page = { path: "/index.html", status: 200 };
      await serve({}, { errorPages: [{ status: 404, minimumSeconds: 0, page }] });
      site.answer = (request, response) =>
        request.url === "/index.html" ? response.end("app") : response.writeHead(404).end("none");
      const { status, body } = await edge.ask("/some/deep");
      expect([status, body.toString()]).to.deep.equal([200, "app"]);
    });
  });

  it("asks whether what it kept too long is still the same, and fetches it once", async () => {
    await serve();
    site.says(200, { etag: '"1"', "cache-control": "max-age=60" });
    await edge.ask("/a");
    edge.later(60);
    site.answer = (_, response) => response.writeHead(304, { "cache-control": "max-age=90" }).end();
    const refreshed = await edge.ask("/a");
    expect([refreshed.status, refreshed.body.toString(), refreshed.cache]).to.deep.equal([
      200,
      "body",
      "RefreshHit",
    ]);
    expect(site.seen.at(-1)?.headers["if-none-match"]).to.equal('"1"');
    edge.later(89);
    expect((await edge.ask("/a")).cache).to.equal("Hit");
  });

  it("gives what is too old where the origin fails, unless it may not", async () => {
    await serve();
    await edge.ask("/a");
    site.says(200, { "cache-control": "max-age=60, must-revalidate" });
    await edge.ask("/b");
    edge.later(60);
    site.says(500);
    expect((await edge.ask("/a")).status).to.equal(200);
    expect((await edge.ask("/b")).status).to.equal(500);
  });

  it("answers 502 where no origin does, and keeps that", async () => {
    await edge.serve(inFrontOf("http://127.0.0.1:9"));
    expect((await edge.ask("/")).status).to.equal(502);
    expect((await edge.ask("/")).cache).to.equal("Hit");
  });

  it("answers 304 to whom has it already", async () => {
    await serve();
    site.says(200, { etag: '"1"' });
    expect((await edge.ask("/a")).status).to.equal(200);
    const known = await edge.ask("/a", { "if-none-match": 'W/"1"' });
    expect([known.status, known.body.length]).to.deep.equal([304, 0]);
  });

  describe("has a key", () => {
    it("without the query, which the origin is not told", async () => {
      await serve();
      await edge.ask("/a?x=1");
      expect((await edge.ask("/a?x=2")).cache).to.equal("Hit");
      expect(site.seen.map(({ url }) => url)).to.deep.equal(["/a"]);
    });

    it("with query, cookies and some headers, where the policy has them", async () => {
      const cache = { ...useOriginCacheControlHeadersAndQuery, defaultSeconds: 60 };
      await serve({ cache });
      site.says(200);
      await edge.ask("/a?x=1");
      for (const [path, headers] of [
        ["/a?x=2", {}],
        ["/a?x=1", { cookie: "a=1" }],
        ["/a?x=1", { origin: "http://other" }],
      ] as const) {
        expect((await edge.ask(path, headers)).cache, JSON.stringify([path, headers])).to.equal("Miss");
      }
      expect((await edge.ask("/a?x=1", { "x-other": "1" })).cache).to.equal("Hit");
    });
  });

  describe("by path", () => {
    const passing: Behavior & { pattern: string } = {
      pattern: "/api/*",
      origin: "api",
      cache: cachingDisabled,
      forward: "all but Host",
      methods: "all",
      compress: false,
    };
    beforeEach(() =>
      serve({}, { origins: { site: { url: siteUrl }, api: { url: () => apiUrl } }, behaviors: [passing] }),
    );

    it("asks the API with whatever the viewer sends, but for Host", async () => {
      const headers = {
        authorization: "Bearer t",
        cookie: "a=1",
        "content-type": "text/plain",
        "x-own": "1",
      };
      await edge.ask("/api/posts?limit=2", headers, "POST", "words");
      const [seen] = api.seen;
      expect(seen).to.include({ method: "POST", url: "/api/posts?limit=2", body: "words" });
      expect(seen?.headers).to.include({ ...headers, host: new URL(apiUrl).host });
      expect(seen?.headers["x-forwarded-for"]).to.equal("127.0.0.1");
    });

    it("keeps nothing of the API, and gives its errors as they are", async () => {
      api.says(404, { "content-type": "application/json" }, '{"message":"none"}');
      const { status, body } = await edge.ask("/api/x");
      expect([status, body.toString()]).to.deep.equal([404, '{"message":"none"}']);
      await edge.ask("/api/x");
      expect(api.seen).to.have.length(2);
    });

    it("asks the site for the rest, with none of the viewer's headers", async () => {
      await edge.ask("/apis", { authorization: "Bearer t", cookie: "a=1", "user-agent": "x" });
      expect(site.seen[0]?.headers).to.not.have.any.keys("authorization", "cookie");
      expect(site.seen[0]?.headers).to.include({
        "user-agent": "Amazon CloudFront",
        host: new URL(siteUrl).host,
      });
      expect(api.seen).to.have.length(0);
    });

    it("writes nothing to the site", async () => {
      expect((await edge.ask("/a", {}, "POST", "x")).status).to.equal(403);
      expect(site.seen).to.have.length(0);
    });
  });

  describe("compresses", () => {
    const text = "some words, again and again. ".repeat(100);
    const ask = (encoding: string) => edge.ask("/app.js", { "accept-encoding": encoding });
    beforeEach(async () => {
      await serve();
      site.says(200, { "content-type": "text/javascript; charset=utf-8", etag: '"1"' }, text);
    });

    it("with brotli where the viewer takes it, else with gzip, and says that it varies", async () => {
      const br = await ask("gzip, deflate, br");
      expect(br.headers).to.include({ "content-encoding": "br", vary: "Accept-Encoding", etag: 'W/"1"' });
      expect(brotliDecompressSync(br.body).toString()).to.equal(text);
      const gzip = await ask("gzip, br;q=0");
      expect(gzip.headers).to.include({ "content-encoding": "gzip", vary: "Accept-Encoding" });
      expect(gunzipSync(gzip.body).toString()).to.equal(text);
      const plain = await ask("identity");
      expect(plain.headers).to.not.have.property("content-encoding");
      expect(plain.headers).to.include({ vary: "Accept-Encoding", etag: '"1"' });
      expect(plain.body.toString()).to.equal(text);
      expect((await ask("br, gzip")).cache).to.equal("Hit");
    });

    const rows: [string, Record<string, string>, string][] = [
      ["what is small", { "content-type": "text/css" }, "x".repeat(999)],
      ["pictures", { "content-type": "image/png" }, text],
      ["what is encoded already", { "content-type": "text/css", "content-encoding": "gzip" }, text],
      ["what has no type", {}, text],
    ];
    for (const [what, headers, body] of rows) {
      it(`but not ${what}`, async () => {
        site.says(200, headers, body);
        const answer = await ask("br");
        expect(answer.body.toString()).to.equal(body);
        expect(answer.headers["content-encoding"]).to.equal(headers["content-encoding"]);
      });
    }
  });

  describe("runs a function", () => {
    const run = (code: string) => ({ onViewerRequest: viewerFunction("visit", code) });

    it("that asks for something else, which is then what is kept", async () => {
      await serve(
        run(`function handler(event) {
        const request = event.request;
        if (request.uri.endsWith("/")) request.uri += "index.html";
        return request;
      }`),
      );
      await edge.ask("/docs/");
      expect(site.seen[0]?.url).to.equal("/docs/index.html");
      expect((await edge.ask("/docs/index.html")).cache).to.equal("Hit");
    });

    it("that answers itself", async () => {
      await serve(
        run(`async function handler() {
        return { statusCode: 301, headers: { location: { value: "/new" } }, body: "gone" };
      }`),
      );
      const { status, headers, body } = await edge.ask("/old");
      expect([status, headers.location, body.toString()]).to.deep.equal([301, "/new", "gone"]);
      expect(site.seen).to.have.length(0);
    });

    it("and answers 503 where it fails, or returns what nobody can ask for", async () => {
      for (const body of ["throw new Error()", "return {}", "return { uri: 'x' }", "while (true) {}"]) {
        await serve(run(`function handler(event) { ${body}; }`));
        expect((await edge.ask("/")).status, body).to.equal(503);
      }
    });

    it("that has nothing of the machine it runs on", async () => {
      await serve(
        run(`function handler(event) {
        const reach = [typeof process, typeof require, typeof fetch, typeof setTimeout];
        try { eval("1"); reach.push("eval"); } catch (error) { reach.push("none"); }
        return { statusCode: 200, body: reach.join() };
      }`),
      );
      const { body } = await edge.ask("/");
      expect(body.toString()).to.equal("undefined,undefined,undefined,undefined,none");
    });

    it("after the origin, too, but for errors", async () => {
      const code = `function handler(event) {
        const response = event.response;
        response.headers["x-frame-options"] = { value: "DENY" };
        return response;
      }`;
      await serve({ onViewerResponse: viewerFunction("answer", code) });
      expect((await edge.ask("/a")).headers["x-frame-options"]).to.equal("DENY");
      site.says(404);
      expect((await edge.ask("/b")).headers).to.not.have.property("x-frame-options");
    });

    for (const code of [
      "function handler({ request }) { return request; }",
      "function handler(event) { const { request } = event; return request; }",
      "function handler(event) { for (const one of []) {} return event.request; }",
      "function handler(event) { return { ...event.request }; }",
      "function handler(event) { return event?.request; }",
      "function handler(event, extra = 1) { return event.request; }",
      "class A {} function handler(event) { return event.request; }",
    ]) {
      it(`only of what its runtime knows: not ${code}`, () => {
        expect(() => viewerFunction("f", code)).to.throw(/^function "f" (has syntax|could not be published)/);
      });
    }

    it("only if it could be published", () => {
      expect(() => viewerFunction("f", "function handle() {}")).to.throw("has no function handler");
      expect(() => viewerFunction("f", "function handler( {")).to.throw("could not be published");
      expect(() => viewerFunction("f", `// ${"x".repeat(10_240)}`)).to.throw("more than 10240");
      expect(() => viewerFunction("f", 'import cf from "cloudfront";\nfunction handler() {}')).to.throw(
        "imports",
      );
    });
  });
});
