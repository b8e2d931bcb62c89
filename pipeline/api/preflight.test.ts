import {
  CreateEnvironmentCommand,
  type EnvironmentTier,
  UpdateEnvironmentCommand,
} from "@aws-sdk/client-elastic-beanstalk";
import { expect } from "chai";
import {
  app,
  type ElasticBeanstalkFixture,
  type Files,
  optionSettings,
  policy,
  type Settings,
  startElasticBeanstalk,
  zip,
} from "../../local/aws/elastic-beanstalk/elastic-beanstalk-fixture.ts";
import { type Clock, systemClock } from "../kit/clock.ts";
import { bundleInMemory } from "./bundle/stored-bundle.ts";
import { type DeployOutcome, type DeployRules, deployVersion, putBackRules } from "./deploy-version.ts";

/** Looks four times as often as a real deploy does. */
const clock: Clock = { now: systemClock.now, sleep: (ms, signal) => systemClock.sleep(ms / 4, signal) };

describe("the preflight of a deploy", () => {
  let fixture: ElasticBeanstalkFixture;
  let environments = 0;
  let name = "";
  let lines: string[] = [];

  before(async () => {
    fixture = await startElasticBeanstalk({ drainMs: 100, stopGraceMs: 300 });
    await fixture.version("v1", app("v1"));
  });
  after(() => fixture.close());

  async function environment(settings: Settings, label = "v1"): Promise<void> {
    name = `preflight-${environments++}`;
    await fixture.environment(name, label, settings);
  }

  async function deploy(
    label: string,
    rules: Partial<DeployRules> = {},
    files?: Files,
  ): Promise<DeployOutcome> {
    if (files) fixture.bundles.set(`artifacts/${label}.zip`, await zip(files));
    lines = [];
    return deployVersion(
      { eb: fixture.client, application: "udagram", environment: name },
      {
        label,
        source: { bucket: "artifacts", key: `${label}.zip` },
        labelIsContent: true,
        answersAt: undefined,
      },
      { ...putBackRules, preflight: "refuse", ...rules },
      {
        note: "run 1",
        bundles: ({ bucket, key }) =>
          bundleInMemory(fixture.bundles.get(`${bucket}/${key}`) ?? Buffer.alloc(0)),
      },
      {
        runner: { info: (line) => lines.push(line), group: (_title, body) => body() },
        clock,
        signal: new AbortController().signal,
      },
    );
  }

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
      expect((await fixture.describe(name)).VersionLabel).to.equal("v1");
      expect((await refusal(deploy("queued", {}, { ...app("queued"), ...queue }))).message).to.match(
        /would change the resource Queue, and/,
      );
      await fixture.client.send(
        new UpdateEnvironmentCommand({
          EnvironmentName: name,
          OptionSettings: optionSettings({ "aws:elasticbeanstalk:command": { Timeout: "300" } }),
        }),
      );
      await fixture.ready(name);
      expect((await deploy("limited")).outcome).to.equal("deployed");
      // The environment has it itself by now, so that a bundle without it changes nothing.
      expect((await deploy("v1")).outcome).to.equal("deployed");
    });
  }

  it("on the way back says the same, and Elastic Beanstalk then does refuse it", async () => {
    await fixture.version("with-queue", { ...app("with-queue"), ...queue });
    await environment(policy("Immutable"), "with-queue");
    const result = await deploy("v1", putBackRules);
    expect(lines.join("\n")).to.match(/problem: its files would change the resource Queue/);
    expect(result.outcome).to.equal("reverted-by-eb");
    expect(result.cause?.sentence).to.match(
      /immutable deployment in conjunction with resource configuration changes/,
    );
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
    expect(lines.join("\n")).to.match(/note: .*a\.sh is not executable/);
    expect((await fixture.describe(name)).VersionLabel).to.equal("v1");
  });

  it("refuses a Cluster environment by name, and deploys to a worker", async () => {
    const create = async (EnvironmentName: string, Tier: EnvironmentTier, settings: Settings, more = {}) => {
      const OptionSettings = optionSettings(settings);
      const given = { ApplicationName: "udagram", EnvironmentName, Tier, OptionSettings, ...more };
      await fixture.client.send(new CreateEnvironmentCommand(given));
      await fixture.ready(EnvironmentName);
      name = EnvironmentName;
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
