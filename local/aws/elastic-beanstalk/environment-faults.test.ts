import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  AbortEnvironmentUpdateCommand,
  CreateApplicationVersionCommand,
  DescribeApplicationVersionsCommand,
  UpdateEnvironmentCommand,
} from "@aws-sdk/client-elastic-beanstalk";
import { expect } from "chai";
import { until } from "../../../test/until.ts";
import { app } from "./bundle/bundles-fixture.ts";
import {
  type ElasticBeanstalkFixture,
  failure,
  policy,
  startElasticBeanstalk,
} from "./elastic-beanstalk-fixture.ts";

describe("faults", () => {
  let fixture: ElasticBeanstalkFixture;
  before(async () => {
    fixture = await startElasticBeanstalk({ deploymentHealthMs: 2000 });
    await fixture.version("v1", app("v1"));
    await fixture.version("v2", app("v2"));
    await fixture.environment("main", "v1", policy("Immutable"));
  });
  afterEach(async () => {
    fixture.eb.faults.clear();
    await fixture.ready("main");
  });
  after(() => fixture.close());

  const update = (VersionLabel: string) =>
    fixture.client.send(new UpdateEnvironmentCommand({ EnvironmentName: "main", VersionLabel }));
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  it("must-be-ready refuses updates of a Ready environment, as often as asked", async () => {
    fixture.eb.faults.add({ kind: "must-be-ready", times: 1 });
    expect(await failure(update("v1"))).contains("Must be Ready.");
    expect(await failure(update("v1"))).equals("no error");
  });

  it("stuck-updating holds an update until it is cleared, or aborted", async () => {
    fixture.eb.faults.add({ kind: "stuck-updating", environment: "main" });
    await update("v2");
    await pause(300);
    expect(await fixture.describe("main")).includes({ Status: "Updating", VersionLabel: "v2" });
    await fixture.client.send(new AbortEnvironmentUpdateCommand({ EnvironmentName: "main" }));
    expect(await fixture.ready("main")).includes({ VersionLabel: "v1" });
  });

  it("silent-revert ends Ready with the old label and no error", async () => {
    fixture.eb.faults.add({ kind: "silent-revert", times: 1 });
    const requestId = await fixture.update("main", { label: "v2" });
    expect(await fixture.describe("main")).includes({ Status: "Ready", VersionLabel: "v1" });
    const severities = (await fixture.events({ RequestId: requestId })).map(({ Severity }) => Severity);
    expect(new Set(severities)).deep.equals(new Set(["INFO"]));
  });

  it("failing-health of new instances fails the deployment", async () => {
    fixture.eb.faults.add({ kind: "failing-health", instances: "new" });
    await fixture.update("main", { label: "v2" });
    expect(await fixture.describe("main")).includes({ VersionLabel: "v1" });
    // As on AWS, health follows the end of an update a little later.
    await until(async () => (await fixture.describe("main")).Health === "Green");
    expect((await fetch(fixture.eb.url("main") ?? "")).status).equals(200);
  });

  it("instance-dies takes an instance away after a good deployment", async () => {
    fixture.eb.faults.add({ kind: "instance-dies", afterMs: 50, times: 1 });
    await fixture.update("main", { label: "v2" });
    await until(async () => (await fixture.describe("main")).HealthStatus === "Degraded");
    expect(fixture.eb.instances("main").map(({ inService }) => inService)).deep.equals([false, true]);
    expect((await fetch(fixture.eb.url("main") ?? "")).status).equals(200);
  });

  it("stale-describe shows what was before the update for a while", async () => {
    fixture.eb.faults.add({ kind: "stale-describe", forMs: 1000 }, { kind: "stuck-updating" });
    await update("v1");
    expect(await fixture.describe("main")).includes({ Status: "Ready", VersionLabel: "v2" });
    await until(async () => (await fixture.describe("main")).Status === "Updating");
    expect(await fixture.describe("main")).includes({ VersionLabel: "v1" });
    fixture.eb.faults.clear();
  });

  it("version-not-yet-visible is a read before the write has spread", async () => {
    fixture.eb.faults.add({ kind: "version-not-yet-visible", times: 1 });
    expect(await failure(update("v2"))).contains("No Application Version named 'v2' found.");
    expect(await failure(update("v2"))).equals("no error");
  });

  it("version-processing-failed makes a processed version unusable", async () => {
    fixture.eb.faults.add({ kind: "version-processing-failed", times: 1 });
    await fixture.client.send(
      new CreateApplicationVersionCommand({
        ApplicationName: "udagram",
        VersionLabel: "v3",
        SourceBundle: { S3Bucket: "artifacts", S3Key: "v1.zip" },
        Process: true,
      }),
    );
    expect(await failure(update("v3"))).contains("has not been processed yet");
    const status = async () =>
      (await fixture.client.send(new DescribeApplicationVersionsCommand({ VersionLabels: ["v3"] })))
        .ApplicationVersions?.[0]?.Status as string;
    await until(async () => (await status()) !== "PROCESSING");
    expect(await status()).equals("FAILED");
    expect(await failure(update("v3"))).contains("Application Version 'v3' is unusable");
  });

  it("a faults.json that cannot be read shows as a cause, and harms nothing else", async () => {
    writeFileSync(join(fixture.directory, "eb/faults.json"), "[");
    await until(() => fixture.eb.instances("main").every(({ inService }) => !inService));
    writeFileSync(join(fixture.directory, "eb/faults.json"), "[]");
    await until(() => fixture.eb.instances("main").every(({ inService }) => inService));
  });

  it("eb-reverts takes the update back, and says so", async () => {
    fixture.eb.faults.add({ kind: "eb-reverts", times: 1 });
    const ids = () => fixture.eb.instances("main").map(({ id }) => id);
    const before = ids();
    const mode = { "aws:elasticbeanstalk:application:environment": { MODE: "other" } };
    const settings = { ...policy("AllAtOnce"), ...mode };
    const label = (await fixture.describe("main")).VersionLabel === "v1" ? "v2" : "v1";
    const requestId = await fixture.update("main", { label, settings });
    expect(ids()).deep.equals(before);
    expect((await fixture.describe("main")).VersionLabel).not.equals(label);
    expect((await fixture.messages({ RequestId: requestId })).slice(2)).deep.equals([
      "Service:AmazonCloudFormation, Message:fault eb-reverts",
      "Failed to deploy application.",
      "During an aborted deployment, some instances may have deployed the new application version. To ensure all instances are running the same version, re-deploy the appropriate application version.",
      "Failed to deploy configuration.",
      "The environment was reverted to the previous configuration setting.",
      "Update environment operation is complete, but with errors. For more information, see troubleshooting documentation.",
    ]);
  });

  it("split-fleet leaves the new version on half of the instances", async () => {
    await fixture.environment("split", "v1", policy("Rolling", { BatchSizeType: "Fixed", BatchSize: "1" }));
    fixture.eb.faults.add({ kind: "split-fleet", environment: "split", times: 1 });
    const requestId = await fixture.update("split", { label: "v2" });
    const deployments = () =>
      fixture.eb
        .instances("split")
        .map(({ deployment }) => `${deployment.versionLabel} ${deployment.status}`);
    expect(deployments()).deep.equals(["v2 Deployed", "v2 Failed"]);
    const answers = new Set<string>();
    for (let index = 0; index < 4; index += 1) {
      const response = await fetch(fixture.eb.url("split") ?? "");
      answers.add(((await response.json()) as { version: string }).version);
    }
    expect([...answers].sort()).deep.equals(["v1", "v2"]);
    const messages = await fixture.messages({ RequestId: requestId });
    expect(messages).includes("Batch 1: Completed application deployment.");
    expect(messages.join("\n")).contains("Unsuccessful command execution on instance id(s)");
    await fixture.update("split", { label: "v2" });
    expect(deployments()).deep.equals(["v2 Deployed", "v2 Deployed"]);
  });

  it("managed-update makes the environment busy after an update, or shows its events in the middle of one", async () => {
    await fixture.environment("managed", "v1");
    fixture.eb.faults.add({
      kind: "managed-update",
      environment: "managed",
      when: "after",
      forMs: 300,
      times: 1,
    });
    const requestId = await fixture.update("managed", { label: "v2" });
    await until(async () => (await fixture.describe("managed")).Status === "Updating");
    expect(await fixture.describe("managed")).includes({
      VersionLabel: "v2",
      AbortableOperationInProgress: false,
    });
    await fixture.ready("managed");
    fixture.eb.faults.add({
      kind: "managed-update",
      environment: "managed",
      when: "during",
      forMs: 50,
      times: 1,
    });
    const second = await fixture.update("managed", { label: "v1" });
    const others = (await fixture.events({ EnvironmentName: "managed" })).filter(({ Message = "" }) =>
      Message.startsWith("Managed platform update"),
    );
    expect(others.map(({ Severity, Message }) => `${Severity} ${Message}`)).deep.equals([
      "INFO Managed platform update is in progress.",
      "INFO Managed platform update completed successfully.",
      "INFO Managed platform update is in progress.",
      "ERROR Managed platform update failed: the environment was not ready.",
    ]);
    expect(others.filter(({ RequestId }) => RequestId === requestId || RequestId === second)).deep.equals([]);
    expect((await fixture.messages({ RequestId: second })).at(-1)).equals(
      "Environment update completed successfully.",
    );
  });
});
