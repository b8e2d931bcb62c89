import {
  DescribeEnvironmentHealthCommand,
  DescribeInstancesHealthCommand,
  RequestEnvironmentInfoCommand,
  RetrieveEnvironmentInfoCommand,
  UpdateEnvironmentCommand,
} from "@aws-sdk/client-elastic-beanstalk";
import { expect } from "chai";
import { until } from "../../../../test/until.ts";
import { app } from "../bundle/bundles-fixture.ts";
import { type ElasticBeanstalkFixture, policy, startElasticBeanstalk } from "../elastic-beanstalk-fixture.ts";

const aborted =
  "During an aborted deployment, some instances may have deployed the new application version. " +
  "To ensure all instances are running the same version, re-deploy the appropriate application version.";

describe("deployments", () => {
  let fixture: ElasticBeanstalkFixture;
  before(async () => {
    fixture = await startElasticBeanstalk();
    await fixture.version("v1", app("v1"));
    await fixture.version("v2", app("v2"));
    await fixture.version("crashing", app("crashing", 'console.log("no database"); process.exit(3);'));
    await fixture.version("silent", { Procfile: "web: sleep 60\n" });
    await fixture.version("bad-hook", {
      ...app("bad-hook"),
      ".platform/hooks/predeploy/01_check.sh": "#!/bin/sh\necho not today >&2\nexit 7\n",
    });
  });
  after(() => fixture.close());

  const versions = (name: string) =>
    fixture.eb.instances(name).map(({ deployment }) => deployment.versionLabel);
  const served = async (name: string): Promise<string> => {
    const response = await fetch(fixture.eb.url(name) ?? "");
    return response.ok ? ((await response.json()) as { version: string }).version : `${response.status}`;
  };
  const ids = (name: string) => fixture.eb.instances(name).map(({ id }) => id);
  /** Asks all the while; returns everything that was answered. */
  const during = async (name: string, work: () => Promise<unknown>): Promise<string[]> => {
    const answers: string[] = [];
    let over = false;
    const asking = (async () => {
      while (!over) {
        answers.push(await served(name));
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })();
    await work();
    over = true;
    await asking;
    return [...new Set(answers)].sort();
  };

  it("Immutable replaces the instances, without a request lost", async () => {
    await fixture.environment("immutable", "v1", policy("Immutable"));
    const old = ids("immutable");
    const answers = await during("immutable", () => fixture.update("immutable", { label: "v2" }));
    expect(answers).deep.equals(["v1", "v2"]);
    expect(ids("immutable").filter((id) => old.includes(id))).deep.equals([]);
    expect(versions("immutable")).deep.equals(["v2", "v2"]);
  });

  it("a failed Immutable deployment leaves the old instances as they were", async () => {
    const old = fixture.eb.instances("immutable").map(({ id, pid }) => ({ id, pid }));
    let requestId = "";
    const answers = await during("immutable", async () => {
      requestId = await fixture.update("immutable", { label: "crashing" });
    });
    expect(answers).deep.equals(["v2"]);
    expect(fixture.eb.instances("immutable").map(({ id, pid }) => ({ id, pid }))).deep.equals(old);
    expect(await fixture.describe("immutable")).includes({ Status: "Ready", VersionLabel: "v2" });
    const messages = await fixture.messages({ RequestId: requestId });
    expect(messages.slice(-3).map((message) => message.replace(/i-[0-9a-f]+/, "i-"))).deep.equals([
      "Instance id(s) 'i-' did not pass health check after command execution. Aborting the operation.",
      "Removed instance [i-] from your environment.",
      "Failed to deploy application.",
    ]);
  });

  it("the logs of the instances that it took away say why", async () => {
    const { EnvironmentInfo = [] } = await fixture.client.send(
      new RetrieveEnvironmentInfoCommand({ EnvironmentName: "immutable", InfoType: "tail" }),
    );
    expect(EnvironmentInfo).lengthOf(1);
    expect(ids("immutable")).not.to.include(EnvironmentInfo[0]?.Ec2InstanceId);
    const log = await (await fetch(EnvironmentInfo[0]?.Message ?? "")).text();
    expect(log).contains("/var/log/web.stdout.log").contains("starting crashing\nno database");
    expect(log).contains("[ERROR] Process web exited with status 3");
  });

  it("a failed hook fails the deployment before anything of the old version is touched", async () => {
    await fixture.environment("in-place", "v1");
    const pids = fixture.eb.instances("in-place").map(({ pid }) => pid);
    const requestId = await fixture.update("in-place", { label: "bad-hook" });
    expect(fixture.eb.instances("in-place").map(({ pid }) => pid)).deep.equals(pids);
    const messages = await fixture.messages({ RequestId: requestId });
    expect(messages.map((message) => message.replace(/i-[0-9a-f]+/g, "i-"))).deep.equals([
      "Environment update is starting.",
      "Deploying new version to instance(s).",
      "Instance deployment failed. For details, see 'eb-engine.log'.",
      "[Instance: i-] Command failed on instance. Return code: 1 Output: Engine execution has encountered an error..",
      "Instance deployment failed. For details, see 'eb-engine.log'.",
      "[Instance: i-] Command failed on instance. Return code: 1 Output: Engine execution has encountered an error..",
      "Command execution completed on all instances. Summary: [Successful: 0, Failed: 2].",
      "Unsuccessful command execution on instance id(s) 'i-', 'i-'. Aborting the operation.",
      "Failed to deploy application.",
      aborted,
    ]);
    expect(await served("in-place")).equals("v1");
    await fixture.client.send(
      new RequestEnvironmentInfoCommand({ EnvironmentName: "in-place", InfoType: "tail" }),
    );
    const info = async () =>
      (
        await fixture.client.send(
          new RetrieveEnvironmentInfoCommand({ EnvironmentName: "in-place", InfoType: "tail" }),
        )
      ).EnvironmentInfo ?? [];
    await until(async () => (await info()).length >= 2);
    const log = await (await fetch((await info())[0]?.Message ?? "")).text();
    expect(log).contains(
      "Command .platform/hooks/predeploy/01_check.sh failed with error exit status 7. Stderr:not today",
    );
  });

  it("a failed AllAtOnce deployment leaves the new version everywhere, and the label of the old one", async () => {
    await fixture.update("in-place", { label: "crashing" });
    expect(await fixture.describe("in-place")).includes({ Status: "Ready", VersionLabel: "v1" });
    expect(versions("in-place")).deep.equals(["crashing", "crashing"]);
    expect(await served("in-place")).equals("502");
    await fixture.update("in-place", { label: "v2" });
    expect(await served("in-place")).equals("v2");
  });

  it("Rolling takes one batch after the other out of the load balancer", async () => {
    await fixture.environment("rolling", "v1", policy("Rolling", { BatchSizeType: "Fixed", BatchSize: "1" }));
    const old = ids("rolling");
    let requestId = "";
    const answers = await during("rolling", async () => {
      requestId = await fixture.update("rolling", { label: "v2" });
    });
    expect(answers).deep.equals(["v1", "v2"]);
    expect(ids("rolling")).deep.equals(old);
    const batches = (await fixture.messages({ RequestId: requestId })).filter((message) =>
      message.startsWith("Batch"),
    );
    expect(batches).deep.equals([
      `Batch 1: Starting application deployment on instance(s) [${old[0]}].`,
      "Batch 1: Registering instance(s) with the load balancer and waiting for them to be healthy.",
      "Batch 1: Completed application deployment.",
      `Batch 2: Starting application deployment on instance(s) [${old[1]}].`,
      "Batch 2: Registering instance(s) with the load balancer and waiting for them to be healthy.",
      "Batch 2: Completed application deployment.",
    ]);
  });

  it("a failed Rolling deployment leaves a split fleet, which instance health shows", async () => {
    await fixture.update("rolling", { label: "crashing" });
    expect(versions("rolling")).deep.equals(["crashing", "v2"]);
    expect(await fixture.describe("rolling")).includes({ Status: "Ready", VersionLabel: "v2" });
    expect(await served("rolling")).equals("v2");
    const health = await fixture.client.send(
      new DescribeInstancesHealthCommand({ EnvironmentName: "rolling", AttributeNames: ["All"] }),
    );
    const [bad, good] = health.InstanceHealthList ?? [];
    expect(bad).deep.includes({ HealthStatus: "Severe", Color: "Red" });
    expect(bad?.Deployment).includes({ VersionLabel: "crashing", DeploymentId: 3, Status: "Deployed" });
    expect(bad?.Causes?.at(-1)).equals(
      'Incorrect application version "crashing" (deployment 3). Expected version "v2" (deployment 2).',
    );
    expect(good?.Deployment).includes({ VersionLabel: "v2", DeploymentId: 2, Status: "Deployed" });
    const environment = await fixture.client.send(
      new DescribeEnvironmentHealthCommand({ EnvironmentName: "rolling", AttributeNames: ["All"] }),
    );
    expect(environment).includes({ Status: "Ready" });
    expect(environment.InstancesHealth).includes({ Severe: 1 });
    await fixture.update("rolling", { label: "v2" });
    expect(versions("rolling")).deep.equals(["v2", "v2"]);
  });

  it("RollingWithAdditionalBatch keeps the full capacity", async () => {
    await fixture.environment("additional", "v1", policy("RollingWithAdditionalBatch", { BatchSize: "50" }));
    const old = ids("additional");
    await fixture.update("additional", { label: "v2" });
    expect(versions("additional")).deep.equals(["v2", "v2"]);
    expect(ids("additional").filter((id) => old.includes(id))).deep.equals([old[0]]);
  });

  it("TrafficSplitting gives the new instances their share of the requests before they get all", async () => {
    const splitting = {
      ...policy("TrafficSplitting"),
      "aws:elasticbeanstalk:trafficsplitting": { NewVersionPercent: "30", EvaluationTime: "10" },
    };
    await fixture.update("additional", { settings: splitting });
    const old = ids("additional");
    await fixture.client.send(
      new UpdateEnvironmentCommand({ EnvironmentName: "additional", VersionLabel: "v1" }),
    );
    await until(async () => (await served("additional")) === "v1");
    const counts = { v1: 0, v2: 0 };
    for (let index = 0; index < 40; index += 1) counts[(await served("additional")) as "v1" | "v2"] += 1;
    expect(counts).deep.equals({ v1: 12, v2: 28 });
    expect(await fixture.describe("additional")).includes({ AbortableOperationInProgress: true });
    await fixture.ready("additional");
    expect(versions("additional")).deep.equals(["v1", "v1"]);
    expect(ids("additional").filter((id) => old.includes(id))).deep.equals([]);
  });

  it("TrafficSplitting goes back when the new instances fail while they are evaluated", async () => {
    const old = ids("additional");
    await fixture.version("fades", app("fades", "setTimeout(() => process.exit(3), 900);"));
    const requestId = await fixture.update("additional", { label: "fades" });
    expect(ids("additional")).deep.equals(old);
    expect(await fixture.describe("additional")).includes({ VersionLabel: "v1" });
    const messages = await fixture.messages({ RequestId: requestId });
    expect(messages.at(-1)).equals("Failed to deploy application.");
    expect(messages.join("\n")).contains("did not pass health check after command execution");
    expect(await served("additional")).equals("v1");
  });

  it("TrafficSplitting needs an Application Load Balancer", async () => {
    const classic = { "aws:elasticbeanstalk:environment": { LoadBalancerType: "classic" } };
    await fixture.environment("classic", "v1", { ...policy("TrafficSplitting"), ...classic });
    const messages = await fixture.messages({ RequestId: await fixture.update("classic", { label: "v2" }) });
    expect(messages).includes("Traffic-splitting deployments require an Application Load Balancer.");
    expect(versions("classic")).deep.equals(["v1", "v1"]);
  });
});
