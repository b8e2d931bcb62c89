import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UpdateEnvironmentCommand } from "@aws-sdk/client-elastic-beanstalk";
import { expect } from "chai";
import { until } from "../../../../test/until.ts";
import { endOrphans, Processes } from "../../../processes.ts";
import { elasticBeanstalk } from "../elastic-beanstalk.ts";
import { baseEnvironment, benchOptions, policy, type TestBench, testBench } from "../test-bench.ts";
import { app } from "../test-bundles.ts";

describe("after a restart", () => {
  let bench: TestBench;
  before(async () => {
    bench = await testBench();
    await bench.version("v1", app("v1"));
    await bench.version("v2", app("v2"));
    await bench.version("silent", { Procfile: "web: sleep 60\n" });
    await bench.environment("main", "v1", {
      ...policy("Immutable"),
      "aws:elasticbeanstalk:application:environment": { MODE: "kept" },
    });
  });
  after(() => bench.close());

  const get = async () =>
    (await (await fetch(bench.eb.url("main") ?? "")).json()) as {
      version: string;
      env: Record<string, string>;
    };

  it("an environment is back at its address with its version and settings, healthy", async () => {
    const [url, ids] = [bench.eb.url("main"), bench.eb.instances("main").map(({ id }) => id)];
    await bench.restart();
    expect(bench.eb.url("main")).equals(url);
    expect(bench.eb.instances("main").map(({ id, inService }) => ({ id, inService }))).deep.equals(
      ids.map((id) => ({ id, inService: true })),
    );
    const { version, env } = await get();
    expect([version, env.MODE]).deep.equals(["v1", "kept"]);
    expect((await bench.messages({ EnvironmentName: "main" }))[0]).equals("createEnvironment is starting.");
  });

  it("an update that was under way has failed, and the last good version runs", async () => {
    const { $metadata } = await bench.client.send(
      new UpdateEnvironmentCommand({ EnvironmentName: "main", VersionLabel: "silent" }),
    );
    await until(() => bench.eb.instances("main").length >= 3);
    await bench.restart();
    expect(await bench.describe("main")).includes({ Status: "Ready", VersionLabel: "v1" });
    expect(bench.eb.instances("main").map(({ deployment }) => deployment.versionLabel)).deep.equals([
      "v1",
      "v1",
    ]);
    const messages = await bench.messages({ RequestId: $metadata.requestId });
    expect(messages.slice(-3)).deep.equals([
      "Elastic Beanstalk was stopped in the middle of this operation.",
      "Failed to deploy application.",
      "The environment was reverted to the previous configuration setting.",
    ]);
    await bench.update("main", { label: "v2" });
    expect((await get()).version).equals("v2");
  });

  it("an instance whose folder is damaged is launched anew", async () => {
    const [first, second] = bench.eb.instances("main");
    await bench.eb.stop();
    rmSync(join(first?.directory ?? "", "current"), { recursive: true });
    await bench.restart();
    const ids = bench.eb.instances("main").map(({ id }) => id);
    expect(ids).lengthOf(2).and.to.include(second?.id).and.not.to.include(first?.id);
    expect((await get()).version).equals("v2");
  });

  it("a torn last line of the events is forgotten, and the next event follows", async () => {
    await bench.eb.stop();
    appendFileSync(join(bench.directory, "eb/events.ndjson"), '{"sequence":99999,"at":"20');
    await bench.restart();
    const before = (await bench.events({ EnvironmentName: "main" })).length;
    await bench.update("main", { label: "v1" });
    await bench.restart();
    const after = await bench.events({ EnvironmentName: "main" });
    expect(after.length).above(before);
    expect(readFileSync(join(bench.directory, "eb/events.ndjson"), "utf8")).not.contains("99999");
  });
});

describe("after SIGKILL in the middle of a deployment", () => {
  it("no process is left over, and the last good version is back", async () => {
    const directory = mkdtempSync(join(tmpdir(), "eb-kill-"));
    const child = spawn(process.execPath, [join(import.meta.dirname, "killed-stack.fixture.ts"), directory], {
      env: baseEnvironment,
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    child.kill("SIGKILL");
    await once(child, "exit");
    const processesFile = join(directory, "processes.json");
    const orphans = await endOrphans(processesFile);
    expect(orphans.length).at.least(3);
    const processes = new Processes(processesFile);
    const eb = await elasticBeanstalk(benchOptions(directory, processes, new Map()));
    try {
      await eb.start();
      expect(eb.instances("main").map(({ deployment }) => deployment.versionLabel)).deep.equals(["v1", "v1"]);
      expect(((await (await fetch(eb.url("main") ?? "")).json()) as { version: string }).version).equals(
        "v1",
      );
    } finally {
      await eb.stop();
      await processes.endAll(500);
      // The exits of the last processes are written down once they arrive.
      await new Promise((resolve) => setTimeout(resolve, 50));
      rmSync(directory, { recursive: true });
    }
  });
});
