import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { startTestAws } from "./aws-fixture.ts";

describe("the local AWS", () => {
  it("tells its credentials, and nothing that a client of the SDK wrote into them", async () => {
    const aws = await startTestAws();
    try {
      const { endpoint, region, credentials } = aws.server;
      const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
      await s3.send(new ListBucketsCommand());
      s3.destroy();
      expect(aws.server.credentials).to.have.all.keys("accessKeyId", "secretAccessKey");
    } finally {
      await aws.stop();
    }
  });
});
