import { PutObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { headersByRule } from "../../bundle/header-rules.ts";
import { largeFileBytes } from "../bucket/large-files.ts";
import { first, SyncBench } from "../site-fixture.ts";

describe("the first sync of a bucket that another tool filled", () => {
  let bench: SyncBench;
  const headers = headersByRule([]);
  const site = { ...first, "large.bin": "x".repeat(largeFileBytes) };

  /** Uploads as tools do that give S3 no SHA-256. */
  async function filled(files: Readonly<Record<string, string>>, contentType?: string): Promise<void> {
    for (const [Key, Body] of Object.entries(files)) {
      const { contentType: ContentType, cacheControl: CacheControl } = headers(Key);
      const object = { Bucket: bench.bucket, Key, Body, CacheControl };
      await bench.s3.send(new PutObjectCommand({ ...object, ContentType: contentType ?? ContentType }));
    }
  }

  async function start(etags: "md5" | "opaque"): Promise<void> {
    bench = await SyncBench.open({ s3: { etags } });
    bench.newBucket();
  }
  afterEach(() => bench.close());

  it("sends only what differs", async () => {
    await start("md5");
    await filled({ ...site, "robots.txt": "robots 9" });
    const result = await bench.sync(site, { config: null });
    expect(result).to.deep.include({ uploaded: 1, copied: 0, unchanged: 4 });
    expect((await bench.served())["robots.txt"]).to.equal(site["robots.txt"]);
    expect(await bench.sync(site, { config: null })).to.deep.include({ changed: false, requests: 2 });
  });

  it("gives what is right its headers without sending it", async () => {
    await start("md5");
    await filled(first, "binary/octet-stream");
    expect(await bench.sync(first, { config: null })).to.deep.include({ uploaded: 0, copied: 4 });
  });

  it("sends everything where ETags say nothing of the content", async () => {
    await start("opaque");
    await filled(first);
    expect(await bench.sync(first, { config: null })).to.deep.include({ uploaded: 4, unchanged: 0 });
  });
});
