import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetObjectCommand, HeadObjectCommand, ListMultipartUploadsCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { headersByRule } from "../../bundle/header-rules.ts";
import { sha256 } from "../../kit/sha256.ts";
import { html, outcome, SiteFixture } from "../site-fixture.ts";
import { folderSource } from "../source/folder-source.ts";
import { largeFileBytes, type SiteSource } from "../source/site-source.ts";
import { partBytes } from "./large-files.ts";

const film = randomBytes(largeFileBytes + 3_000_000);

describe("a large file", () => {
  let directory: string;
  let folder: string;
  let fixture: SiteFixture;

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "s3-sync-large-"));
    fixture = await SiteFixture.open();
    folder = join(directory, "site");
    mkdirSync(folder);
    writeFileSync(join(folder, "index.html"), html("films"));
  });
  after(async () => {
    await fixture.close();
    rmSync(directory, { recursive: true, force: true });
  });
  beforeEach(() => {
    fixture.newBucket();
    writeFileSync(join(folder, "film.mp4"), film);
  });

  const source = (cacheControl?: string): SiteSource =>
    folderSource(
      folder,
      headersByRule(cacheControl === undefined ? [] : [{ glob: "film.mp4", value: cacheControl }]),
    );

  async function stored(
    key: string,
  ): Promise<{ readonly sha256: string; readonly etag: string | undefined }> {
    const { Body, ETag } = await fixture.s3.send(new GetObjectCommand({ Bucket: fixture.bucket, Key: key }));
    return { sha256: sha256((await Body?.transformToByteArray()) as Uint8Array), etag: ETag };
  }

  async function unfinishedUploads(): Promise<number> {
    const answer = await fixture.s3.send(new ListMultipartUploadsCommand({ Bucket: fixture.bucket }));
    return answer.Uploads?.length ?? 0;
  }

  it("is sent in parts, known again without its record, and given other headers without being sent", async () => {
    const sent = await fixture.sync(source());
    expect(sent).to.deep.include({
      uploaded: 3,
      bytes: film.length + html("films").length + '{"api":"http://api"}\n'.length,
    });
    const object = await stored("film.mp4");
    expect(object.sha256).to.equal(sha256(film));
    expect(object.etag).to.match(/-3"$/);
    expect(await fixture.sync(source())).to.deep.include({ changed: false });
    const record = { bucket: "artifacts", key: `${fixture.bucket}/lost.json` };
    expect(await fixture.sync(source(), { target: { record } })).to.deep.include({
      uploaded: 0,
      copied: 0,
    });
    const other = await fixture.sync(source("max-age=1"), { target: { record } });
    expect(other).to.deep.include({ uploaded: 0, copied: 1 });
    const head = await fixture.s3.send(new HeadObjectCommand({ Bucket: fixture.bucket, Key: "film.mp4" }));
    expect([head.CacheControl, head.ContentType]).to.deep.equal(["max-age=1", "video/mp4"]);
    const lost = { bucket: "artifacts", key: `${fixture.bucket}/lost-again.json` };
    const known = await fixture.sync(source("max-age=1"), { target: { record: lost } });
    expect(known).to.deep.include({ uploaded: 0, copied: 0 });
  });

  it("arrives as it is among others, with more parts than are in memory at once", async () => {
    const reels = [1, 2, 3].map((number) => [`reel-${number}.mp4`, randomBytes(film.length)] as const);
    for (const [key, bytes] of reels) writeFileSync(join(folder, key), bytes);
    await fixture.sync(source());
    for (const [key, bytes] of [...reels, ["film.mp4", film] as const]) {
      rmSync(join(folder, key));
      expect((await stored(key)).sha256, key).to.equal(sha256(bytes));
    }
  });

  it("that changes while it is sent is refused, and leaves nothing behind", async () => {
    for (const changed of [Buffer.concat([film.subarray(1), film.subarray(0, 1)]), film.subarray(0, -1)]) {
      const hashed = source();
      writeFileSync(join(folder, "film.mp4"), changed);
      expect(await outcome(fixture.sync(hashed))).to.equal("SourceUnreadable");
      expect(Object.keys(await fixture.served())).to.not.include("film.mp4");
      expect(await unfinishedUploads()).to.equal(0);
      writeFileSync(join(folder, "film.mp4"), film);
    }
  });

  it("gets through 503s, lost parts and a lost end, and is taken back when S3 refuses one", async () => {
    fixture.aws.faults.add({
      service: "s3",
      operation: "UploadPart",
      times: 1,
      status: 503,
      code: "SlowDown",
    });
    fixture.aws.faults.add({ service: "s3", operation: "UploadPart", times: 1, drop: "after" });
    const operation = "CompleteMultipartUpload";
    fixture.aws.faults.add({ service: "s3", operation, times: 1, drop: "after" });
    fixture.aws.faults.add({ service: "s3", operation, times: 1, status: 404, code: "NoSuchUpload" });
    expect(await fixture.sync(source())).to.deep.include({ uploaded: 3 });
    expect(await fixture.sync(source())).to.deep.include({ changed: false });
    fixture.newBucket();
    fixture.aws.faults.add({ service: "s3", operation, times: 1, status: 404, code: "NoSuchUpload" });
    expect(await outcome(fixture.sync(source()))).to.equal("ServiceUnavailable");
    fixture.aws.faults.add({
      service: "s3",
      operation: "UploadPart",
      after: 1,
      status: 403,
      code: "AccessDenied",
    });
    expect(await outcome(fixture.sync(source()))).to.equal("AccessDenied");
    expect(await unfinishedUploads()).to.equal(0);
  });
});

describe("partBytes", () => {
  it("makes 10,000 parts at most of any object that S3 takes", () => {
    for (const bytes of [largeFileBytes, 100_000_000_000, 5 * 1024 ** 4]) {
      expect(Math.ceil(bytes / partBytes(bytes))).to.be.at.most(10_000);
    }
    expect(partBytes(largeFileBytes)).to.equal(8 * 1024 * 1024);
  });
});
