import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { startTestAws, type TestAws } from "../../local/aws/aws-fixture.ts";
import { Patience } from "./patience.ts";

describe("the patience of a client", () => {
  let aws: TestAws;

  before(async () => {
    aws = await startTestAws();
    aws.server.provisionBucket({ name: "site" });
  });
  after(() => aws.stop());

  const never = new AbortController().signal;
  const client = (patience: Patience): S3Client => aws.s3({ retryStrategy: patience });
  const statusOf = (s3: S3Client): Promise<number | undefined> =>
    s3.send(new GetObjectCommand({ Bucket: "site", Key: "none" })).then(
      () => 200,
      (error) => error.$metadata?.httpStatusCode,
    );

  it("outlasts an outage that many requests at once meet, each a few times", async () => {
    aws.server.faults.add({ service: "s3", times: 450, status: 500, code: "InternalError" });
    const s3 = client(new Patience(300, never));
    const answers = await Promise.all(Array.from({ length: 150 }, () => statusOf(s3)));
    expect(new Set(answers)).to.deep.equal(new Set([404]));
  });

  it("ends with the service's own failure once its time is over, and at once for what no repetition mends", async () => {
    aws.server.faults.add({ service: "s3", status: 503, code: "SlowDown" });
    expect(await statusOf(client(new Patience(0.5, never)))).to.equal(503);
    aws.server.faults.clear();
    aws.server.faults.add({ service: "s3", status: 403, code: "AccessDenied" });
    expect(await statusOf(client(new Patience(3600, never)))).to.equal(403);
    aws.server.faults.clear();
  });

  it("is less for a service that never answered, and seconds for a job that was cancelled", async () => {
    const minutesAgo = performance.now() - 60_000;
    expect(await new Patience(200, never).wait(1, minutesAgo, undefined)).to.equal(false);
    expect(await new Patience(300, never).wait(1, minutesAgo, 500)).to.equal(true);
    expect(await new Patience(300, AbortSignal.abort()).wait(1, minutesAgo, 500)).to.equal(false);
    const answered = new Patience(300, never);
    answered.recordSuccess();
    expect(await answered.wait(1, minutesAgo, undefined), "its connection broke later").to.equal(true);
  });
});
