import {
  CopyObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { startTestAws, type TestAws } from "../../aws-fixture.ts";

const Bucket = "site";
const key = "arn:aws:kms:us-east-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab";

describe("how an object is stored", () => {
  let aws: TestAws;
  let s3: S3Client;

  before(async () => {
    aws = await startTestAws();
    s3 = aws.s3();
    aws.server.provisionBucket({
      name: Bucket,
      publicAccessBlock: null,
      policy: {
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: `arn:aws:s3:::${Bucket}/*` },
        ],
      },
      website: { IndexDocument: { Suffix: "index.html" } },
    });
  });
  after(() => aws.stop());

  const put = (more: Partial<PutObjectCommandInput> = {}) =>
    s3.send(new PutObjectCommand({ Bucket, Key: "a.txt", Body: "hello", ...more }));
  const head = (Key = "a.txt") => s3.send(new HeadObjectCommand({ Bucket, Key }));
  const md5 = '"5d41402abc4b2a76b9719d911017c592"';

  it("is named by answers where its storage class is not the usual one, and always by listings", async () => {
    await put({ StorageClass: "STANDARD" });
    expect((await head()).StorageClass).to.equal(undefined);
    await put({ StorageClass: "STANDARD_IA" });
    expect((await head()).StorageClass).to.equal("STANDARD_IA");
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
    expect(Contents.map(({ StorageClass }) => StorageClass)).to.eql(["STANDARD_IA"]);
  });

  it("by KMS has an ETag of its own, a key that answers name, and readers who sign alone", async () => {
    const website = await aws.server.startWebsite(Bucket, 0);
    const answered = await put({ ServerSideEncryption: "aws:kms", SSEKMSKeyId: key });
    expect([answered.ServerSideEncryption, answered.SSEKMSKeyId]).to.eql(["aws:kms", key]);
    expect(answered.ETag).not.to.equal(md5);
    const found = await head();
    expect([found.ServerSideEncryption, found.SSEKMSKeyId, found.ETag]).to.eql([
      "aws:kms",
      key,
      answered.ETag,
    ]);
    const read = await s3.send(new GetObjectCommand({ Bucket, Key: "a.txt" }));
    expect(await read.Body?.transformToString()).to.equal("hello");
    const unsigned = await fetch(`${aws.server.endpoint}/${Bucket}/a.txt`);
    expect([unsigned.status, await unsigned.text()]).to.satisfy(
      ([status, text]: [number, string]) =>
        status === 400 && text.includes("require AWS Signature Version 4"),
    );
    expect((await fetch(`${website.url}/a.txt`)).status).to.equal(403);
  });

  it("is not copied along", async () => {
    await put({ ServerSideEncryption: "aws:kms", SSEKMSKeyId: key, StorageClass: "GLACIER_IR" });
    await s3.send(new CopyObjectCommand({ Bucket, Key: "b.txt", CopySource: `${Bucket}/a.txt` }));
    const copy = await head("b.txt");
    expect([copy.ServerSideEncryption, copy.SSEKMSKeyId, copy.StorageClass, copy.ETag]).to.eql([
      "AES256",
      undefined,
      undefined,
      md5,
    ]);
  });

  it("may be all that a copy onto itself changes", async () => {
    await put();
    const itself = { Bucket, Key: "a.txt", CopySource: `${Bucket}/a.txt` };
    await s3.send(new CopyObjectCommand({ ...itself, StorageClass: "ONEZONE_IA" }));
    expect((await head()).StorageClass).to.equal("ONEZONE_IA");
  });
});
