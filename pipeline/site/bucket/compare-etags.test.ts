import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { headersByRule } from "../../bundle/header-rules.ts";
import { sha256 } from "../../kit/sha256.ts";
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

  it("takes out headers that nobody asked for, without sending the bytes", async () => {
    await start("md5");
    const { contentType: ContentType, cacheControl: CacheControl } = headers("about.html");
    const unwanted = [
      { ContentEncoding: "br" },
      { ContentDisposition: "attachment" },
      { ContentLanguage: "de" },
      { Expires: new Date("2030-01-01T00:00:00Z") },
      { Metadata: { mtime: "1" } },
    ];
    const names = unwanted.map((_, number) => `page-${number}.html`);
    const files = { ...first, ...Object.fromEntries(names.map((name) => [name, first["about.html"]])) };
    await filled(first);
    for (const [number, header] of unwanted.entries()) {
      const object = { Bucket: fixture.bucket, Key: names[number], Body: first["about.html"], ...header };
      await fixture.s3.send(new PutObjectCommand({ ...object, ContentType, CacheControl }));
    }
    expect(await fixture.sync(files, { content: { config: null } })).to.deep.include({
      uploaded: 0,
      copied: names.length,
      unchanged: 4,
    });
    for (const Key of names) {
      const head = await fixture.s3.send(new HeadObjectCommand({ Bucket: fixture.bucket, Key }));
      for (const name of [
        "ContentEncoding",
        "ContentDisposition",
        "ContentLanguage",
        "ExpiresString",
      ] as const)
        expect(head[name], `${Key} ${name}`).to.equal(undefined);
      expect(Object.keys(head.Metadata ?? {})).to.deep.equal(["sha256"]);
    }
    expect(await fixture.sync(files, { content: { config: null } })).to.deep.include({ changed: false });
  });

  it("does not believe a hash that the ETag contradicts", async () => {
    await start("md5");
    await fixture.sync(first, { content: { config: null } });
    const { contentType: ContentType, cacheControl: CacheControl } = headers("robots.txt");
    const other = { Bucket: fixture.bucket, Key: "robots.txt", Body: "robots X", ContentType, CacheControl };
    const Metadata = { sha256: sha256(first["robots.txt"]) };
    await fixture.s3.send(new PutObjectCommand({ ...other, Metadata }));
    expect(await fixture.sync(first, { content: { config: null } })).to.deep.include({ uploaded: 1 });
    expect((await fixture.served())["robots.txt"]).to.equal(first["robots.txt"]);
  });

  it("does not believe a hash of an object in parts that has another ETag than the recorded one", async () => {
    await start("md5");
    await fixture.sync(site, { content: { config: null } });
    const { contentType: ContentType, cacheControl: CacheControl } = headers("large.bin");
    const target = { Bucket: fixture.bucket, Key: "large.bin" };
    const Metadata = { sha256: sha256(site["large.bin"]) };
    const created = await fixture.s3.send(
      new CreateMultipartUploadCommand({ ...target, ContentType, CacheControl, Metadata }),
    );
    const upload = { ...target, UploadId: created.UploadId };
    const Body = "y".repeat(largeFileBytes);
    const part = await fixture.s3.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body }));
    const Parts = [{ PartNumber: 1, ETag: part.ETag }];
    await fixture.s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
    expect(await fixture.sync(site, { content: { config: null } })).to.deep.include({ uploaded: 1 });
    expect((await fixture.served())["large.bin"]?.[0]).to.equal("x");
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
