import { DescribeConfigurationSettingsCommand } from "@aws-sdk/client-elastic-beanstalk";
import { expect } from "chai";
import { app, policy } from "../../local/aws/elastic-beanstalk/elastic-beanstalk-fixture.ts";
import { type Deploys, startDeploys } from "./deploys-fixture.ts";
import type { WantedOption } from "./options/plan-options.ts";

const properties = "aws:elasticbeanstalk:application:environment";
const broken = app("broken", "process.exit(3);");

describe("option settings of a deploy", () => {
  let deploys: Deploys;
  before(async () => {
    deploys = await startDeploys();
  });
  after(() => deploys.close());

  const mode = (value: string): WantedOption[] => [{ namespace: properties, name: "MODE", value }];
  const deploy = (label: string, options: readonly WantedOption[], more = {}) =>
    deploys.deploy(label, { version: { options }, ...more });

  /** What the environment, and each request to it, has as MODE. */
  async function modes(): Promise<[set: string | undefined, seen: string | undefined]> {
    const EnvironmentName = deploys.name;
    const { ConfigurationSettings = [] } = await deploys.fixture.client.send(
      new DescribeConfigurationSettingsCommand({ ApplicationName: "udagram", EnvironmentName }),
    );
    const set = ConfigurationSettings[0]?.OptionSettings?.find(({ OptionName }) => OptionName === "MODE");
    const answer = await fetch(deploys.fixture.eb.url(EnvironmentName) ?? "");
    return [set?.Value, ((await answer.json()) as { env: { MODE?: string } }).env.MODE];
  }
  const updates = async (): Promise<number> => {
    const messages = await deploys.fixture.messages({ EnvironmentName: deploys.name });
    return messages.filter((message) => message === "Environment update is starting.").length;
  };

  it("are set in the same update where the policy deploys in place, and shown before without what they hold", async () => {
    await deploys.environment(policy("AllAtOnce"));
    const { outcome } = await deploy("v2", mode("secret"), { files: app("v2") });
    expect(outcome).to.equal("deployed");
    expect(deploys.lines.join("\n"))
      .to.match(/set-option aws:elasticbeanstalk:application:environment MODE {2}\(nothing to \*\*\*\)/)
      .and.not.include("secret");
    expect([await modes(), await updates()]).to.deep.equal([["secret", "secret"], 1]);
    expect((await deploy("v2", mode("secret"))).outcome).to.equal("unchanged");
  });

  it("are set in an update of their own before the version where it replaces instances", async () => {
    await deploys.environment(policy("Immutable"));
    const { outcome } = await deploy("v2", mode("a"));
    expect([outcome, await modes(), await updates()]).to.deep.equal(["deployed", ["a", "a"], 2]);
  });

  it("are set alone where the version runs already", async () => {
    await deploys.environment(policy("Immutable"));
    expect((await deploy("v1", mode("b"))).outcome).to.equal("deployed");
    expect([await modes(), await updates()]).to.deep.equal([["b", "b"], 1]);
  });

  it("let a bundle through that wants the same", async () => {
    await deploys.environment(policy("Immutable"));
    const config = "option_settings:\n  aws:elasticbeanstalk:command: { Timeout: 300 }\n";
    const options = [{ namespace: "aws:elasticbeanstalk:command", name: "Timeout", value: "300" }];
    const files = { ...app("limited"), ".ebextensions/a.config": config };
    expect((await deploy("limited", options, { files })).outcome).to.equal("deployed");
  });

  for (const kind of ["AllAtOnce", "Immutable"]) {
    it(`are restored with the version, under ${kind}`, async () => {
      await deploys.environment({ ...policy(kind), [properties]: { MODE: "before" } });
      const result = await deploy("broken", mode("after"), { files: broken });
      expect(result.restoration?.restored, result.restoration?.why).to.equal("yes");
      expect(result.restoration?.why).to.match(/with the options that it had/);
      expect(await modes()).to.deep.equal(["before", "before"]);
    });
  }

  it("that Elastic Beanstalk takes back are red", async () => {
    await deploys.environment(policy("AllAtOnce"));
    deploys.fixture.eb.faults.add({ kind: "silent-revert", environment: deploys.name, times: 1 });
    const result = await deploy("v1", mode("c"));
    expect(result.outcome).to.equal("reverted-by-eb");
    expect(result.why).to.match(/does not have the options: set-option .* MODE/);
  });

  it("that Elastic Beanstalk does not know are refused with its words", async () => {
    await deploys.environment(policy("AllAtOnce"));
    const options = [{ namespace: "aws:elasticbeanstalk:command", name: "Timout", value: "1" }];
    const error = await deploy("v1", options).catch((thrown) => thrown);
    expect(error).to.include({ code: "InvalidInputs" });
    expect(error.cause.message).to.match(/OptionName: 'Timout'/);
  });
});
