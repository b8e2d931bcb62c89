import { CreateBucketCommand, DeleteObjectsCommand, type S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { failure, startTestAws, type TestAws } from "../../aws-fixture.ts";
import { objectsIn } from "./objects-fixture.ts";

const Bucket = "deletes";

describe("S3 DeleteObjects", () => {
  let aws: TestAws;
  let s3: S3Client;
  const { put, read } = objectsIn(Bucket, () => s3);

  before(async () => {
    aws = await startTestAws();
    s3 = aws.s3();
    await s3.send(new CreateBucketCommand({ Bucket }));
  });
  after(() => aws.stop());

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
    const bare = await fetch(`${aws.server.endpoint}/${Bucket}?delete`, {
      method: "POST",
      body: "<Delete/>",
    });
    expect(await bare.text()).contain("Missing required header for this request: Content-MD5");
  });
});
