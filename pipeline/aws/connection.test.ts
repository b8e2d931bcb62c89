import { expect } from "chai";
import { recordedContext } from "../kit/context-fixture.ts";
import { connectionTo } from "./connection.ts";

describe("the connection to AWS", () => {
  const region = (name: string, env: Record<string, string> = {}): string =>
    connectionTo("S3", { "aws-region": name, "role-to-assume": "" }, recordedContext({}, { env })).region;

  it("takes the regions of AWS", () => {
    for (const name of ["us-east-1", "eu-central-1", "us-gov-west-1"]) expect(region(name)).to.equal(name);
  });

  it("refuses what cannot be a region of AWS, and names it", () => {
    expect(() => region("Frankfurt"))
      .to.throw('"Frankfurt"')
      .with.property("code", "InvalidInputs");
    expect(() => region("auto")).to.throw('"auto"');
  });

  it("takes what another server calls its region", () => {
    expect(region("auto", { AWS_ENDPOINT_URL_S3: "https://account.example" })).to.equal("auto");
    expect(() => region("a b", { AWS_ENDPOINT_URL: "https://account.example" })).to.throw('"a b"');
  });
});
