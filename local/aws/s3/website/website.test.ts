import {
  CreateBucketCommand,
  PutBucketWebsiteCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { startTestAws, type TestAws } from "../../aws-fixture.ts";
import type { Website } from "./website-server.ts";

const Bucket = "site";
const policy = {
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: `arn:aws:s3:::${Bucket}/*` },
  ],
};

describe("S3 website endpoint", () => {
  let aws: TestAws;
  let s3: S3Client;
  let site: Website;
  const get = (path: string, more: RequestInit = {}) =>
    fetch(site.url + path, { redirect: "manual", ...more });
  const put = (Key: string, Body: string, more: object = {}) =>
    s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: "text/html", ...more }));

  before(async () => {
    aws = await startTestAws();
    s3 = aws.s3();
    aws.server.provisionBucket({
      name: Bucket,
      website: { IndexDocument: { Suffix: "index.html" }, ErrorDocument: { Key: "404.html" } },
      policy,
      publicAccessBlock: null,
    });
    await put("index.html", "home", { CacheControl: "no-cache" });
    await put("docs/index.html", "docs");
    await put("404.html", "not here", { CacheControl: "max-age=1" });
    await put("asset.js", "0123456789", { ContentType: "text/javascript" });
    site = await aws.server.startWebsite(Bucket, 0);
  });
  after(() => aws.stop());

  it("serves the index document of folders, and objects with their headers", async () => {
    expect(await (await get("/")).text()).equal("home");
    expect(await (await get("/docs/")).text()).equal("docs");
    const page = await get("/index.html?version=2");
    expect(page.headers.get("content-type")).equal("text/html");
    expect(page.headers.get("cache-control")).equal("no-cache");
    expect(page.headers.get("etag")).match(/^"[0-9a-f]{32}"$/);
  });

  it("sends a folder without its slash there by 302", async () => {
    const answer = await get("/docs");
    expect(answer.status).equal(302);
    expect(answer.headers.get("location")).equal("/docs/");
  });

  it("answers what is missing with the error document and status 404", async () => {
    const answer = await get("/missing");
    expect(answer.status).equal(404);
    expect(await answer.text()).equal("not here");
    expect(answer.headers.get("cache-control")).equal("max-age=1");
  });

  it("revalidates and serves ranges", async () => {
    const etag = (await get("/asset.js")).headers.get("etag") ?? "";
    const same = await get("/asset.js", { headers: { "if-none-match": etag } });
    expect(same.status).equal(304);
    const part = await get("/asset.js", { headers: { range: "bytes=2-4" } });
    expect(part.status).equal(206);
    expect(await part.text()).equal("234");
  });

  it("redirects by object header with 301", async () => {
    await put("moved", "", { WebsiteRedirectLocation: "/docs/", ContentLength: 0 });
    const answer = await get("/moved");
    expect(answer.status).equal(301);
    expect(answer.headers.get("location")).equal("/docs/");
  });

  it("allows GET and HEAD only", async () => {
    const head = await get("/", { method: "HEAD" });
    expect(head.status).equal(200);
    expect(head.headers.get("content-length")).equal("4");
    const post = await get("/", { method: "POST", body: "x" });
    expect(post.status).equal(405);
    expect(post.headers.get("allow")).equal("HEAD, GET");
    expect(await post.text()).contain("<li>Code: MethodNotAllowed</li>");
  });

  it("follows routing rules, before and after looking", async () => {
    const RoutingRules = [
      { Condition: { KeyPrefixEquals: "old/" }, Redirect: { ReplaceKeyPrefixWith: "new/" } },
      {
        Condition: { HttpErrorCodeReturnedEquals: "404", KeyPrefixEquals: "app/" },
        Redirect: { ReplaceKeyWith: "index.html", HttpRedirectCode: "302" },
      },
    ];
    const IndexDocument = { Suffix: "index.html" };
    await s3.send(
      new PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration: { IndexDocument, RoutingRules } }),
    );
    const early = await get("/old/a%20b");
    expect(early.status).equal(301);
    expect(early.headers.get("location")).equal(`${site.url}/new/a%20b`);
    const late = await get("/app/some/page");
    expect(late.status).equal(302);
    expect(late.headers.get("location")).equal(`${site.url}/index.html`);
    const neither = await get("/none");
    expect(neither.status).equal(404);
    expect(await neither.text())
      .contain("<li>Code: NoSuchKey</li>")
      .contain("<li>Key: none</li>");
  });

  it("is closed without a policy, and says so when there is no website or no bucket", async () => {
    await s3.send(new CreateBucketCommand({ Bucket: "closed" }));
    const closed = await aws.server.startWebsite("closed", 0);
    const unset = await fetch(closed.url);
    expect(unset.status).equal(404);
    expect(await unset.text()).contain("NoSuchWebsiteConfiguration");
    aws.server.provisionBucket({ name: "closed", website: { IndexDocument: { Suffix: "index.html" } } });
    expect((await fetch(closed.url)).status).equal(403);
    const none = await aws.server.startWebsite("no-such-bucket", 0);
    expect(await (await fetch(none.url)).text()).contain("NoSuchBucket");
  });

  it("names a port that is in use", async () => {
    const message = await aws.server.startWebsite("other", site.port).catch((error: Error) => error.message);
    expect(message).contain(`port ${site.port} for the website of bucket "other" is in use`);
  });
});
