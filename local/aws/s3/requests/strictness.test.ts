import {
  CopyObjectCommand,
  CreateBucketCommand,
  GetBucketEncryptionCommand,
  HeadObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { failure, startTestAws, type TestAws } from "../../aws-fixture.ts";
import { objectsIn } from "../objects/objects-fixture.ts";

const Bucket = "strict";

describe("S3 is as strict as AWS", () => {
  let aws: TestAws;
  let s3: S3Client;
  const { put, read } = objectsIn(Bucket, () => s3);

  before(async () => {
    aws = await startTestAws();
    s3 = aws.s3();
    await s3.send(new CreateBucketCommand({ Bucket }));
    await put("here");
  });
  after(() => aws.stop());

  it("with the owner that a request expects", async () => {
    const own = aws.server.accountId;
    await put("owned", "x", { ExpectedBucketOwner: own });
    expect(await failure(put("owned", "x", { ExpectedBucketOwner: "999999999999" }))).to.deep.include({
      name: "AccessDenied",
      status: 403,
    });
    expect(await failure(read("here", { ExpectedBucketOwner: "somebody" }))).to.deep.include({
      name: "InvalidBucketOwnerAWSAccountID",
      status: 400,
    });
    const copy = { Bucket, Key: "copy", CopySource: `${Bucket}/here` };
    await s3.send(new CopyObjectCommand({ ...copy, ExpectedSourceBucketOwner: own }));
    const strange = s3.send(new CopyObjectCommand({ ...copy, ExpectedSourceBucketOwner: "999999999999" }));
    expect(await failure(strange)).to.deep.include({ name: "AccessDenied", status: 403 });
  });

  it("with If-Match on a write, which takes an ETag and no *", async () => {
    expect(await failure(put("here", "y", { IfMatch: "*" }))).to.deep.include({
      name: "NotImplemented",
      status: 501,
    });
  });

  for (const [key, isTaken] of [
    ["../x", false],
    ["a/../../x", false],
    ["a/b/../../x", true],
    ["a/..b/x", true],
  ] as const) {
    it(`with the key ${key}, which ${isTaken ? "stays in the bucket" : "climbs out of it"}`, async () => {
      if (isTaken) await put(key);
      else expect(await failure(put(key))).to.deep.include({ name: "InvalidURI", status: 400 });
    });
  }

  it("with a policy that allows everyone but some", async () => {
    const statement = {
      Effect: "Allow",
      NotPrincipal: { AWS: "arn:aws:iam::111122223333:root" },
      Action: "s3:GetObject",
      Resource: `arn:aws:s3:::${Bucket}/*`,
    };
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    expect(await failure(s3.send(new PutBucketPolicyCommand({ Bucket, Policy })))).to.deep.include({
      name: "MalformedPolicy",
      status: 400,
    });
  });

  it("with storage classes, of which there are only so many", async () => {
    const of = (StorageClass: string) =>
      failure(s3.send(new PutObjectCommand({ Bucket, Key: "k", StorageClass: StorageClass as "STANDARD" })));
    expect(await of("FROZEN")).to.deep.include({ name: "InvalidStorageClass", status: 400 });
    expect(await of("GLACIER")).to.deep.include({ name: "NotImplemented", status: 501 });
  });

  it("with encryption, which every object has", async () => {
    expect((await put("secret")).ServerSideEncryption).to.equal("AES256");
    expect((await read("secret")).ServerSideEncryption).to.equal("AES256");
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "secret" }));
    expect(head.ServerSideEncryption).to.equal("AES256");
    const { ServerSideEncryptionConfiguration: configuration } = await s3.send(
      new GetBucketEncryptionCommand({ Bucket }),
    );
    expect(configuration?.Rules).to.deep.equal([
      { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" }, BucketKeyEnabled: false },
    ]);
  });
});
