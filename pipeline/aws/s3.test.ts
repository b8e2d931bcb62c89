import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { startTestAws, type TestAws } from "../../local/aws/aws-fixture.ts";
import { s3Client } from "./s3.ts";

describe("an S3 client whose clock is corrected", () => {
  let aws: TestAws;

  before(async () => {
    aws = await startTestAws();
    aws.server.provisionBucket({ name: "site" });
  });
  after(() => aws.stop());

  for (const hours of [1, -1]) {
    it(`goes on when the clock that was ${Math.abs(hours)} h ${hours > 0 ? "slow" : "fast"} is set right`, async () => {
      const { endpoint, region, credentials } = aws.server;
      const s3 = s3Client({ endpoint, region, credentials: async () => credentials, maxAttempts: 3 });
      s3.config.systemClockOffset = hours * 3_600_000;
      const { $metadata } = await s3.send(new ListObjectsV2Command({ Bucket: "site" }));
      expect($metadata.httpStatusCode).to.equal(200);
      s3.destroy();
    });
  }
});
