import { request } from "node:http";
import { CreateBucketCommand, DeleteObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { failure, startTestAws, type TestAws } from "../../aws-fixture.ts";
import { objectsIn } from "./objects-fixture.ts";

const Bucket = "conditions";

describe("S3 conditional writes and deletes", () => {
  let aws: TestAws;
  let s3: S3Client;
  const { put, read } = objectsIn(Bucket, () => s3);

  before(async () => {
    aws = await startTestAws();
    s3 = aws.s3();
    await s3.send(new CreateBucketCommand({ Bucket }));
  });
  after(() => aws.stop());

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
    expect(await failure(put("absent", "1", { IfMatch: ETag }))).include({
      name: "NoSuchKey",
      status: 404,
    });
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
