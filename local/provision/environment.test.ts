import {
  DescribeConfigurationSettingsCommand,
  ElasticBeanstalkClient,
} from "@aws-sdk/client-elastic-beanstalk";
import { expect } from "chai";
import { startHarness } from "../../pipeline/releases/harness-fixture.ts";
import { endEnvironment, provisionEnvironment } from "./environment.ts";
import { factsOf } from "./facts.ts";
import { accountNames } from "./names.ts";
import { parseProperties } from "./properties.ts";
import { udagramOptions } from "./udagram-options.ts";

describe("the API's environment", () => {
  it("ends with every process of it, and can be made again", async () => {
    const { aws, eb, siteUrl: site, close } = await startHarness();
    const { endpoint, region, credentials } = aws;
    const { staging } = accountNames("udagram");
    const facts = factsOf({
      place: staging,
      site,
      app: site,
      region,
      database: { url: "postgres://u:p@127.0.0.1:1/udagram_staging", ca: "", caFile: "" },
      secret: "secret",
    });
    const properties = parseProperties("theirs.env", `SITE=\${site.url}\nAPI=\${api.url}\n`);
    const found = { properties, facts, options: udagramOptions(), addressOf: (name: string) => eb.url(name) };
    try {
      await endEnvironment(aws, staging);
      await provisionEnvironment(aws, staging, found);
      expect(eb.instances(staging.beanstalk)).not.to.deep.equal([]);
      await endEnvironment(aws, staging);
      expect(eb.instances(staging.beanstalk)).to.deep.equal([]);
      await provisionEnvironment(aws, staging, found);
      const api = eb.url(staging.beanstalk);
      expect(api).to.be.a("string");
      const client = new ElasticBeanstalkClient({ endpoint, region, credentials: { ...credentials } });
      const { ConfigurationSettings: [configuration] = [] } = await client.send(
        new DescribeConfigurationSettingsCommand({
          ApplicationName: staging.application,
          EnvironmentName: staging.beanstalk,
        }),
      );
      client.destroy();
      const set = configuration?.OptionSettings?.map(({ OptionName, Value }) => `${OptionName}=${Value}`);
      expect(set).to.include.members([`SITE=${site}`, `API=${api}`]);
      expect(set).to.include.members(["DeploymentPolicy=Immutable", "HealthCheckPath=/health"]);
    } finally {
      await close();
    }
  });
});
