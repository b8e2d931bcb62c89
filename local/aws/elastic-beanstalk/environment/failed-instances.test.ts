import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  DescribeEnvironmentHealthCommand,
  DescribeInstancesHealthCommand,
} from "@aws-sdk/client-elastic-beanstalk";
import { expect } from "chai";
import { until } from "../../../../test/until.ts";
import { app, type Files } from "../bundle/bundles-fixture.ts";
import {
  type ElasticBeanstalkFixture,
  failure,
  startElasticBeanstalk,
} from "../elastic-beanstalk-fixture.ts";

const hook = (content: string) => ({ ".platform/hooks/predeploy/01_check.sh": content });
const engines = { "package.json": JSON.stringify({ engines: { node: "18.x" } }) };
const container = { ".ebextensions/a.config": "container_commands:\n  01_fails: { command: exit 9 }\n" };
const crash = "process.exit(3);";

/** What each failure leaves on an instance: whether the version before still serves, and what the deployment is said to be. */
const failures: readonly (readonly [what: string, files: Files, serves: "v1" | "502", status: string])[] = [
  ["a hook before the flip", { ...app("bad"), ...hook("#!/bin/sh\nexit 7\n") }, "v1", "Failed"],
  ["a hook with Windows line ends", { ...app("bad"), ...hook("#!/bin/sh\r\nexit 0\r\n") }, "v1", "Failed"],
  ["nothing to start", { "readme.txt": "nothing" }, "v1", "Failed"],
  ["a Procfile without web", { ...app("bad"), Procfile: "worker: node server.mjs\n" }, "v1", "Failed"],
  ["another Node.js in engines", { ...app("bad"), ...engines }, "v1", "Failed"],
  ["a container command", { ...app("bad"), ...container }, "v1", "Failed"],
  ["a crash after the flip", app("bad", crash), "502", "Deployed"],
];

describe("an instance after a failed deployment", () => {
  let fixture: ElasticBeanstalkFixture;
  before(async () => {
    fixture = await startElasticBeanstalk();
    await fixture.version("v1", app("v1"));
    await fixture.environment("main", "v1", { "aws:autoscaling:asg": { MinSize: "2" } });
  });
  after(() => fixture.close());

  const served = async (): Promise<string> => {
    const response = await fetch(fixture.eb.url("main") ?? "");
    return response.ok ? ((await response.json()) as { version: string }).version : `${response.status}`;
  };
  const instances = async () =>
    (
      await fixture.client.send(
        new DescribeInstancesHealthCommand({ EnvironmentName: "main", AttributeNames: ["All"] }),
      )
    ).InstanceHealthList ?? [];

  for (const [index, [what, files, serves, status]] of failures.entries()) {
    it(`shows ${what}: ${status}, while ${serves} answers`, async () => {
      await fixture.update("main", { label: "v1" });
      const [before] = await instances();
      const label = `bad-${index}`;
      await fixture.version(label, files);
      const requestId = await fixture.update("main", { label });
      const id = (before?.Deployment?.DeploymentId ?? 0) + 1;
      for (const { Deployment, Causes, Color } of await instances()) {
        expect(Deployment).includes({ VersionLabel: label, DeploymentId: id, Status: status });
        expect(Deployment?.DeploymentTime).instanceOf(Date);
        expect(Color).equals("Red");
        expect(Causes?.at(-1)).equals(
          `Incorrect application version "${label}" (deployment ${id}). Expected version "v1" (deployment ${id - 1}).`,
        );
        const failed = Causes?.some((cause) =>
          /^Application deployment failed at \S+Z with exit status 1/.test(cause),
        );
        expect(failed).equals(status === "Failed");
      }
      expect(await served()).equals(serves);
      expect(await fixture.describe("main")).includes({ Status: "Ready", VersionLabel: "v1" });
      const errors = (await fixture.events({ RequestId: requestId })).filter(
        ({ Severity }) => Severity === "ERROR",
      );
      const texts = errors.map(({ Message = "" }) => Message.replace(/i-[0-9a-f]+/g, "i-"));
      const engine = "Engine execution has encountered an error..";
      expect(texts.slice(-3, -2)).deep.equals([
        status === "Failed"
          ? "Unsuccessful command execution on instance id(s) 'i-', 'i-'. Aborting the operation."
          : "Instance id(s) 'i-', 'i-' did not pass health check after command execution. Aborting the operation.",
      ]);
      const failedOnInstance = `[Instance: i-] Command failed on instance. Return code: 1 Output: ${engine}`;
      expect(texts.filter((text) => text === failedOnInstance)).lengthOf(status === "Failed" ? 2 : 0);
    });
  }

  it("says in eb-engine.log of hooks that cannot be run what the system says", async () => {
    const log = () =>
      readFileSync(join(fixture.eb.instances("main")[0]?.directory ?? "", "log/eb-engine.log"), "utf8");
    const start =
      "An error occurred during execution of command [app-deploy] - [RunAppDeployPreDeployHooks]. Stop running the command. " +
      "Error: Command .platform/hooks/predeploy/01_check.sh failed with error fork/exec .platform/hooks/predeploy/01_check.sh: ";
    expect(log()).contains(`${start}no such file or directory`);
    await fixture.version("no-interpreter", { ...app("bad"), ...hook("exit 0\n") });
    await fixture.update("main", { label: "no-interpreter" });
    expect(log()).contains(`${start}exec format error`);
  });

  it("shows a failed redeployment of the label that runs by its id", async () => {
    await fixture.update("main", { label: "v1" });
    const [before] = await instances();
    fixture.bundles.set("artifacts/v1.zip", fixture.bundles.get("artifacts/bad-0.zip") as Buffer);
    await fixture.update("main", { label: "v1" });
    const id = (before?.Deployment?.DeploymentId ?? 0) + 1;
    for (const { Deployment, Causes } of await instances()) {
      expect(Deployment).includes({ VersionLabel: "v1", DeploymentId: id, Status: "Failed" });
      expect(Causes?.at(-1)).equals(
        `Incorrect application version "v1" (deployment ${id}). Expected version "v1" (deployment ${id - 1}).`,
      );
    }
    // The health of the environment follows that of its instances.
    const ask = new DescribeEnvironmentHealthCommand({ EnvironmentName: "main", AttributeNames: ["All"] });
    const causes = async () => (await fixture.client.send(ask)).Causes?.join("\n");
    const found = `Incorrect application version found on all instances. Expected version "v1" (deployment ${id - 1}).`;
    await until(async () => (await causes())?.includes(found) === true);
  });

  it("is not to be asked with basic health, which is Red while a crashing version runs", async () => {
    const basic = { "aws:elasticbeanstalk:healthreporting:system": { SystemType: "basic" } };
    await fixture.version("good", app("good"));
    await fixture.environment("basic", "good", basic);
    expect(await fixture.describe("basic"))
      .includes({ Health: "Green" })
      .and.not.property("HealthStatus");
    await fixture.update("basic", { label: "bad-6" });
    expect(await fixture.describe("basic")).includes({ Health: "Red", VersionLabel: "good" });
    expect((await fetch(fixture.eb.url("basic") ?? "")).status).equals(502);
    const ask = new DescribeInstancesHealthCommand({ EnvironmentName: "basic", AttributeNames: ["All"] });
    expect(await failure(fixture.client.send(ask))).equals(
      "400 InvalidRequestException: DescribeInstancesHealth is not supported.",
    );
  });

  it("passes behind a classic load balancer that only connects, with basic health, though it crashes", async () => {
    await fixture.environment("classic", "good", {
      "aws:elasticbeanstalk:healthreporting:system": { SystemType: "basic" },
      "aws:elasticbeanstalk:environment": { LoadBalancerType: "classic" },
    });
    await fixture.update("classic", { label: "bad-6" });
    expect(await fixture.describe("classic")).includes({ Health: "Green", VersionLabel: "bad-6" });
    expect((await fetch(fixture.eb.url("classic") ?? "")).status).equals(502);
  });
});
