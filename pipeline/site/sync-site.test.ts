import { Readable } from "node:stream";
import { HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { until } from "../../test/until.ts";
import { BulkPut } from "../aws/bulk-put.ts";
import { headersByRule } from "../bundle/header-rules.ts";
import { sha256 } from "../kit/sha256.ts";
import { readRecord } from "./record/read-record.ts";
import { first, html, outcome, SiteFixture, second } from "./site-fixture.ts";
import { folderSource } from "./source/folder-source.ts";

describe("syncSite", () => {
  let fixture: SiteFixture;

  before(async () => {
    fixture = await SiteFixture.open();
  });
  after(() => fixture.close());
  beforeEach(() => fixture.newBucket());

  it("puts a site there in order, with its headers, and finds nothing to do after that", async () => {
    const { s3: own, requests } = fixture.watched();
    const result = await fixture.sync(first, { target: { s3: own } });
    expect(result).to.deep.include({ changed: true, uploaded: 5, copied: 0, deleted: 0, unchanged: 0 });
    const name = `${fixture.bucket}/site.json`;
    expect(requests).to.deep.equal([
      `PutObject ${name}`,
      "PutObject app-1a2b3c4d.js",
      "PutObject robots.txt",
      "PutObject about.html",
      "PutObject config.json",
      "PutObject index.html",
      `PutObject ${name}`,
    ]);
    expect(await fixture.served()).to.deep.equal({ ...first, "config.json": '{"api":"http://api"}\n' });
    const asset = await fixture.s3.send(
      new HeadObjectCommand({ Bucket: fixture.bucket, Key: "app-1a2b3c4d.js" }),
    );
    expect([asset.ContentType, asset.CacheControl]).to.deep.equal([
      "text/javascript; charset=utf-8",
      "public, max-age=31536000, immutable",
    ]);
    const again = await fixture.sync(first);
    expect(again).to.deep.include({ changed: false, uploaded: 0, unchanged: 5, requests: 2 });
    own.destroy();
  });

  it("sends one request after the other over one connection", async () => {
    // Long names, so that the record of a few files does not arrive at once.
    const folders = Array.from({ length: 4 }, () => "a-long-name-".repeat(18)).join("/");
    const files = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`${folders}/${n}.txt`, `${n}`]));
    await fixture.sync({ ...first, ...files });
    const { s3: own, opened } = fixture.counted();
    const location = { bucket: "artifacts", key: `${fixture.bucket}/site.json` };
    const stored = await readRecord(own, location);
    expect(stored?.record.objects.size).to.equal(205);
    const bulk = new BulkPut(own);
    const body = Buffer.from("text");
    const put = { bucket: fixture.bucket, headers: {}, body, payloadHash: sha256(body) };
    for (const key of ["1", "2", "3"]) await bulk.put({ ...put, key });
    await readRecord(own, location);
    expect(opened()).to.equal(1);
    own.destroy();
  });

  it("changes exactly what differs: same size, headers, new, gone", async () => {
    await fixture.sync(first);
    const { s3: own, requests } = fixture.watched();
    const rules = headersByRule([{ glob: "about.html", value: "max-age=1" }]);
    const { "index.html": index, "app-1a2b3c4d.js": app } = first;
    const source = folderSource(
      fixture.folder({
        "index.html": index,
        "app-1a2b3c4d.js": app,
        "about.html": first["about.html"],
        "new.txt": "n",
      }),
      rules,
    );
    const result = await fixture.sync(source, {
      target: { s3: own },
      content: { config: '{"api":"http://b.c"}\n' },
    });
    expect(result).to.deep.include({ uploaded: 2, copied: 1, deleted: 1, unchanged: 2 });
    const name = `${fixture.bucket}/site.json`;
    expect(requests).to.deep.equal([
      `PutObject ${name}`,
      "PutObject new.txt",
      "CopyObject about.html",
      "PutObject config.json",
      `PutObject ${name}`,
      "DeleteObjects",
      `PutObject ${name}`,
    ]);
    expect(Object.keys(await fixture.served())).to.have.members([
      "about.html",
      "app-1a2b3c4d.js",
      "config.json",
      "index.html",
      "new.txt",
    ]);
    const about = await fixture.s3.send(new HeadObjectCommand({ Bucket: fixture.bucket, Key: "about.html" }));
    expect([about.CacheControl, about.ContentType]).to.deep.equal(["max-age=1", "text/html; charset=utf-8"]);
    expect(await fixture.sync(source, { content: { config: '{"api":"http://b.c"}\n' } })).to.deep.include({
      changed: false,
    });
    own.destroy();
  });

  it("redirects by empty objects, follows their changes, and takes them away again", async () => {
    const target = async (Key: string) =>
      (await fixture.s3.send(new HeadObjectCommand({ Bucket: fixture.bucket, Key }))).WebsiteRedirectLocation;
    const moved = [{ key: "old/index.html", to: "/about.html" }];
    expect(await fixture.sync(first, { content: { redirects: moved } })).to.deep.include({ uploaded: 6 });
    expect(await target("old/index.html")).to.equal("/about.html");
    expect(await fixture.sync(first, { content: { redirects: moved } })).to.deep.include({ changed: false });
    const again = await fixture.sync(first, {
      content: { redirects: [{ key: "old/index.html", to: "/new.html" }] },
    });
    expect(again).to.deep.include({ uploaded: 0, copied: 1 });
    expect(again.lines).to.include("write   old/index.html  to /new.html  (headers differ)");
    expect(await target("old/index.html")).to.equal("/new.html");
    expect(await fixture.sync(first)).to.deep.include({ deleted: 1 });
    const clash = [{ key: "about.html", to: "/" }];
    expect(await outcome(fixture.sync(first, { content: { redirects: clash } }))).to.equal("KeyClash");
  });

  it("asks again when the connection breaks in the middle of the record", async () => {
    await fixture.sync(first);
    const s3 = fixture.client();
    const { requestHandler } = s3.config;
    const handle = requestHandler.handle.bind(requestHandler);
    let broken = 0;
    requestHandler.handle = async (request, options) => {
      const answer = await handle(request, options);
      if (!request.path.endsWith("site.json") || broken > 0) return answer;
      broken += 1;
      const body: Readable = answer.response.body;
      answer.response.body = Readable.from(brokenOff(body));
      return answer;
    };
    expect(await fixture.sync(first, { target: { s3 } })).to.deep.include({ changed: false });
    expect(broken).to.equal(1);
    s3.destroy();
  });

  it("repairs what somebody changed by hand, and leaves what is not its own", async () => {
    await fixture.sync(first);
    const put = (Key: string, Body: string) =>
      fixture.s3.send(new PutObjectCommand({ Bucket: fixture.bucket, Key, Body }));
    await put("index.html", html("own"));
    await put("upload.png", "not ours");
    const result = await fixture.sync(first);
    expect(result.plan.puts.map(({ key, reason }) => `${key}: ${reason}`)).to.deep.equal([
      "index.html: changed by another hand",
    ]);
    expect((await fixture.served())["index.html"]).to.equal(first["index.html"]);
    expect((await fixture.served())["upload.png"]).to.equal("not ours");
  });

  it("adopts what is right already, without sending it again", async () => {
    await fixture.sync(first);
    const result = await fixture.sync(first, {
      target: { record: { bucket: "artifacts", key: `${fixture.bucket}/lost.json` } },
    });
    expect(result).to.deep.include({ uploaded: 0, copied: 0, unchanged: 5 });
    expect(
      await fixture.sync(first, {
        target: { record: { bucket: "artifacts", key: `${fixture.bucket}/lost.json` } },
      }),
    ).to.deep.include({
      requests: 2,
    });
  });

  it("stops at the phase that failed, deletes nothing, and converges when run again", async () => {
    await fixture.sync(first);
    const rule = {
      service: "s3",
      operation: "PutObject",
      key: "new\\.html$",
      status: 403,
      code: "AccessDenied",
    };
    fixture.aws.faults.add(rule);
    expect(await outcome(fixture.sync(second))).to.equal("AccessDenied");
    const between = await fixture.served();
    expect(between["index.html"]).to.equal(first["index.html"]);
    expect(between["about.html"]).to.equal(first["about.html"]);
    expect(between["app-1a2b3c4d.js"]).to.equal(first["app-1a2b3c4d.js"]);
    fixture.aws.faults.clear();
    await fixture.sync(second);
    expect(await fixture.sync(second)).to.deep.include({ changed: false });
    const { "about.html": _, ...rest } = first;
    expect(await fixture.served()).to.deep.equal({
      ...rest,
      ...second,
      "config.json": '{"api":"http://api"}\n',
    });
  });

  it("gets through 503s and lost answers", async () => {
    for (const rule of [
      { service: "s3", method: "PUT", probability: 0.2, seed: 7, status: 503, code: "SlowDown" },
      { service: "s3", operation: "PutObject", key: "site\\.json$", times: 1, drop: "after" },
    ]) {
      fixture.aws.faults.add(rule);
    }
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`page-${n}.txt`, `text ${n}`]));
    const result = await fixture.sync({ ...first, ...many });
    expect(result).to.deep.include({ uploaded: 45, changed: true });
    fixture.aws.faults.clear();
    expect(await fixture.sync({ ...first, ...many })).to.deep.include({ changed: false });
  });

  it("tells one of two syncs that ran at once, and leaves the other's site whole", async () => {
    await fixture.sync(first);
    const other = async (): Promise<void> => {
      await fixture.sync(second);
    };
    expect(
      await outcome(fixture.sync(first, { content: { config: "{}\n" }, owner: { beforeChange: other } })),
    ).to.equal("SiteChangedMeanwhile");
    expect((await fixture.served())["index.html"]).to.equal(second["index.html"]);
    expect(await fixture.sync(second)).to.deep.include({ changed: false });
  });

  it("does not believe a listing that is older than the record", async () => {
    await fixture.sync(first);
    const listed = (): number => fixture.aws.requests.counts()["s3:ListObjectsV2"] ?? 0;
    const before = listed();
    const { id } = fixture.aws.faults.add({
      operation: "GetObject",
      key: "site\\.json$",
      times: 1,
      hold: "before",
    });
    const slow = fixture.sync(first, { content: { config: "{}\n" } });
    await until(() => listed() > before);
    await fixture.sync(second);
    fixture.aws.faults.remove(id);
    await slow;
    const { "app-2a2b3c4d.js": _, ...rest } = await fixture.served();
    expect(rest).to.deep.equal({ ...first, "config.json": "{}\n" });
  });

  it("changes nothing in a dry run, nor when it may not begin", async () => {
    await fixture.sync(first);
    const before = await fixture.served();
    expect((await fixture.sync(second, { dryRun: true })).plan.puts).to.have.length(4);
    const refuse = () => Promise.reject(new Error("the environment is frozen"));
    expect(await outcome(fixture.sync(second, { owner: { beforeChange: refuse } }))).to.equal(
      "the environment is frozen",
    );
    expect(await fixture.served()).to.deep.equal(before);
  });

  it("keeps to its prefix", async () => {
    await fixture.sync(first, { target: { prefix: "docs/" } });
    await fixture.s3.send(
      new PutObjectCommand({ Bucket: fixture.bucket, Key: "docs-old/about.html", Body: "x" }),
    );
    await fixture.sync(second, { target: { prefix: "docs/" } });
    expect(Object.keys(await fixture.served("docs/")))
      .to.include("docs/new.html")
      .and.not.include("docs/about.html");
    expect(await fixture.served("docs-old/")).to.deep.equal({ "docs-old/about.html": "x" });
  });

  it("names the bucket that does not exist", async () => {
    expect(await outcome(fixture.sync(first, { target: { bucket: "no-such-bucket" } }))).to.equal(
      "BucketNotFound",
    );
  });
});

async function* brokenOff(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    yield chunk.subarray(0, 100);
    throw Object.assign(new Error("aborted"), { code: "ECONNRESET" });
  }
}
