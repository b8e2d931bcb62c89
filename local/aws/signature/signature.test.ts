import { createHmac } from "node:crypto";
import { statSync } from "node:fs";
import { join } from "node:path";
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { expect } from "chai";
import { failure, startTestAws, type TestAws } from "../aws-fixture.ts";

const Bucket = "signatures";
const Key = "a b/ü+(1).txt";

describe("AWS signatures", () => {
  let aws: TestAws;
  let s3: S3Client;
  let offsetMs = 0;
  before(async () => {
    aws = await startTestAws({ clock: { now: () => new Date(Date.now() + offsetMs) } });
    s3 = aws.s3();
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: "signed" }));
  });
  afterEach(() => {
    offsetMs = 0;
  });
  after(() => aws.stop());

  const list = (config: object) =>
    failure(aws.s3({ maxAttempts: 1, ...config }).send(new ListBucketsCommand()));

  it("refuses unknown keys, wrong secrets and tokens nobody gave out", async () => {
    const { accessKeyId, secretAccessKey } = aws.server.credentials;
    const unknown = { accessKeyId: "AKIAUNKNOWN", secretAccessKey };
    expect(await list({ credentials: unknown })).include({ name: "InvalidAccessKeyId", status: 403 });
    const wrong = { accessKeyId, secretAccessKey: "wrong" };
    expect(await list({ credentials: wrong })).include({ name: "SignatureDoesNotMatch", status: 403 });
    const token = { accessKeyId, secretAccessKey, sessionToken: "invented" };
    expect(await list({ credentials: token })).include({ name: "InvalidToken", status: 400 });
  });

  it("names the region that it expects", async () => {
    const { name, message } = await list({ region: "eu-west-1" });
    expect(name).equal("AuthorizationHeaderMalformed");
    expect(message).contain("the region 'eu-west-1' is wrong; expecting 'us-east-1'");
  });

  it("refuses clocks that are more than 15 minutes off, either way", async () => {
    for (const minutes of [-16, 16]) {
      offsetMs = minutes * 60_000;
      expect(await list({})).include({ name: "RequestTimeTooSkewed", status: 403 });
    }
    offsetMs = 14 * 60_000;
    await s3.send(new ListBucketsCommand());
  });

  it("refuses headers that were added after signing", async () => {
    const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key }));
    const answer = await fetch(url, { headers: { "x-amz-meta-added": "1" } });
    expect(answer.status).equal(403);
    expect(await answer.text()).contain("<HeadersNotSigned>x-amz-meta-added</HeadersNotSigned>");
  });

  it("accepts presigned GET and PUT, until they expire, for exactly what was signed", async () => {
    const get = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key, ResponseContentType: "text/x" }), {
      expiresIn: 60,
    });
    const answer = await fetch(get);
    expect(await answer.text()).equal("signed");
    expect(answer.headers.get("content-type")).equal("text/x");
    expect((await fetch(get, { method: "DELETE" })).status).equal(403);
    expect((await fetch(get.replace("signatures/a", "signatures/b"))).status).equal(403);
    const put = await getSignedUrl(
      s3,
      new PutObjectCommand({ Bucket, Key: "up", ContentType: "image/png" }),
      {
        expiresIn: 60,
        signableHeaders: new Set(["content-type"]),
      },
    );
    const send = (type: string) =>
      fetch(put, { method: "PUT", body: "png", headers: { "content-type": type } });
    expect((await send("image/png")).status).equal(200);
    expect((await send("text/html")).status).equal(403);
    offsetMs = 61_000;
    const late = await fetch(get);
    expect(late.status).equal(403);
    expect(await late.text()).contain("Request has expired");
  });

  it("limits presigned addresses to a week", async () => {
    const week = aws.server.presign("GET", Bucket, Key, 604800);
    expect((await fetch(week)).status).equal(200);
    const longer = await fetch(aws.server.presign("GET", Bucket, Key, 604801));
    expect(longer.status).equal(400);
    expect(await longer.text()).contain("AuthorizationQueryParametersError");
  });

  it("still accepts addresses presigned with version 2, but no version 2 headers", async () => {
    const { accessKeyId, secretAccessKey } = aws.server.credentials;
    const path = `/${Bucket}/up`;
    const presign = (expires: number) => {
      const text = `GET\n\n\n${expires}\n${path}`;
      const signature = createHmac("sha1", secretAccessKey).update(text).digest("base64");
      return `${aws.server.endpoint}${path}?AWSAccessKeyId=${accessKeyId}&Expires=${expires}&Signature=${encodeURIComponent(signature)}`;
    };
    const now = Math.floor(Date.now() / 1000);
    expect(await (await fetch(presign(now + 60))).text()).equal("png");
    expect(await (await fetch(presign(now - 1))).text()).contain("Request has expired");
    expect(await (await fetch(`${presign(now + 60)}x`)).text()).contain("SignatureDoesNotMatch");
    const header = await fetch(aws.server.endpoint, { headers: { authorization: `AWS ${accessKeyId}:x` } });
    expect(header.status).equal(400);
    expect(await header.text()).contain("Please use AWS4-HMAC-SHA256");
  });

  it("keeps the root key, in a file for the owner alone", async () => {
    const { accessKeyId } = aws.server.credentials;
    await aws.restart();
    expect(aws.server.credentials.accessKeyId).equal(accessKeyId);
    expect(statSync(join(aws.directory, "iam.json")).mode & 0o777).equal(0o600);
    await s3.send(new ListBucketsCommand());
  });
});
