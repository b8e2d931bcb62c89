import {
  CreateEnvironmentCommand,
  type EnvironmentTier,
  UpdateEnvironmentCommand,
} from "@aws-sdk/client-elastic-beanstalk";
import { expect } from "chai";
import {
  app,
  type Files,
  optionSettings,
  policy,
  type Settings,
} from "../../local/aws/elastic-beanstalk/elastic-beanstalk-fixture.ts";
import { systemClock } from "../kit/clock.ts";
import { bundleInMemory } from "./bundle/stored-bundle.ts";
import { type DeployRules, putBackRules } from "./deploy-version.ts";
import { type Deploys, startDeploys } from "./deploys-fixture.ts";
import { preflightRollback } from "./preflight-rollback.ts";

describe("the preflight of a deploy", () => {
  let deploys: Deploys;
  before(async () => {
    deploys = await startDeploys();
  });
  after(() => deploys.close());

  const environment = (settings: Settings, label?: string) => deploys.environment(settings, label);
  const deploy = (label: string, rules: Partial<DeployRules> = {}, files?: Files) =>
    deploys.deploy(label, { rules, ...(files ? { files } : {}) });

  const refusal = (work: Promise<unknown>): Promise<{ code: string; message: string; hint: string }> =>
    work.then(
      () => expect.fail("was deployed"),
      (error) => error,
    );

  const config = (text: string) => ({ ".ebextensions/a.config": text });
  const limit = config("option_settings:\n  aws:elasticbeanstalk:command: { Timeout: 300 }\n");
  const queue = config("Resources:\n  Queue: { Type: AWS::SQS::Queue }\n");

  for (const kind of ["Immutable", "TrafficSplitting"]) {
    it(`names each setting and resource that a bundle would change under ${kind}, and the way out works`, async () => {
      await environment(policy(kind));
      const error = await refusal(deploy("limited", {}, { ...app("limited"), ...limit }));
      expect(error.code).to.equal("BundleUnfit");
      expect(error.message).to.match(
        /would change aws:elasticbeanstalk:command Timeout from "600" to "300" \(\.ebextensions\/a\.config\), and Elastic Beanstalk refuses an? \S+ deployment that does/,
      );
      expect(error.hint).to.match(/set these options on the environment itself first/);
      expect((await deploys.fixture.describe(deploys.name)).VersionLabel).to.equal("v1");
      expect((await refusal(deploy("queued", {}, { ...app("queued"), ...queue }))).message).to.match(
        /would change the resource Queue, and/,
      );
      await deploys.fixture.client.send(
        new UpdateEnvironmentCommand({
          EnvironmentName: deploys.name,
          OptionSettings: optionSettings({ "aws:elasticbeanstalk:command": { Timeout: "300" } }),
        }),
      );
      await deploys.fixture.ready(deploys.name);
      expect((await deploy("limited")).outcome).to.equal("deployed");
      // The environment has it itself by now, so that a bundle without it changes nothing.
      expect((await deploy("v1")).outcome).to.equal("deployed");
    });
  }

  it("on the way back says the same, and Elastic Beanstalk then does refuse it", async () => {
    await deploys.fixture.version("with-queue", { ...app("with-queue"), ...queue });
    await environment(policy("Immutable"), "with-queue");
    const result = await deploy("v1", putBackRules);
    expect(deploys.lines.join("\n")).to.match(/problem: its files would change the resource Queue/);
    expect(result.outcome).to.equal("reverted-by-eb");
    expect(result.cause?.sentence).to.match(
      /immutable deployment in conjunction with resource configuration changes/,
    );
  });

  it("says so before a rollback has moved anything, and nothing of a version that would be taken", async () => {
    await environment(policy("Immutable"), "with-queue");
    const back = (label: string) =>
      preflightRollback(
        { eb: deploys.fixture.client, application: "udagram", environment: deploys.name },
        { label, labelIsContent: true, answersAt: undefined },
        ({ bucket, key }) =>
          bundleInMemory(deploys.fixture.bundles.get(`${bucket}/${key}`) ?? Buffer.alloc(0)),
        systemClock,
      );
    const { code, message } = await refusal(back("v1"));
    expect(code).to.equal("BundleUnfit");
    expect(message).to.match(/"v1" could not be put back: its files would change the resource Queue/);
    await back("with-queue");
    await environment(policy("AllAtOnce"), "with-queue");
    await back("v1");
  });

  it("lets settings of a bundle be where the policy deploys in place", async () => {
    await environment(policy("AllAtOnce"));
    expect((await deploy("in-place", {}, { ...app("in-place"), ...limit, ...queue })).outcome).to.equal(
      "deployed",
    );
  });

  it("refuses before anything changes what would not start there, in a dry run as well", async () => {
    await environment(policy("AllAtOnce"));
    const files = {
      "index.js": "",
      "package.json": '{"engines": {"node": "18.x"}}',
      ".ebextensions/a.config": "option_settings:\n\taws:x: {}\n",
      ".platform/hooks/prebuild/a.sh": "#!/bin/sh\r\n",
    };
    for (const dryRun of [true, false]) {
      const { code, message } = await refusal(deploy("unfit", { dryRun }, files));
      expect(code).to.equal("BundleUnfit");
      expect(message).to.match(/a\.config is no YAML, line 2: Tabs/);
      expect(message).to.match(/a\.sh has Windows line ends/);
      expect(message).to.match(/"18\.x" \(engines\.node\), and the environment's platform has 24/);
      expect(message).to.match(/nothing says how it is started/);
    }
    expect(deploys.lines.join("\n")).to.match(/note: .*a\.sh is not executable/);
    expect((await deploys.fixture.describe(deploys.name)).VersionLabel).to.equal("v1");
  });

  it("refuses a Cluster environment by name, and deploys to a worker", async () => {
    const create = async (EnvironmentName: string, Tier: EnvironmentTier, settings: Settings, more = {}) => {
      const OptionSettings = optionSettings(settings);
      const given = { ApplicationName: "udagram", EnvironmentName, Tier, OptionSettings, ...more };
      await deploys.fixture.client.send(new CreateEnvironmentCommand(given));
      await deploys.fixture.ready(EnvironmentName);
      deploys.name = EnvironmentName;
    };
    const worker = { Name: "Worker", Type: "SQS/HTTP" };
    await create("worker", worker, policy("Immutable"), { VersionLabel: "v1" });
    expect((await deploy("worked", {}, app("worked"))).outcome).to.equal("deployed");
    await create(
      "cluster",
      { Name: "Cluster", Type: "EKS" },
      {
        "aws:elasticbeanstalk:eks": { "cluster-role": "c", "node-role": "n" },
        "aws:elasticbeanstalk:eks:environment": { "observability-role": "o" },
      },
    );
    expect((await refusal(deploy("v1"))).message).to.match(
      /of the tier Cluster, which runs no source bundles/,
    );
  });
});
