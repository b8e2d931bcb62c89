import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { failure, startTestAws, type TestAws } from "../../aws-fixture.ts";
import { objectsIn } from "./objects-fixture.ts";

const Bucket = "copies";

describe("S3 copies", () => {
  let aws: TestAws;
  let s3: S3Client;
  const { put, read } = objectsIn(Bucket, () => s3);

  before(async () => {
    aws = await startTestAws();
    s3 = aws.s3();
    await s3.send(new CreateBucketCommand({ Bucket }));
  });
  after(() => aws.stop());

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
    await copy("replaced", {
      MetadataDirective: "REPLACE",
      ContentType: "text/html",
      Metadata: { b: "2" },
    });
    const answer = await read("replaced");
    expect(answer.ContentType).equal("text/html");
    expect(answer.CacheControl).equal(undefined);
    expect(answer.Metadata).deep.equal({ b: "2" });
    await copy("source ü+.txt", {
      MetadataDirective: "REPLACE",
      ContentType: "text/plain",
      Metadata: { a: "1" },
    });
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
