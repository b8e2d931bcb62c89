import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UpdateEnvironmentCommand } from "@aws-sdk/client-elastic-beanstalk";
import { expect } from "chai";
import { until } from "../../../../test/until.ts";
import { endOrphans, Processes } from "../../../processes.ts";
import { app } from "../bundle/bundles-fixture.ts";
import { elasticBeanstalk } from "../elastic-beanstalk.ts";
import {
  baseEnvironment,
  type ElasticBeanstalkFixture,
  fixtureOptions,
  policy,
  startElasticBeanstalk,
} from "../elastic-beanstalk-fixture.ts";

describe("after a restart", () => {
  let fixture: ElasticBeanstalkFixture;
  before(async () => {
    fixture = await startElasticBeanstalk();
    await fixture.version("v1", app("v1"));
    await fixture.version("v2", app("v2"));
    await fixture.version("silent", { Procfile: "web: sleep 60\n" });
    await fixture.environment("main", "v1", {
      ...policy("Immutable"),
      "aws:elasticbeanstalk:application:environment": { MODE: "kept" },
    });
  });
  after(() => fixture.close());

  const get = async () =>
    (await (await fetch(fixture.eb.url("main") ?? "")).json()) as {
      version: string;
      env: Record<string, string>;
    };

  it("an environment is back at its address with its version and settings, healthy", async () => {
    const [url, ids] = [fixture.eb.url("main"), fixture.eb.instances("main").map(({ id }) => id)];
    await fixture.restart();
    expect(fixture.eb.url("main")).equals(url);
    expect(fixture.eb.instances("main").map(({ id, inService }) => ({ id, inService }))).deep.equals(
      ids.map((id) => ({ id, inService: true })),
    );
    const { version, env } = await get();
    expect([version, env.MODE]).deep.equals(["v1", "kept"]);
    expect((await fixture.messages({ EnvironmentName: "main" }))[0]).equals("createEnvironment is starting.");
  });

  it("an update that was under way has failed, and the last good version runs", async () => {
    const { $metadata } = await fixture.client.send(
      new UpdateEnvironmentCommand({ EnvironmentName: "main", VersionLabel: "silent" }),
    );
    await until(() => fixture.eb.instances("main").length >= 3);
    await fixture.restart();
    expect(await fixture.describe("main")).includes({ Status: "Ready", VersionLabel: "v1" });
    expect(fixture.eb.instances("main").map(({ deployment }) => deployment.versionLabel)).deep.equals([
      "v1",
      "v1",
    ]);
    const messages = await fixture.messages({ RequestId: $metadata.requestId });
    expect(messages.slice(-3)).deep.equals([
      "Elastic Beanstalk was stopped in the middle of this operation.",
      "Failed to deploy application.",
      "The environment was reverted to the previous configuration setting.",
    ]);
    await fixture.update("main", { label: "v2" });
    expect((await get()).version).equals("v2");
  });

  it("an instance whose folder is damaged is launched anew", async () => {
    const [first, second] = fixture.eb.instances("main");
    await fixture.eb.stop();
    rmSync(join(first?.directory ?? "", "current"), { recursive: true });
    await fixture.restart();
    const ids = fixture.eb.instances("main").map(({ id }) => id);
    expect(ids).lengthOf(2).and.to.include(second?.id).and.not.to.include(first?.id);
    expect((await get()).version).equals("v2");
  });

  it("a torn last line of the events is forgotten, and the next event follows", async () => {
    await fixture.eb.stop();
    appendFileSync(join(fixture.directory, "eb/events.ndjson"), '{"sequence":99999,"at":"20');
    await fixture.restart();
    const before = (await fixture.events({ EnvironmentName: "main" })).length;
    await fixture.update("main", { label: "v1" });
    await fixture.restart();
    const after = await fixture.events({ EnvironmentName: "main" });
    expect(after.length).above(before);
    expect(readFileSync(join(fixture.directory, "eb/events.ndjson"), "utf8")).not.contains("99999");
  });
});

describe("after SIGKILL in the middle of a deployment", () => {
  it("no process is left over, and the last good version is back", async () => {
    const directory = mkdtempSync(join(tmpdir(), "eb-kill-"));
    const child = spawn(process.execPath, [join(import.meta.dirname, "killed-stack-fixture.ts"), directory], {
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
    const eb = await elasticBeanstalk(fixtureOptions(directory, processes, new Map()));
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
      await until(() => readFileSync(processesFile, "utf8").trim() === "[]");
      rmSync(directory, { recursive: true });
    }
  });
});
