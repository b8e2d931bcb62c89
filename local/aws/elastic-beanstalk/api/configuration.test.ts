import {
  DescribeConfigurationSettingsCommand,
  DescribeEnvironmentHealthCommand,
  UpdateEnvironmentCommand,
  ValidateConfigurationSettingsCommand,
} from "@aws-sdk/client-elastic-beanstalk";
import { expect } from "chai";
import { until } from "../../../../test/until.ts";
import { failure, type TestBench, testBench } from "../test-bench.ts";
import { app } from "../test-bundles.ts";

const variables = "aws:elasticbeanstalk:application:environment";

describe("configuration", () => {
  let bench: TestBench;
  before(async () => {
    bench = await testBench();
    await bench.version("v2", app("v2", 'if (process.env.MODE === "bad") process.exit(1);'));
    await bench.environment("main", "v2");
  });
  after(() => bench.close());

  const get = async (name: string) =>
    (await (await fetch(bench.eb.url(name) ?? "")).json()) as {
      version: string;
      env: Record<string, string>;
    };

  it("environment properties reach the application, and nothing else of the caller's does", async () => {
    process.env.AWS_SECRET_OF_THE_CALLER = "secret";
    await bench.update("main", { settings: { [variables]: { GREETING: "hello", PORT: "8081" } } });
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
      "PATH",
      "PORT",
      "PWD",
    ]);
    expect(env).includes({
      GREETING: "hello",
      AWS_REGION: "us-east-1",
      AWS_ENDPOINT_URL: "http://127.0.0.1:4566",
    });
    expect(env.PORT).not.equals("8081");
    expect(await bench.messages({ EnvironmentName: "main" })).to.include(
      "Successfully deployed new configuration to environment.",
    );
  });

  it("settings are described as they are in force, and removed options fall back", async () => {
    const described = async () => {
      const { ConfigurationSettings = [] } = await bench.client.send(
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
    await bench.client.send(
      new UpdateEnvironmentCommand({
        EnvironmentName: "main",
        OptionsToRemove: [{ Namespace: variables, OptionName: "GREETING" }],
      }),
    );
    await bench.ready("main");
    expect(await settingOf(variables, "GREETING")).equals(undefined);
    expect((await get("main")).env).not.property("GREETING");
  });

  it("options that do not concern the application leave its processes alone, and MinSize adds and removes", async () => {
    const before = bench.eb.instances("main");
    await bench.update("main", { settings: { "aws:autoscaling:asg": { MinSize: "3" } } });
    const grown = bench.eb.instances("main");
    expect(grown.slice(0, 2).map(({ pid }) => pid)).deep.equals(before.map(({ pid }) => pid));
    expect(grown).lengthOf(3);
    await bench.update("main", { settings: { "aws:autoscaling:asg": { MinSize: "2" } } });
    expect(bench.eb.instances("main").map(({ pid }) => pid)).deep.equals(
      grown.slice(1).map(({ pid }) => pid),
    );
  });

  it("settings are validated without an update", async () => {
    const OptionSettings = [{ Namespace: "aws:elasticbeanstalk:command", OptionName: "Timeout", Value: "x" }];
    const { Messages } = await bench.client.send(
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
    const requestId = await bench.update("main", { settings: { [variables]: { MODE: "bad" } } });
    expect((await bench.messages({ RequestId: requestId })).slice(-3)).deep.equals([
      "Failed to deploy configuration.",
      "The environment was reverted to the previous configuration setting.",
      "Update environment operation is complete, but with errors. For more information, see troubleshooting documentation.",
    ]);
    await until(() => bench.eb.instances("main").every(({ inService }) => inService));
    expect((await get("main")).env).not.property("MODE");
  });

  it("with basic health reporting there is a colour and nothing else", async () => {
    await bench.update("main", {
      settings: { "aws:elasticbeanstalk:healthreporting:system": { SystemType: "basic" } },
    });
    expect(await bench.describe("main"))
      .includes({ Health: "Green" })
      .and.not.property("HealthStatus");
    const call = bench.client.send(new DescribeEnvironmentHealthCommand({ EnvironmentName: "main" }));
    expect(await failure(call)).equals(
      "400 InvalidRequestException: DescribeEnvironmentHealth is not supported.",
    );
  });
});
