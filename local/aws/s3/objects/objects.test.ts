import { createHash } from "node:crypto";
import { request } from "node:http";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { failure, startTestAws, type TestAws } from "../../aws-fixture.ts";
import { objectsIn } from "./objects-fixture.ts";

const Bucket = "objects";

describe("S3 objects", () => {
  let aws: TestAws;
  let s3: S3Client;
  const { put, read } = objectsIn(Bucket, () => s3);

  before(async () => {
    aws = await startTestAws();
    s3 = aws.s3();
    await s3.send(new CreateBucketCommand({ Bucket }));
  });
  after(() => aws.stop());

  describe("put, get, head, delete", () => {
    it("keeps bytes, headers and metadata", async () => {
      const headers = {
        CacheControl: "no-cache",
        ContentDisposition: "inline",
        ContentEncoding: "gzip",
        ContentLanguage: "de",
        ContentType: "text/html; charset=utf-8",
        WebsiteRedirectLocation: "/elsewhere",
        Metadata: { release: "1", "two-words": "a b" },
      };
      const { ETag } = await put("page.html", "hello", headers);
      const answer = await read("page.html");
      expect(ETag).equal(`"${createHash("md5").update("hello").digest("hex")}"`);
      expect(answer.text).equal("hello");
      expect(answer).include({
        ETag,
        ContentLength: 5,
        ContentType: headers.ContentType,
        CacheControl: "no-cache",
      });
      expect(answer).include({
        ContentDisposition: "inline",
        ContentEncoding: "gzip",
        ContentLanguage: "de",
      });
      expect(answer).include({ WebsiteRedirectLocation: "/elsewhere", AcceptRanges: "bytes" });
      expect(answer.Metadata).deep.equal(headers.Metadata);
      expect(answer.LastModified?.getMilliseconds()).equal(0);
      const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "page.html" }));
      expect(head).include({ ETag, ContentLength: 5, ContentType: headers.ContentType });
    });

    it("keeps every key that UTF-8 can spell, without normalising it", async () => {
      const keys = [
        "a b+c&d=e?.txt",
        "a/../up",
        "//double",
        "dir/",
        "ü/日本/😀.txt",
        "%41",
        "a\u0001b",
        "'()!*~",
      ];
      for (const key of keys) await put(key, key);
      for (const key of keys) expect((await read(key)).text, key).equal(key);
    });

    it("stores large bodies as they stream in, and empty ones", async () => {
      const large = Buffer.alloc(3 * 1024 * 1024 + 7, "ab");
      await put("large", large);
      await put("empty", "", { ContentLength: 0 });
      const answer = await s3.send(new GetObjectCommand({ Bucket, Key: "large" }));
      expect(Buffer.from((await answer.Body?.transformToByteArray()) ?? []).equals(large)).equal(true);
      expect((await read("empty")).text).equal("");
    });

    it("says binary/octet-stream when nobody said what it is", async () => {
      await put("untyped", "x", { ContentType: undefined });
      const answer = await fetch(aws.server.presign("GET", Bucket, "untyped", 60));
      expect(answer.headers.get("content-type")).match(/octet-stream/);
    });

    it("deletes what exists and what does not alike", async () => {
      await put("gone");
      await s3.send(new DeleteObjectCommand({ Bucket, Key: "gone" }));
      await s3.send(new DeleteObjectCommand({ Bucket, Key: "gone" }));
      expect(await failure(read("gone"))).include({ name: "NoSuchKey", status: 404 });
      expect(await failure(s3.send(new HeadObjectCommand({ Bucket, Key: "gone" })))).include({
        name: "NotFound",
        status: 404,
      });
    });

    it("goes on reading the object that it began to read while that is replaced", async () => {
      const first = Buffer.alloc(8 * 1024 * 1024, "1");
      await put("swapped", first);
      const answer = await s3.send(new GetObjectCommand({ Bucket, Key: "swapped" }));
      await put("swapped", "2");
      expect(Buffer.from((await answer.Body?.transformToByteArray()) ?? []).equals(first)).equal(true);
      expect((await read("swapped")).text).equal("2");
    });

    it("refuses keys over 1024 bytes, metadata over 2 KB, ACLs and what it does not implement", async () => {
      expect(await failure(put("ü".repeat(513)))).include({ name: "KeyTooLongError", status: 400 });
      expect(await failure(put("k", "x", { Metadata: { a: "x".repeat(2048) } }))).include({
        name: "MetadataTooLarge",
      });
      expect(await failure(put("k", "x", { ACL: "public-read" }))).include({
        name: "AccessControlListNotSupported",
      });
      expect(await failure(put("k", "x", { StorageClass: "GLACIER" }))).include({
        name: "NotImplemented",
        status: 501,
      });
      const replication = await fetch(`${aws.server.endpoint}/${Bucket}?replication`);
      expect(replication.status).equal(501);
      expect(await replication.text()).contain("the operation GetBucketReplication");
    });

    it("asks for a length", async () => {
      const url = new URL(aws.server.presign("PUT", Bucket, "chunked", 60));
      const status = await new Promise((resolve, reject) => {
        const sent = request(url, { method: "PUT" }, (answer) => resolve(answer.resume().statusCode));
        sent.on("error", reject);
        sent.write("no length");
        sent.end();
      });
      expect(status).equal(411);
    });
  });

  describe("conditional and partial reads", () => {
    let etag: string;
    before(async () => {
      etag = (await put("ranged", "0123456789")).ETag ?? "";
    });

    it("answers 304 and 412 by ETag and date, entity tags first", async () => {
      const past = new Date(Date.now() - 3600_000);
      const future = new Date(Date.now() + 3600_000);
      const status = async (conditions: object): Promise<number> => {
        try {
          await read("ranged", conditions);
          return 200;
        } catch (error) {
          return (error as { $metadata: { httpStatusCode: number } }).$metadata.httpStatusCode;
        }
      };
      expect(await status({ IfMatch: etag })).equal(200);
      expect(await status({ IfMatch: '"other"' })).equal(412);
      expect(await status({ IfNoneMatch: etag })).equal(304);
      expect(await status({ IfNoneMatch: '"other"' })).equal(200);
      expect(await status({ IfModifiedSince: future })).equal(304);
      expect(await status({ IfModifiedSince: past })).equal(200);
      expect(await status({ IfUnmodifiedSince: past })).equal(412);
      expect(await status({ IfMatch: etag, IfUnmodifiedSince: past })).equal(200);
      expect(await status({ IfNoneMatch: '"other"', IfModifiedSince: future })).equal(200);
    });

    it("serves one range, ignores what is no range, refuses what lies outside", async () => {
      const cases: [string, string, string | undefined][] = [
        ["bytes=2-4", "234", "bytes 2-4/10"],
        ["bytes=7-", "789", "bytes 7-9/10"],
        ["bytes=-3", "789", "bytes 7-9/10"],
        ["bytes=5-100", "56789", "bytes 5-9/10"],
        ["bytes=4-2", "0123456789", undefined],
        ["bytes=0-1,3-4", "0123456789", undefined],
        ["lines=1-2", "0123456789", undefined],
      ];
      for (const [Range, text, ContentRange] of cases) {
        const answer = await read("ranged", { Range });
        expect(answer.text, Range).equal(text);
        expect(answer.ContentRange, Range).equal(ContentRange);
      }
      expect(await failure(read("ranged", { Range: "bytes=10-" }))).include({
        name: "InvalidRange",
        status: 416,
      });
    });

    it("lets a signed reader override response headers", async () => {
      const answer = await read("ranged", {
        ResponseContentType: "text/x",
        ResponseContentDisposition: "attachment",
      });
      expect(answer).include({ ContentType: "text/x", ContentDisposition: "attachment" });
    });
  });

  it("keeps tags, changes them, and says how many there are", async () => {
    await put("tagged", "x", { Tagging: "a=1&b=two%20words" });
    const tags = async () => (await s3.send(new GetObjectTaggingCommand({ Bucket, Key: "tagged" }))).TagSet;
    expect(await tags()).deep.equal([
      { Key: "a", Value: "1" },
      { Key: "b", Value: "two words" },
    ]);
    await s3.send(
      new PutObjectTaggingCommand({ Bucket, Key: "tagged", Tagging: { TagSet: [{ Key: "c", Value: "3" }] } }),
    );
    expect(await tags()).deep.equal([{ Key: "c", Value: "3" }]);
    expect((await read("tagged")).TagCount).equal(1);
  });

  it("tells attributes of an object", async () => {
    const { ETag } = await put("attributes", "12345");
    const answer = await s3.send(
      new GetObjectAttributesCommand({
        Bucket,
        Key: "attributes",
        ObjectAttributes: ["ETag", "ObjectSize", "Checksum"],
      }),
    );
    expect(`"${answer.ETag}"`).equal(ETag);
    expect(answer.ObjectSize).equal(5);
    expect(answer.Checksum?.ChecksumCRC32).equal("y/U6HA==");
  });
});
