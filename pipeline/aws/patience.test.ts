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

  it("takes no answer for a failure because the clock was off, and sends again what its correction mends", async () => {
    const answer = async (name: string, httpStatusCode: number, attempts: number): Promise<boolean> => {
      const error = Object.assign(new Error(name), { name, $metadata: { httpStatusCode } });
      const patience = new Patience(300, never);
      const { startedAt } = await patience.acquireInitialRetryToken();
      const token = { startedAt, getRetryCount: () => attempts - 1, getRetryDelay: () => 0 };
      return patience
        .refreshRetryTokenForRetry(
          { ...token, getRetryCost: () => undefined },
          { errorType: "TRANSIENT", error },
        )
        .then(
          () => true,
          () => false,
        );
    };
    expect(await answer("NoSuchKey", 404, 1)).to.equal(false);
    expect(await answer("PreconditionFailed", 412, 1)).to.equal(false);
    expect(await answer("RequestTimeTooSkewed", 403, 1)).to.equal(true);
    expect(await answer("RequestTimeTooSkewed", 403, 4)).to.equal(false);
    expect(await answer("RequestTimeout", 400, 1)).to.equal(true);
    expect(await answer("SlowDown", 503, 1)).to.equal(true);
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
