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
import { failure, policy, type TestBench, testBench } from "./test-bench.ts";
import { app } from "./test-bundles.ts";

describe("faults", () => {
  let bench: TestBench;
  before(async () => {
    bench = await testBench({ deploymentHealthMs: 800 });
    await bench.version("v1", app("v1"));
    await bench.version("v2", app("v2"));
    await bench.environment("main", "v1", policy("Immutable"));
  });
  afterEach(async () => {
    bench.eb.faults.clear();
    await bench.ready("main");
  });
  after(() => bench.close());

  const update = (VersionLabel: string) =>
    bench.client.send(new UpdateEnvironmentCommand({ EnvironmentName: "main", VersionLabel }));
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  it("must-be-ready refuses updates of a Ready environment, as often as asked", async () => {
    bench.eb.faults.add({ kind: "must-be-ready", times: 1 });
    expect(await failure(update("v1"))).contains("Must be Ready.");
    expect(await failure(update("v1"))).equals("no error");
  });

  it("stuck-updating holds an update until it is cleared, or aborted", async () => {
    bench.eb.faults.add({ kind: "stuck-updating", environment: "main" });
    await update("v2");
    await pause(300);
    expect(await bench.describe("main")).includes({ Status: "Updating", VersionLabel: "v2" });
    await bench.client.send(new AbortEnvironmentUpdateCommand({ EnvironmentName: "main" }));
    expect(await bench.ready("main")).includes({ VersionLabel: "v1" });
  });

  it("silent-revert ends Ready with the old label and no error", async () => {
    bench.eb.faults.add({ kind: "silent-revert", times: 1 });
    const requestId = await bench.update("main", { label: "v2" });
    expect(await bench.describe("main")).includes({ Status: "Ready", VersionLabel: "v1" });
    const severities = (await bench.events({ RequestId: requestId })).map(({ Severity }) => Severity);
    expect(new Set(severities)).deep.equals(new Set(["INFO"]));
  });

  it("failing-health of new instances fails the deployment", async () => {
    bench.eb.faults.add({ kind: "failing-health", instances: "new" });
    await bench.update("main", { label: "v2" });
    expect(await bench.describe("main")).includes({ VersionLabel: "v1" });
    // As on AWS, health follows the end of an update a little later.
    await until(async () => (await bench.describe("main")).Health === "Green");
    expect((await fetch(bench.eb.url("main") ?? "")).status).equals(200);
  });

  it("instance-dies takes an instance away after a good deployment", async () => {
    bench.eb.faults.add({ kind: "instance-dies", afterMs: 50, times: 1 });
    await bench.update("main", { label: "v2" });
    await until(async () => (await bench.describe("main")).HealthStatus === "Degraded");
    expect(bench.eb.instances("main").map(({ inService }) => inService)).deep.equals([false, true]);
    expect((await fetch(bench.eb.url("main") ?? "")).status).equals(200);
  });

  it("stale-describe shows what was before the update for a while", async () => {
    bench.eb.faults.add({ kind: "stale-describe", forMs: 1000 }, { kind: "stuck-updating" });
    await update("v1");
    expect(await bench.describe("main")).includes({ Status: "Ready", VersionLabel: "v2" });
    await until(async () => (await bench.describe("main")).Status === "Updating");
    expect(await bench.describe("main")).includes({ VersionLabel: "v1" });
    bench.eb.faults.clear();
  });

  it("version-not-yet-visible is a read before the write has spread", async () => {
    bench.eb.faults.add({ kind: "version-not-yet-visible", times: 1 });
    expect(await failure(update("v2"))).contains("No Application Version named 'v2' found.");
    expect(await failure(update("v2"))).equals("no error");
  });

  it("version-processing-failed makes a processed version unusable", async () => {
    bench.eb.faults.add({ kind: "version-processing-failed", times: 1 });
    await bench.client.send(
      new CreateApplicationVersionCommand({
        ApplicationName: "udagram",
        VersionLabel: "v3",
        SourceBundle: { S3Bucket: "artifacts", S3Key: "v1.zip" },
        Process: true,
      }),
    );
    expect(await failure(update("v3"))).contains("has not been processed yet");
    const status = async () =>
      (await bench.client.send(new DescribeApplicationVersionsCommand({ VersionLabels: ["v3"] })))
        .ApplicationVersions?.[0]?.Status as string;
    await until(async () => (await status()) !== "PROCESSING");
    expect(await status()).equals("FAILED");
    expect(await failure(update("v3"))).contains("Application Version 'v3' is unusable");
  });

  it("a faults.json that cannot be read shows as a cause, and harms nothing else", async () => {
    writeFileSync(join(bench.directory, "eb/faults.json"), "[");
    await until(() => bench.eb.instances("main").every(({ inService }) => !inService));
    writeFileSync(join(bench.directory, "eb/faults.json"), "[]");
    await until(() => bench.eb.instances("main").every(({ inService }) => inService));
  });
});
