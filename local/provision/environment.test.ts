import { expect } from "chai";
import { startHarness } from "../../pipeline/releases/harness-fixture.ts";
import { endEnvironment, provisionEnvironment } from "./environment.ts";
import { staging } from "./names.ts";

describe("the API's environment", () => {
  it("ends with every process of it, and can be made again", async () => {
    const { aws, eb, siteUrl: site, close } = await startHarness();
    const facts = {
      site,
      database: "postgres://u:p@127.0.0.1:1/udagram_staging",
      databaseCa: "",
      tokenSecret: "secret",
    };
    try {
      await endEnvironment(aws, staging);
      await provisionEnvironment(aws, staging, facts);
      expect(eb.instances(staging.beanstalk)).not.to.deep.equal([]);
      await endEnvironment(aws, staging);
      expect(eb.instances(staging.beanstalk)).to.deep.equal([]);
      await provisionEnvironment(aws, staging, facts);
      expect(eb.url(staging.beanstalk)).to.be.a("string");
    } finally {
      await close();
    }
  });
});
