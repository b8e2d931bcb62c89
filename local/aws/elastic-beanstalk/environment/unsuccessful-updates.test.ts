import {
  AbortEnvironmentUpdateCommand,
  DescribeConfigurationSettingsCommand,
  UpdateEnvironmentCommand,
} from "@aws-sdk/client-elastic-beanstalk";
import { expect } from "chai";
import { until } from "../../../../test/until.ts";
import { app } from "../bundle/bundles-fixture.ts";
import {
  type ElasticBeanstalkFixture,
  failure,
  policy,
  startElasticBeanstalk,
} from "../elastic-beanstalk-fixture.ts";
import { laptopTiming } from "../options.ts";

const healthPath = { "aws:elasticbeanstalk:application": { "Application Healthcheck URL": "/health" } };

describe("updates that do not succeed", () => {
  let fixture: ElasticBeanstalkFixture;
  before(async () => {
    fixture = await startElasticBeanstalk();
    await fixture.version("v2", app("v2"));
    await fixture.version("crashing", app("crashing", "process.exit(3);"));
    await fixture.version("silent", { Procfile: "web: sleep 60\n" });
    await fixture.environment("immutable", "v2", policy("Immutable"));
  });
  after(() => fixture.close());

  const ids = (name: string) => fixture.eb.instances(name).map(({ id }) => id);
  const served = async (name: string): Promise<string> => {
    const response = await fetch(fixture.eb.url(name) ?? "");
    return response.ok ? ((await response.json()) as { version: string }).version : `${response.status}`;
  };

  it("an abort of an Immutable deployment drops the new instances", async () => {
    const before = ids("immutable");
    await fixture.client.send(
      new UpdateEnvironmentCommand({ EnvironmentName: "immutable", VersionLabel: "silent" }),
    );
    await until(() => fixture.eb.instances("immutable").length >= 3);
    const abort = () =>
      fixture.client.send(new AbortEnvironmentUpdateCommand({ EnvironmentName: "immutable" }));
    await abort();
    expect(await fixture.describe("immutable")).includes({
      Status: "Aborting",
      AbortableOperationInProgress: false,
    });
    expect(await fixture.ready("immutable")).includes({ VersionLabel: "v2" });
    expect(ids("immutable")).deep.equals(before);
    expect(await failure(abort())).equals(
      "400 InvalidParameterValue: Environment named immutable is in an invalid state for this operation. Must be pending deployment.",
    );
  });

  it("the command's Timeout bounds commands and the wait for health", async () => {
    await fixture.version("slow-hook", {
      ...app("slow"),
      ".platform/hooks/prebuild/01.sh": "#!/bin/sh\nsleep 30\n",
    });
    const slow = { label: "slow-hook", settings: policy("AllAtOnce", { Timeout: "1" }) };
    const requestId = await fixture.update("immutable", slow);
    const messages = await fixture.messages({ RequestId: requestId });
    expect(messages.join("\n")).contains("have not responded in the allowed command timeout time");
    expect(messages).to.include("Failed to deploy application.");
    await fixture.update("immutable", { settings: policy("Immutable", { Timeout: "1" }) });
    const silence = await fixture.messages({
      RequestId: await fixture.update("immutable", { label: "silent" }),
    });
    expect(silence.join("\n")).contains("did not pass health check after command execution");
    expect(await served("immutable")).equals("v2");
  });

  it("settings sent along with a version that fails are taken back with it", async () => {
    await fixture.environment("together", "v2", policy("AllAtOnce"));
    const settings = { ...healthPath, "aws:elasticbeanstalk:application:environment": { MODE: "new" } };
    const requestId = await fixture.update("together", { label: "crashing", settings });
    const messages = await fixture.messages({ RequestId: requestId });
    expect(messages.slice(-5)).deep.equals([
      "Failed to deploy application.",
      "During an aborted deployment, some instances may have deployed the new application version. To ensure all instances are running the same version, re-deploy the appropriate application version.",
      "Failed to deploy configuration.",
      "The environment was reverted to the previous configuration setting.",
      "Update environment operation is complete, but with errors. For more information, see troubleshooting documentation.",
    ]);
    const { ConfigurationSettings = [] } = await fixture.client.send(
      new DescribeConfigurationSettingsCommand({ ApplicationName: "udagram", EnvironmentName: "together" }),
    );
    const names = ConfigurationSettings.flatMap(({ OptionSettings = [] }) =>
      OptionSettings.map(({ OptionName }) => OptionName),
    );
    expect(names).to.include("HealthCheckPath").and.not.include("MODE");
  });

  it("an instance passes only when its health check path answers as it should", async () => {
    await fixture.version("healthy", app("healthy"));
    const unhealthy = app("unhealthy");
    const answersHealthWith500 = String(unhealthy["server.mjs"]).replace("/fail", "/health");
    await fixture.version("unhealthy", { ...unhealthy, "server.mjs": answersHealthWith500 });
    await fixture.update("immutable", {
      settings: { ...healthPath, ...policy("Immutable", { Timeout: "1" }) },
    });
    await fixture.update("immutable", { label: "unhealthy" });
    expect(await fixture.describe("immutable")).includes({ VersionLabel: "v2" });
    await fixture.update("immutable", { label: "healthy" });
    expect(await fixture.describe("immutable")).includes({ VersionLabel: "healthy" });
  });

  it("an environment whose launch failed is Ready, and healed by the next good version", async () => {
    await fixture.environment("born-broken", "crashing");
    expect((await fixture.messages({ EnvironmentName: "born-broken" })).join("\n")).contains(
      "Create environment operation is complete, but with errors.",
    );
    await fixture.restart();
    expect(ids("born-broken")).deep.equals([]);
    await fixture.update("born-broken", { label: "v2" });
    expect(await served("born-broken")).equals("v2");
    expect(ids("born-broken")).lengthOf(2);
  });

  it("health may take 240 s more than the command's Timeout", async () => {
    expect(laptopTiming).includes({ healthGraceMs: 240_000, deploymentHealthMs: Number.POSITIVE_INFINITY });
    const patient = await startElasticBeanstalk({
      healthGraceMs: 20_000,
      deploymentHealthMs: Number.POSITIVE_INFINITY,
    });
    try {
      const slow = String(app("slow")["server.mjs"]).replace(
        "server.listen",
        "setTimeout(() => server.listen",
      );
      const listensLate = slow.replace(/\);\s*$/, "), 2500);\n");
      await patient.version("slow", { ...app("slow"), "server.mjs": listensLate });
      await patient.environment("slow", "slow", policy("AllAtOnce", { Timeout: "1" }));
      const messages = await patient.messages({ EnvironmentName: "slow" });
      expect(messages).includes("Successfully launched environment: slow");
    } finally {
      await patient.close();
    }
  });

  it("new instances and changes of settings or resources do not go together", async () => {
    const strict = await startElasticBeanstalk();
    try {
      const config = (text: string) => ({ ".ebextensions/a.config": text });
      const limit = "option_settings:\n  aws:elasticbeanstalk:command: { Timeout: 300 }\n";
      const queue = "Resources:\n  Queue: { Type: AWS::SQS::Queue }\n";
      await strict.version("plain", app("plain"));
      await strict.version("settings", { ...app("settings"), ...config(limit) });
      await strict.version("resources", { ...app("resources"), ...config(queue) });
      const refused =
        "You can't perform an immutable deployment in conjunction with resource configuration changes. Changed by this deployment: ";
      for (const name of ["Immutable", "TrafficSplitting"]) {
        const environment = name.toLowerCase();
        await strict.environment(environment, "plain", policy(name));
        const deploy = async (label: string, settings = {}) =>
          (await strict.messages({ RequestId: await strict.update(environment, { label, settings }) })).slice(
            1,
          );
        expect(await deploy("settings")).deep.equals([
          `${refused}aws:elasticbeanstalk:command Timeout.`,
          "Failed to deploy application.",
        ]);
        expect(await strict.describe(environment)).includes({ Status: "Ready", VersionLabel: "plain" });
        expect((await deploy("resources")).slice(-2)).deep.equals([
          `${refused}Resources.`,
          "Failed to deploy application.",
        ]);
        const mode = { "aws:elasticbeanstalk:application:environment": { MODE: "x" } };
        expect(await deploy("plain", mode)).includes(
          `${refused}aws:elasticbeanstalk:application:environment MODE.`,
        );
        expect((await deploy("plain")).at(-1)).equals("Environment update completed successfully.");
        await strict.update(environment, {
          settings: { "aws:elasticbeanstalk:command": { Timeout: "300" } },
        });
        expect((await deploy("settings")).at(-1)).equals("Environment update completed successfully.");
      }
    } finally {
      await strict.close();
    }
  });
});
