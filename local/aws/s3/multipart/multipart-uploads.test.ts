import { createHash } from "node:crypto";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { failure, startTestAws, type TestAws } from "../../aws-fixture.ts";
import { newHasher } from "../checksums/checksums.ts";

const Bucket = "multipart";
const part = (letter: string) => Buffer.alloc(5 * 1024 * 1024, letter);

describe("S3 multipart uploads", () => {
  let aws: TestAws;
  let s3: S3Client;
  before(async () => {
    aws = await startTestAws();
    s3 = aws.s3();
    await s3.send(new CreateBucketCommand({ Bucket }));
  });
  after(() => aws.stop());

  const start = async (Key: string, more: object = {}) => {
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }));
    return { Bucket, Key, UploadId };
  };
  const upload = async (to: Awaited<ReturnType<typeof start>>, PartNumber: number, Body: Buffer | string) => {
    const { ETag } = await s3.send(new UploadPartCommand({ ...to, PartNumber, Body }));
    return { PartNumber, ETag };
  };
  const complete = (to: Awaited<ReturnType<typeof start>>, Parts: object[], more: object = {}) =>
    s3.send(new CompleteMultipartUploadCommand({ ...to, MultipartUpload: { Parts }, ...more }));

  it("assembles parts in order, whatever the order of their upload", async () => {
    const to = await start("big", { ContentType: "video/x", Metadata: { a: "1" } });
    const third = await upload(to, 7, "tail");
    const first = await upload(to, 1, part("a"));
    const second = await upload(to, 3, part("b"));
    const { ETag } = await complete(to, [first, second, third]);
    const whole = Buffer.concat([part("a"), part("b"), Buffer.from("tail")]);
    const digests = [part("a"), part("b"), Buffer.from("tail")].map((one) =>
      createHash("md5").update(one).digest(),
    );
    expect(ETag).equal(`"${createHash("md5").update(Buffer.concat(digests)).digest("hex")}-3"`);
    const answer = await s3.send(new GetObjectCommand({ Bucket, Key: "big", ChecksumMode: "ENABLED" }));
    const nvme = newHasher("CRC64NVME");
    nvme.update(whole);
    expect(answer.ChecksumCRC64NVME).equal(nvme.digest().toString("base64"));
    expect(answer).include({ ContentType: "video/x", ContentLength: whole.length });
    expect(Buffer.from((await answer.Body?.transformToByteArray()) ?? []).equals(whole)).equal(true);
    const across = await s3.send(
      new GetObjectCommand({
        Bucket,
        Key: "big",
        Range: `bytes=${5 * 1024 * 1024 - 2}-${5 * 1024 * 1024 + 1}`,
      }),
    );
    expect(await across.Body?.transformToString()).equal("aabb");
    expect((await complete(to, [first, second, third])).ETag, "completing again").equal(ETag);
  });

  it("gives a copy the plain ETag of its content", async () => {
    await s3.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/big` }));
    const answer = await s3.send(new GetObjectCommand({ Bucket, Key: "copy" }));
    const whole = Buffer.from((await answer.Body?.transformToByteArray()) ?? []);
    expect(answer.ETag).equal(`"${createHash("md5").update(whole).digest("hex")}"`);
  });

  it("makes composite checksums of the algorithm that was asked for", async () => {
    const to = await start("composite", { ChecksumAlgorithm: "SHA256" });
    const { ETag, ChecksumSHA256 } = await s3.send(
      new UploadPartCommand({ ...to, PartNumber: 1, Body: "only", ChecksumAlgorithm: "SHA256" }),
    );
    const digest = createHash("sha256").update("only").digest();
    expect(ChecksumSHA256).equal(digest.toString("base64"));
    const answer = await complete(to, [{ PartNumber: 1, ETag, ChecksumSHA256 }]);
    expect(answer.ChecksumSHA256).equal(`${createHash("sha256").update(digest).digest("base64")}-1`);
    expect(answer.ChecksumType).equal("COMPOSITE");
  });

  it("refuses wrong, missing, small and disordered parts", async () => {
    const to = await start("refused");
    const small = await upload(to, 1, "small");
    const last = await upload(to, 2, "last");
    expect(await failure(complete(to, [small, last]))).include({ name: "EntityTooSmall", status: 400 });
    expect(await failure(complete(to, [last, small]))).include({ name: "InvalidPartOrder" });
    expect(await failure(complete(to, [{ PartNumber: 1, ETag: '"0"' }]))).include({ name: "InvalidPart" });
    expect(await failure(complete(to, [{ ...small, PartNumber: 9 }]))).include({ name: "InvalidPart" });
    expect(await failure(complete(to, []))).include({ name: "MalformedXML" });
    expect(await failure(complete({ ...to, UploadId: "none" }, [small]))).include({
      name: "NoSuchUpload",
      status: 404,
    });
    expect(await failure(upload(to, 10_001, "x"))).include({ name: "InvalidArgument" });
  });

  it("obeys conditions when it completes", async () => {
    const to = await start("conditional");
    const only = await upload(to, 1, "body");
    await s3.send(new PutObjectCommand({ Bucket, Key: "conditional", Body: "there" }));
    expect(await failure(complete(to, [only], { IfNoneMatch: "*" }))).include({ name: "PreconditionFailed" });
    await complete(to, [only]);
  });

  it("copies ranges of objects as parts", async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: "digits", Body: "0123456789" }));
    const to = await start("from-copies");
    const copied = await s3.send(
      new UploadPartCopyCommand({
        ...to,
        PartNumber: 1,
        CopySource: `${Bucket}/digits`,
        CopySourceRange: "bytes=3-5",
      }),
    );
    await complete(to, [{ PartNumber: 1, ETag: copied.CopyPartResult?.ETag }]);
    const answer = await s3.send(new GetObjectCommand({ Bucket, Key: "from-copies" }));
    expect(await answer.Body?.transformToString()).equal("345");
    const beyond = new UploadPartCopyCommand({
      ...to,
      PartNumber: 2,
      CopySource: `${Bucket}/digits`,
      CopySourceRange: "bytes=3-50",
    });
    expect(await failure(s3.send(beyond))).include({ name: "NoSuchUpload" });
  });

  it("lists uploads and parts, page by page, until they are aborted", async () => {
    const [one, two] = [await start("lists/1"), await start("lists/2")];
    for (const number of [1, 2, 3]) await upload(one, number, `part ${number}`);
    const parts = await s3.send(new ListPartsCommand({ ...one, MaxParts: 2 }));
    expect(parts.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).deep.equal([
      [1, 6],
      [2, 6],
    ]);
    expect(parts).include({ IsTruncated: true, NextPartNumberMarker: "2" });
    const rest = await s3.send(
      new ListPartsCommand({ ...one, PartNumberMarker: parts.NextPartNumberMarker }),
    );
    expect(rest.Parts?.map(({ PartNumber }) => PartNumber)).deep.equal([3]);
    const uploads = () => s3.send(new ListMultipartUploadsCommand({ Bucket, Prefix: "lists/" }));
    expect((await uploads()).Uploads?.map(({ Key }) => Key)).deep.equal(["lists/1", "lists/2"]);
    await aws.restart();
    expect(
      (await uploads()).Uploads?.map(({ Key }) => Key),
      "after a restart",
    ).deep.equal(["lists/1", "lists/2"]);
    await s3.send(new AbortMultipartUploadCommand(one));
    await s3.send(new AbortMultipartUploadCommand(two));
    expect((await uploads()).Uploads).equal(undefined);
    expect(await failure(upload(one, 1, "late"))).include({ name: "NoSuchUpload" });
  });
});
