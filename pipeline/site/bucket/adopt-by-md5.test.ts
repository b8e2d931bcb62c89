import { PutObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { headersByRule } from "../../bundle/header-rules.ts";
import { first, SiteFixture } from "../site-fixture.ts";
import { largeFileBytes } from "../source/site-source.ts";

describe("the first sync of a bucket that another tool filled", () => {
  let fixture: SiteFixture;
  const headers = headersByRule([]);
  const site = { ...first, "large.bin": "x".repeat(largeFileBytes) };

  /** Uploads as tools do that give S3 no SHA-256. */
  async function filled(files: Readonly<Record<string, string>>, contentType?: string): Promise<void> {
    for (const [Key, Body] of Object.entries(files)) {
      const { contentType: ContentType, cacheControl: CacheControl } = headers(Key);
      const object = { Bucket: fixture.bucket, Key, Body, CacheControl };
      await fixture.s3.send(new PutObjectCommand({ ...object, ContentType: contentType ?? ContentType }));
    }
  }

  async function start(etags: "md5" | "opaque"): Promise<void> {
    fixture = await SiteFixture.open({ s3: { etags } });
    fixture.newBucket();
  }
  afterEach(() => fixture.close());

  it("sends only what differs", async () => {
    await start("md5");
    await filled({ ...site, "robots.txt": "robots 9" });
    const result = await fixture.sync(site, { content: { config: null } });
    expect(result).to.deep.include({ uploaded: 1, copied: 0, unchanged: 4 });
    expect((await fixture.served())["robots.txt"]).to.equal(site["robots.txt"]);
    expect(await fixture.sync(site, { content: { config: null } })).to.deep.include({
      changed: false,
      requests: 2,
    });
  });

  it("gives what is right its headers without sending it", async () => {
    await start("md5");
    await filled(first, "binary/octet-stream");
    expect(await fixture.sync(first, { content: { config: null } })).to.deep.include({
      uploaded: 0,
      copied: 4,
    });
  });

  it("sends everything where ETags say nothing of the content", async () => {
    await start("opaque");
    await filled(first);
    expect(await fixture.sync(first, { content: { config: null } })).to.deep.include({
      uploaded: 4,
      unchanged: 0,
    });
  });
});
