import {
  DescribeConfigurationSettingsCommand,
  DescribeEnvironmentHealthCommand,
  UpdateEnvironmentCommand,
  ValidateConfigurationSettingsCommand,
} from "@aws-sdk/client-elastic-beanstalk";
import { expect } from "chai";
import { until } from "../../../../test/until.ts";
import { app } from "../bundle/bundles-fixture.ts";
import {
  type ElasticBeanstalkFixture,
  failure,
  startElasticBeanstalk,
} from "../elastic-beanstalk-fixture.ts";

const variables = "aws:elasticbeanstalk:application:environment";

describe("configuration", () => {
  let fixture: ElasticBeanstalkFixture;
  before(async () => {
    fixture = await startElasticBeanstalk();
    await fixture.version("v2", app("v2", 'if (process.env.MODE === "bad") process.exit(1);'));
    await fixture.environment("main", "v2");
  });
  after(() => fixture.close());

  const get = async (name: string) =>
    (await (await fetch(fixture.eb.url(name) ?? "")).json()) as {
      version: string;
      env: Record<string, string>;
    };

  it("environment properties reach the application, and nothing else of the caller's does", async () => {
    process.env.AWS_SECRET_OF_THE_CALLER = "secret";
    await fixture.update("main", { settings: { [variables]: { GREETING: "hello", PORT: "8081" } } });
    delete process.env.AWS_SECRET_OF_THE_CALLER;
    const { version, env } = await get("main");
    expect(version).equals("v2");
    expect(Object.keys(env).sort()).deep.equals([
      "AWS_ACCESS_KEY_ID",
      "AWS_DEFAULT_REGION",
      "AWS_ENDPOINT_URL",
      "AWS_REGION",
      "AWS_SECRET_ACCESS_KEY",
      "GREETING",
      "HOME",
      // What lets an application that knows its port by heart listen beside others on one machine (own-port.cjs).
      "NODE_OPTIONS",
      "PATH",
      "PORT",
      "PWD",
      "UDAGRAM_PORT_BY_HEART",
    ]);
    expect(env).includes({
      GREETING: "hello",
      AWS_REGION: "us-east-1",
      AWS_ENDPOINT_URL: "http://127.0.0.1:4566",
    });
    expect(env.PORT).not.equals("8081");
    expect(await fixture.messages({ EnvironmentName: "main" })).to.include(
      "Successfully deployed new configuration to environment.",
    );
  });

  it("settings are described as they are in force, and removed options fall back", async () => {
    const described = async () => {
      const { ConfigurationSettings = [] } = await fixture.client.send(
        new DescribeConfigurationSettingsCommand({ ApplicationName: "udagram", EnvironmentName: "main" }),
      );
      return ConfigurationSettings[0];
    };
    const settingOf = async (namespace: string, name: string) =>
      (await described())?.OptionSettings?.find((o) => o.Namespace === namespace && o.OptionName === name)
        ?.Value;
    expect(await described()).includes({ DeploymentStatus: "deployed", EnvironmentName: "main" });
    expect(await settingOf(variables, "GREETING")).equals("hello");
    expect(await settingOf("aws:elasticbeanstalk:command", "Timeout")).equals("600");
    await fixture.client.send(
      new UpdateEnvironmentCommand({
        EnvironmentName: "main",
        OptionsToRemove: [{ Namespace: variables, OptionName: "GREETING" }],
      }),
    );
    await fixture.ready("main");
    expect(await settingOf(variables, "GREETING")).equals(undefined);
    expect((await get("main")).env).not.property("GREETING");
  });

  it("options that do not concern the application leave its processes alone, and MinSize adds and removes", async () => {
    const before = fixture.eb.instances("main");
    await fixture.update("main", { settings: { "aws:autoscaling:asg": { MinSize: "3" } } });
    const grown = fixture.eb.instances("main");
    expect(grown.slice(0, 2).map(({ pid }) => pid)).deep.equals(before.map(({ pid }) => pid));
    expect(grown).lengthOf(3);
    await fixture.update("main", { settings: { "aws:autoscaling:asg": { MinSize: "2" } } });
    expect(fixture.eb.instances("main").map(({ pid }) => pid)).deep.equals(
      grown.slice(1).map(({ pid }) => pid),
    );
  });

  it("changes that reach the instances are deployments with ids of their own", async () => {
    const deployments = () =>
      fixture.eb
        .instances("main")
        .map(({ deployment }) => [deployment.versionLabel, deployment.deploymentId, deployment.status]);
    const [[, id] = []] = deployments();
    const next = Number(id) + 1;
    const twice = (entry: readonly unknown[]) => [entry, entry];
    await fixture.update("main", { settings: { [variables]: { KIND: "other" } } });
    expect(deployments()).deep.equals(twice(["v2", next, "Deployed"]));
    await fixture.update("main", { settings: { "aws:elasticbeanstalk:command": { Timeout: "500" } } });
    expect(deployments()).deep.equals(twice(["v2", next, "Deployed"]));
    await fixture.update("main", { settings: { [variables]: { MODE: "bad" } } });
    expect(deployments()).deep.equals(twice(["v2", next, "Deployed"]));
    await fixture.update("main", { label: "v2" });
    expect(deployments()).deep.equals(twice(["v2", next + 2, "Deployed"]));
  });

  it("settings are validated without an update", async () => {
    const OptionSettings = [{ Namespace: "aws:elasticbeanstalk:command", OptionName: "Timeout", Value: "x" }];
    const { Messages } = await fixture.client.send(
      new ValidateConfigurationSettingsCommand({
        ApplicationName: "udagram",
        EnvironmentName: "main",
        OptionSettings,
      }),
    );
    expect(Messages).lengthOf(1);
    expect(Messages?.[0]).includes({ Severity: "error", OptionName: "Timeout" });
  });

  it("settings with which the application does not start are taken back", async () => {
    const requestId = await fixture.update("main", { settings: { [variables]: { MODE: "bad" } } });
    expect((await fixture.messages({ RequestId: requestId })).slice(-3)).deep.equals([
      "Failed to deploy configuration.",
      "The environment was reverted to the previous configuration setting.",
      "Update environment operation is complete, but with errors. For more information, see troubleshooting documentation.",
    ]);
    await until(() => fixture.eb.instances("main").every(({ inService }) => inService));
    expect((await get("main")).env).not.property("MODE");
  });

  it("with basic health reporting there is a colour and nothing else", async () => {
    await fixture.update("main", {
      settings: { "aws:elasticbeanstalk:healthreporting:system": { SystemType: "basic" } },
    });
    expect(await fixture.describe("main"))
      .includes({ Health: "Green" })
      .and.not.property("HealthStatus");
    const call = fixture.client.send(new DescribeEnvironmentHealthCommand({ EnvironmentName: "main" }));
    expect(await failure(call)).equals(
      "400 InvalidRequestException: DescribeEnvironmentHealth is not supported.",
    );
  });
});
