import { createHash } from "node:crypto";
import { request } from "node:http";
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { failure, startTestAws, type TestAws } from "../test-aws.ts";

const Bucket = "objects";

describe("S3 objects", () => {
  let aws: TestAws;
  let s3: S3Client;
  const put = (Key: string, Body: string | Buffer = "x", more: object = {}) =>
    s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
  const read = async (Key: string, more: object = {}) => {
    const answer = await s3.send(new GetObjectCommand({ Bucket, Key, ...more }));
    return { ...answer, text: await answer.Body?.transformToString() };
  };

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
      expect(answer).include({ ETag, ContentLength: 5, ContentType: headers.ContentType, CacheControl: "no-cache" });
      expect(answer).include({ ContentDisposition: "inline", ContentEncoding: "gzip", ContentLanguage: "de" });
      expect(answer).include({ WebsiteRedirectLocation: "/elsewhere", AcceptRanges: "bytes" });
      expect(answer.Metadata).deep.equal(headers.Metadata);
      expect(answer.LastModified?.getMilliseconds()).equal(0);
      const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "page.html" }));
      expect(head).include({ ETag, ContentLength: 5, ContentType: headers.ContentType });
    });

    it("keeps every key that UTF-8 can spell, without normalising it", async () => {
      const keys = ["a b+c&d=e?.txt", "../up", "//double", "dir/", "ü/日本/😀.txt", "%41", "a\u0001b", "'()!*~"];
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
      const lifecycle = await fetch(`${aws.server.endpoint}/${Bucket}?lifecycle`);
      expect(lifecycle.status).equal(501);
      expect(await lifecycle.text()).contain("GET bucket ?lifecycle");
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
      expect(await failure(read("ranged", { Range: "bytes=10-" }))).include({ name: "InvalidRange", status: 416 });
    });

    it("lets a signed reader override response headers", async () => {
      const answer = await read("ranged", {
        ResponseContentType: "text/x",
        ResponseContentDisposition: "attachment",
      });
      expect(answer).include({ ContentType: "text/x", ContentDisposition: "attachment" });
    });
  });

  describe("copies", () => {
    before(() =>
      put("source ü+.txt", "copy me", {
        ContentType: "text/plain",
        CacheControl: "no-store",
        Metadata: { a: "1" },
        WebsiteRedirectLocation: "/x",
      }),
    );
    const copy = (Key: string, more: object = {}) =>
      s3.send(
        new CopyObjectCommand({
          Bucket,
          Key,
          CopySource: `${Bucket}/${encodeURIComponent("source ü+.txt")}`,
          ...more,
        }),
      );

    it("takes bytes and metadata along, but not the website redirect", async () => {
      const { CopyObjectResult } = await copy("copied");
      const answer = await read("copied");
      expect(answer.text).equal("copy me");
      expect(answer.ETag).equal(CopyObjectResult?.ETag);
      expect(answer).include({ ContentType: "text/plain", CacheControl: "no-store" });
      expect(answer.Metadata).deep.equal({ a: "1" });
      expect(answer.WebsiteRedirectLocation).equal(undefined);
    });

    it("replaces metadata when told, also in place", async () => {
      await copy("replaced", { MetadataDirective: "REPLACE", ContentType: "text/html", Metadata: { b: "2" } });
      const answer = await read("replaced");
      expect(answer.ContentType).equal("text/html");
      expect(answer.CacheControl).equal(undefined);
      expect(answer.Metadata).deep.equal({ b: "2" });
      await copy("source ü+.txt", { MetadataDirective: "REPLACE", ContentType: "text/plain", Metadata: { a: "1" } });
      expect((await read("source ü+.txt")).text).equal("copy me");
      expect(await failure(copy("source ü+.txt"))).include({ name: "InvalidRequest" });
    });

    it("obeys conditions on the source and on the destination", async () => {
      const { ETag } = await put("target", "old");
      expect(await failure(copy("x", { CopySourceIfMatch: '"no"' }))).include({ status: 412 });
      expect(await failure(copy("x", { CopySourceIfNoneMatch: "*" }))).include({ status: 412 });
      expect(await failure(copy("target", { IfNoneMatch: "*" }))).include({ name: "PreconditionFailed" });
      expect(await failure(copy("target", { IfMatch: '"no"' }))).include({ status: 412 });
      await copy("target", { IfMatch: ETag });
      expect((await read("target")).text).equal("copy me");
    });

    it("names what is missing", async () => {
      expect(await failure(copy("x", { CopySource: `${Bucket}/none` }))).include({ name: "NoSuchKey" });
      expect(await failure(copy("x", { CopySource: "none-such/key" }))).include({ name: "NoSuchBucket" });
    });

    it("keeps the copy when the source is deleted", async () => {
      await put("short-lived", "still here");
      await copy("outlives", { CopySource: `${Bucket}/short-lived` });
      await s3.send(new DeleteObjectCommand({ Bucket, Key: "short-lived" }));
      expect((await read("outlives")).text).equal("still here");
    });
  });

  describe("conditional writes and deletes", () => {
    it("creates only what is new with If-None-Match: *", async () => {
      await put("once", "1", { IfNoneMatch: "*" });
      expect(await failure(put("once", "2", { IfNoneMatch: "*" }))).include({
        name: "PreconditionFailed",
        status: 412,
      });
      expect((await read("once")).text).equal("1");
    });

    it("lets exactly one of many racing creators win", async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 12 }, (_, index) =>
          put("race", String(index), { IfNoneMatch: "*" }).then(
            () => String(index),
            () => undefined,
          ),
        ),
      );
      const winners = outcomes.filter((one) => one !== undefined);
      expect(winners).lengthOf(1);
      expect((await read("race")).text).equal(winners[0]);
    });

    it("replaces only the expected object with If-Match; 404 when there is none", async () => {
      const { ETag } = await put("versioned", "1");
      await put("versioned", "2", { IfMatch: ETag });
      expect(await failure(put("versioned", "3", { IfMatch: ETag }))).include({ status: 412 });
      expect(await failure(put("absent", "1", { IfMatch: ETag }))).include({ name: "NoSuchKey", status: 404 });
    });

    it("answers 409 when a concurrent request spoils a condition that held", async () => {
      const { ETag } = await put("contended", "1");
      const slow = slowPut(aws.server.presign("PUT", Bucket, "contended", 60), { "if-match": ETag ?? "" });
      await slow.started;
      await put("contended", "other");
      expect(await slow.finish()).deep.include({ status: 409 });
      await put("recreated", "1");
      const create = slowPut(aws.server.presign("PUT", Bucket, "recreated", 60), { "if-none-match": "*" });
      await create.started;
      await s3.send(new DeleteObjectCommand({ Bucket, Key: "recreated" }));
      const { status, body } = await create.finish();
      expect(status).equal(409);
      expect(body).contain("ConditionalRequestConflict");
    });

    it("deletes only the expected object with If-Match", async () => {
      const { ETag } = await put("doomed", "1");
      const remove = (IfMatch: string | undefined) =>
        s3.send(new DeleteObjectCommand({ Bucket, Key: "doomed", IfMatch }));
      expect(await failure(remove('"other"'))).include({ name: "PreconditionFailed", status: 412 });
      await remove(ETag);
      expect(await failure(remove("*"))).include({ status: 404 });
    });
  });

  describe("DeleteObjects", () => {
    it("deletes many, reports each, and keeps those whose ETag differs", async () => {
      const [first, second] = [await put("m/1", "1"), await put("m/2", "2")];
      const answer = await s3.send(
        new DeleteObjectsCommand({
          Bucket,
          Delete: {
            Objects: [
              { Key: "m/1", ETag: first.ETag },
              { Key: "m/2", ETag: first.ETag },
              { Key: "m/never & <there>" },
            ],
          },
        }),
      );
      expect(answer.Deleted?.map(({ Key }) => Key)).deep.equal(["m/1", "m/never & <there>"]);
      expect(answer.Errors).deep.equal([
        {
          Key: "m/2",
          Code: "PreconditionFailed",
          Message: "At least one of the pre-conditions you specified did not hold",
        },
      ]);
      expect((await read("m/2")).ETag).equal(second.ETag);
    });

    it("lists only errors when quiet, and refuses more than 1000 keys or a missing checksum", async () => {
      await put("quiet");
      const remove = (Objects: { Key: string }[]) =>
        s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
      expect((await remove([{ Key: "quiet" }])).Deleted).equal(undefined);
      const many = Array.from({ length: 1001 }, (_, index) => ({ Key: String(index) }));
      expect(await failure(remove(many))).include({ name: "MalformedXML" });
      const bare = await fetch(`${aws.server.endpoint}/${Bucket}?delete`, { method: "POST", body: "<Delete/>" });
      expect(await bare.text()).contain("Missing required header for this request: Content-MD5");
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

/** A PUT whose last byte is held back until `finish`. */
function slowPut(
  address: string,
  headers: Record<string, string>,
): { started: Promise<void>; finish(): Promise<{ status: number; body: string }> } {
  const body = "slow body";
  const sent = request(address, {
    method: "PUT",
    headers: { ...headers, "content-length": body.length, expect: "100-continue" },
  });
  const started = new Promise<void>((resolve) => {
    sent.once("continue", () => {
      sent.write(body.slice(1));
      setTimeout(resolve, 50);
    });
  });
  sent.flushHeaders();
  return {
    started,
    finish: () =>
      new Promise((resolve, reject) => {
        sent.once("response", async (answer) => {
          let text = "";
          for await (const chunk of answer) text += chunk;
          resolve({ status: answer.statusCode ?? 0, body: text });
        });
        sent.once("error", reject);
        sent.end(body.slice(0, 1));
      }),
  };
}
