import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { PutBucketPolicyCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { inFrontOf } from "../../../local/aws/cloudfront/distribution.ts";
import { EdgeFixture } from "../../../local/aws/cloudfront/edge-fixture.ts";
import { viewerFunction } from "../../../local/aws/cloudfront/viewer-function.ts";
import { headersByRule } from "../../bundle/header-rules.ts";
import { SiteFixture } from "../site-fixture.ts";
import { withCompressedFiles } from "../source/compressed-source.ts";
import { folderSource } from "../source/folder-source.ts";

/** A function of `infrastructure/functions/`, as whoever publishes it says what the site is. */
function published(name: string, settings: Readonly<Record<string, string>> = {}) {
  const file = join(import.meta.dirname, "../../../infrastructure/functions", `${name}.js`);
  let code = readFileSync(file, "utf8");
  for (const [setting, value] of Object.entries(settings)) {
    const line = new RegExp(`(?<=^  ${setting}: ).*(?=,$)`, "m");
    expect(code).to.match(line);
    code = code.replace(line, value);
  }
  return viewerFunction(name, code);
}

describe("a private bucket's site behind the functions of infrastructure/", () => {
  const text = "app(); ".repeat(300);
  const files = {
    "index.html": "start",
    "docs/index.html": "docs",
    "assets/app-1a2b3c4d.js": text,
    "config.txt": "plain",
  };
  let fixture: SiteFixture;
  let edge: EdgeFixture;

  before(async () => {
    edge = new EdgeFixture();
    fixture = await SiteFixture.open({ clock: edge });
    fixture.newBucket();
    await fixture.sync(
      withCompressedFiles(folderSource(fixture.folder(files), headersByRule([])), ["br", "gzip"]),
    );
    const statement = {
      Effect: "Allow",
      Principal: { Service: "cloudfront.amazonaws.com" },
      Action: "s3:GetObject",
      Resource: `arn:aws:s3:::${fixture.bucket}/*`,
      Condition: { StringEquals: { "AWS:SourceArn": "arn:aws:cloudfront::000000000000:distribution/E1" } },
    };
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    await fixture.s3.send(new PutBucketPolicyCommand({ Bucket: fixture.bucket, Policy }));
  });
  after(async () => {
    await edge.close();
    await fixture.close();
  });

  const serve = (settings: Readonly<Record<string, string>>) => {
    const { defaultBehavior } = inFrontOf("");
    return edge.serve(
      {
        origins: { site: { bucket: fixture.bucket } },
        defaultBehavior: {
          ...defaultBehavior,
          compress: false,
          onViewerRequest: published("site-request", settings),
          onViewerResponse: published("site-response"),
        },
      },
      (source) => ({
        ...fixture.aws,
        credentials: fixture.aws.iam.serviceKey("cloudfront.amazonaws.com", source),
      }),
    );
  };
  const page = async (path: string) => {
    const { status, headers, body } = await edge.ask(path);
    return `${status} ${headers.location ?? body}`;
  };

  it("has a page for each folder, and sends visitors to the folder's own address", async () => {
    await serve({});
    expect(await page("/")).to.equal("200 start");
    expect(await page("/docs/")).to.equal("200 docs");
    expect(await page("/docs?a=1&b=2&b=3")).to.equal("302 /docs/?a=1&b=2&b=3");
    expect(await page("/config.txt")).to.equal("200 plain");
    expect(await page("//evil.example")).to.match(/^403/);
    expect(await page("//evil")).to.equal("302 /evil/");
  });

  it("has one page for all routes of an app, and none in place of a file that is missing", async () => {
    await serve({ paths: '"app"' });
    expect(await page("/")).to.equal("200 start");
    expect(await page("/some/deep")).to.equal("200 start");
    expect(await page("/some/deep/")).to.equal("200 start");
    expect(await page("/assets/gone.js")).to.match(/^403/);
  });

  it("gives what was compressed ahead, by what the browser takes, and says that it varies", async () => {
    await serve({ precompressed: '["br", "gzip"]' });
    const ask = (encoding: string) =>
      edge.ask("/assets/app-1a2b3c4d.js", encoding === "" ? {} : { "accept-encoding": encoding });
    const br = await ask("gzip, deflate, br;q=0.9");
    expect(br.headers).to.include({ "content-encoding": "br", vary: "Accept-Encoding" });
    expect(br.headers["content-type"]).to.equal("text/javascript; charset=utf-8");
    expect(brotliDecompressSync(br.body).toString()).to.equal(text);
    const gzip = await ask("gzip, br;q=0");
    expect(gzip.headers).to.include({ "content-encoding": "gzip", vary: "Accept-Encoding" });
    expect(gunzipSync(gzip.body).toString()).to.equal(text);
    for (const encoding of ["", "identity", "zstd"]) {
      const plain = await ask(encoding);
      expect(plain.headers, encoding).to.include({ vary: "Accept-Encoding" });
      expect(plain.headers["content-encoding"], encoding).to.equal(undefined);
      expect(plain.body.toString()).to.equal(text);
    }
    const start = await edge.ask("/", { "accept-encoding": "br" });
    expect([start.status, start.headers["content-encoding"]]).to.deep.equal([200, "br"]);
    expect((await edge.ask("/config.txt", { "accept-encoding": "br" })).body.toString()).to.equal("plain");
  });
});
