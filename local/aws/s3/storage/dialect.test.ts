import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { failure, startTestAws, type TestAws } from "../../aws-fixture.ts";
import type { Dialect } from "./dialect.ts";

describe("servers that only resemble Amazon's", () => {
  let aws: TestAws;
  let s3: S3Client;
  const Bucket = "site";

  async function start(dialect: Partial<Dialect>): Promise<void> {
    aws = await startTestAws({ s3: dialect });
    aws.server.provisionBucket({ name: Bucket });
    s3 = aws.s3();
  }
  afterEach(() => aws.stop());

  const put = (Key: string, conditions: { IfMatch?: string; IfNoneMatch?: string } = {}) =>
    s3.send(new PutObjectCommand({ Bucket, Key, Body: Key, ...conditions }));
  const keys = async (input: { Prefix?: string; StartAfter?: string; MaxKeys?: number } = {}) =>
    ((await s3.send(new ListObjectsV2Command({ Bucket, ...input }))).Contents ?? []).map(({ Key }) => Key);

  it("ignores the conditions of writes, and those of deletes", async () => {
    await start({ preconditions: "ignored" });
    await put("a");
    await put("a", { IfNoneMatch: "*" });
    await put("a", { IfMatch: '"other"' });
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "a", IfMatch: '"other"' }));
    expect(await keys()).to.deep.equal([]);
    await put("b");
    const Delete = { Objects: [{ Key: "b", ETag: '"other"' }] };
    const { Errors } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete }));
    expect([Errors, await keys()]).to.deep.equal([undefined, []]);
  });

  it("refuses conditional writes", async () => {
    await start({ preconditions: "refused" });
    await put("a");
    expect(await failure(put("b", { IfNoneMatch: "*" }))).to.deep.include({ status: 501 });
    expect(await keys()).to.deep.equal(["a"]);
  });

  it("gives every write another ETag", async () => {
    await start({ etags: "opaque" });
    const [first, second] = [await put("a"), await put("a")];
    expect(first.ETag).to.not.equal(second.ETag);
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "a" }));
    expect(head.ETag).to.equal(second.ETag);
    const copy = await s3.send(new CopyObjectCommand({ Bucket, Key: "b", CopySource: "site/a" }));
    expect(copy.CopyObjectResult?.ETag).to.not.equal(second.ETag);
    await put("a", { IfMatch: second.ETag as string });
  });

  it("lists folders before what sorts before them", async () => {
    await start({ listing: "folders-first" });
    for (const key of ["a-b", "a/c", "a.d", "a", "a/b/c", "b!", "b/c"]) await put(key);
    const order = ["a", "a/b/c", "a/c", "a-b", "a.d", "b/c", "b!"];
    expect(await keys()).to.deep.equal(order);
    expect(await keys({ StartAfter: "a/c", MaxKeys: 2 })).to.deep.equal(["a-b", "a.d"]);
    expect(await keys({ Prefix: "a/" })).to.deep.equal(["a/b/c", "a/c"]);
  });
});
