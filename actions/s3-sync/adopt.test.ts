import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { type AwsServer, startAws } from "../../local/aws/server.ts";
import { headersByRule } from "../lib/header-rules.ts";
import { largeFileBytes } from "./large-files.ts";
import { first, SyncBench } from "./test-bench.ts";

describe("the first sync of a bucket that another tool filled", () => {
  let directory: string;
  let aws: AwsServer;
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
    directory = mkdtempSync(join(tmpdir(), "s3-sync-adopt-"));
    const account = { region: "us-east-1", accountId: "000000000000" };
    aws = await startAws({ directory, port: 0, ...account, services: [], s3: { etags } });
    bench = new SyncBench(aws);
    bench.newBucket();
  }
  afterEach(async () => {
    bench.close();
    await aws.close();
    rmSync(directory, { recursive: true, force: true });
  });

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
