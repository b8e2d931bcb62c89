import { GetObjectCommand, HeadObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { startTestAws, type TestAws } from "../../local/aws/aws-fixture.ts";
import { sha256 } from "../kit/sha256.ts";
import { BulkPut, type BulkPutRequest } from "./bulk-put.ts";
import { transport } from "./transport.ts";

const body = Buffer.from("<!doctype html>");
const page: BulkPutRequest = {
  bucket: "site",
  key: "docs/an (odd) näme+1.html",
  headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-cache" },
  body,
  payloadHash: sha256(body),
};

describe("BulkPut", () => {
  let aws: TestAws;
  let s3: S3Client;

  before(async () => {
    aws = await startTestAws();
    aws.server.provisionBucket({ name: "site" });
    s3 = aws.s3({ maxAttempts: 4, ...transport() });
  });
  after(() => aws.stop());
  beforeEach(() => aws.server.faults.clear());

  const failing = (request: BulkPutRequest, client = s3): Promise<Record<string, unknown>> =>
    new BulkPut(client).put(request).then(
      () => ({ name: "done" }),
      (error) => ({ name: error.name, ...error.$metadata }),
    );

  it("puts what the SDK reads back, under any key, with its headers", async () => {
    const { etag, $metadata } = await new BulkPut(s3).put(page);
    const object = await s3.send(new GetObjectCommand({ Bucket: "site", Key: page.key }));
    expect(await object.Body?.transformToString()).to.equal(body.toString());
    expect(object).to.include({
      ETag: etag,
      CacheControl: "no-cache",
      ContentType: "text/html; charset=utf-8",
    });
    expect($metadata).to.deep.equal({ attempts: 1 });
  });

  it("sends again after 503s, 500s and lost connections, and says how often", async () => {
    for (const effect of [
      { status: 503, code: "SlowDown" },
      { status: 500, code: "InternalError" },
      { drop: "before" },
    ]) {
      aws.server.faults.add({ service: "s3", method: "PUT", times: 1, ...effect });
    }
    expect((await new BulkPut(s3).put(page)).$metadata).to.deep.equal({ attempts: 4 });
  });

  it("gives up with the SDK's error after as many attempts as the client makes", async () => {
    aws.server.faults.add({ service: "s3", method: "PUT", status: 503, code: "SlowDown" });
    const failure = await failing(page, aws.s3({ maxAttempts: 2 }));
    expect(failure).to.include({ name: "SlowDown", httpStatusCode: 503, attempts: 2 });
    expect(failure.requestId).to.be.a("string").and.not.equal("");
  });

  it("does not repeat what S3 refuses, be it the bytes, the bucket or the key", async () => {
    const other = { ...page, payloadHash: sha256("other") };
    expect(await failing(other)).to.include({ name: "XAmzContentSHA256Mismatch", attempts: 1 });
    const checksum = Buffer.from(sha256("other"), "hex").toString("base64");
    const promised = { ...page, headers: { "x-amz-checksum-sha256": checksum } };
    expect(await failing(promised)).to.include({ name: "BadDigest", attempts: 1 });
    expect(await failing({ ...page, bucket: "nowhere" })).to.include({ name: "NoSuchBucket", attempts: 1 });
    const stranger = aws.s3({ credentials: { accessKeyId: "AKIAUNKNOWN", secretAccessKey: "no" } });
    expect(await failing(page, stranger)).to.include({ name: "InvalidAccessKeyId", attempts: 1 });
  });

  it("takes new credentials when those it has expire on the way", async () => {
    aws.server.faults.add({ service: "s3", method: "PUT", times: 1, status: 400, code: "ExpiredToken" });
    let asked = 0;
    const credentials = async () => {
      asked += 1;
      return { ...aws.server.credentials, expiration: new Date(Date.now() + 3_600_000) };
    };
    expect((await new BulkPut(aws.s3({ credentials })).put(page)).$metadata.attempts).to.equal(2);
    expect(asked).to.equal(2);
  });

  it("corrects a wrong clock by S3's, as the SDK does", async () => {
    const client = aws.s3();
    client.config.systemClockOffset = -3_600_000;
    expect((await new BulkPut(client).put(page)).$metadata.attempts).to.equal(2);
    expect(Math.abs(client.config.systemClockOffset)).to.be.below(5_000);
  });

  it("goes to the bucket's own host where the SDK does", async () => {
    const client = aws.s3({ endpoint: "http://127-0-0-1.invalid:1", forcePathStyle: false, maxAttempts: 1 });
    const hosts: string[] = [];
    client.config.requestHandler.handle = async ({ hostname, path }) => {
      hosts.push(`${hostname}${path}`);
      throw new Error("far enough");
    };
    await failing({ ...page, key: "a.html" }, client);
    await client.send(new HeadObjectCommand({ Bucket: "site", Key: "a.html" })).catch(() => undefined);
    expect(hosts).to.deep.equal(["site.127-0-0-1.invalid/a.html", "site.127-0-0-1.invalid/a.html"]);
  });
});
