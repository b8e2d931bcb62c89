import { expect } from "chai";
import { isLaptop } from "./laptop.ts";

describe("release: what counts as a laptop", () => {
  const loopback = { AWS_ENDPOINT_URL: "http://127.0.0.1:9000" };

  it("is the local stack's runner", () => {
    expect(isLaptop({ ...loopback, GITHUB_ACTIONS: "true", UDAGRAM_LOCAL: "true" })).to.equal(true);
  });

  it("is not GitHub with a MinIO, nor a runner of one's own with a MinIO beside it", () => {
    const hosted = { GITHUB_API_URL: "https://api.github.com", RUNNER_ENVIRONMENT: "github-hosted" };
    expect(isLaptop({ ...hosted, AWS_ENDPOINT_URL: "https://minio.example" })).to.equal(false);
    expect(isLaptop({ ...loopback, RUNNER_ENVIRONMENT: "self-hosted" })).to.equal(false);
    expect(isLaptop({})).to.equal(false);
  });
});
