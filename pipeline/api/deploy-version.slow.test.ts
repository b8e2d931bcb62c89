import { expect } from "chai";
import {
  app,
  type ElasticBeanstalkFixture,
  type Files,
  policy,
  startElasticBeanstalk,
  zip,
} from "../../local/aws/elastic-beanstalk/elastic-beanstalk-fixture.ts";
import { until } from "../../test/until.ts";
import { releaseLocation, releaseLocationEntry, releaseLocationFile } from "../bundle/release-location.ts";
import { type Clock, systemClock } from "../kit/clock.ts";
import { explain } from "../kit/errors.ts";
import {
  type DeployContext,
  type Deployer,
  type DeployOutcome,
  type DeployRules,
  deployVersion,
  putBackRules,
} from "./deploy-version.ts";
import type { WantedVersion } from "./versions/wanted-version.ts";

/** Looks four times as often as a real deploy does. */
const clock: Clock = { now: systemClock.now, sleep: (ms, signal) => systemClock.sleep(ms / 4, signal) };
/** For waits that nothing ends: minutes pass in seconds. */
const start = Date.now();
const hurried: Clock = {
  now: () => new Date(start + (Date.now() - start) * 5),
  sleep: (ms, signal) => systemClock.sleep(ms / 5, signal),
};
const broken = 'console.error("DATABASE_URL is not set: set it in the environment"); process.exit(1);';

describe("deployVersion", () => {
  let fixture: ElasticBeanstalkFixture;
  let environments = 0;
  let name = "";
  let lines: string[] = [];

  before(async () => {
    fixture = await startElasticBeanstalk({ drainMs: 100, stopGraceMs: 300 });
    const { bundles } = fixture;
    await fixture.version("v1", app("v1"));
    for (const label of ["v2", "v3"]) bundles.set(`artifacts/${label}.zip`, await zip(app(label)));
    bundles.set("artifacts/broken.zip", await zip(app("broken", broken)));
  });
  after(() => fixture.close());
  beforeEach(() => fixture.eb.faults.clear());

  async function environment(settings = policy("Immutable")): Promise<void> {
    name = `env-${environments++}`;
    await fixture.environment(name, "v1", settings);
  }

  function wanted(label: string): WantedVersion {
    return {
      label,
      source: { bucket: "artifacts", key: `${label}.zip` },
      labelIsContent: true,
      answersAt: { path: "/version", isOwn: true },
    };
  }

  interface Given {
    readonly rules?: Partial<DeployRules>;
    readonly context?: Partial<DeployContext>;
    readonly beforeChange?: NonNullable<Deployer["beforeChange"]>;
  }

  function deploy(
    version: string | WantedVersion,
    { rules, context, ...deployer }: Given = {},
  ): Promise<DeployOutcome> {
    lines = [];
    return deployVersion(
      { eb: fixture.client, application: "udagram", environment: name },
      typeof version === "string" ? wanted(version) : version,
      {
        accepted: ["Green"],
        acceptUnknown: false,
        busy: { mode: "wait", waitMs: 20_000 },
        timeoutMinutes: 1,
        force: false,
        dryRun: false,
        preflight: "refuse",
        wait: true,
        ...rules,
      },
      { note: "run 1", ...deployer },
      {
        runner: { info: (line) => lines.push(line), group: (_title, body) => body() },
        clock,
        signal: new AbortController().signal,
        ...context,
      },
    );
  }

  /** A runner that acts on what the deploy says. */
  function onLine(start: string, act: () => void): DeployContext["runner"] {
    return {
      info: (line) => {
        if (line.startsWith(start)) act();
      },
      group: (_title, body) => body(),
    };
  }

  /** Resolves once the environment is being updated. */
  async function updating(): Promise<void> {
    await until(async () => (await fixture.describe(name)).Status !== "Ready");
  }

  async function answering(): Promise<string> {
    const answer = await fetch(fixture.eb.url(name) ?? "");
    return ((await answer.json()) as { version: string }).version;
  }

  const failure = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => "done",
      (error: { code?: string }) => `${error.code}: ${explain(error)}`,
    );

  it("brings a version to life on every instance, and then has nothing to do", async () => {
    await environment();
    const befores: unknown[] = [];
    const beforeChange = async (before: unknown): Promise<void> => {
      befores.push(before);
    };
    const result = await deploy("v2", { beforeChange });
    expect(result).to.deep.include({ outcome: "deployed", changed: true, previousVersion: "v1", why: "" });
    expect(befores).to.deep.equal([{ application: "udagram", environment: name, version: "v1" }]);
    expect(fixture.eb.instances(name).map(({ deployment }) => deployment.versionLabel)).to.deep.equal([
      "v2",
      "v2",
    ]);
    expect(await answering()).to.equal("v2");
    expect(result.url).to.equal(fixture.eb.url(name));
    expect(lines.join("\n")).to.match(/INFO {2}Environment update is starting/);
    const pids = fixture.eb.instances(name).map(({ pid }) => pid);
    const again = await deploy("v2", { beforeChange });
    expect(again).to.deep.include({ outcome: "unchanged", changed: false });
    expect(fixture.eb.instances(name).map(({ pid }) => pid)).to.deep.equal(pids);
    expect(befores).to.have.length(1);
  });

  it("says in the API's own words why a version does not start, and leaves the old one answering", async () => {
    await environment();
    const result = await deploy("broken");
    expect(result.outcome).to.equal("reverted-by-eb");
    expect(result.why).to.match(
      /runs "v1", not "broken".*(Instance deployment failed|did not pass health check)/,
    );
    expect(result.logs?.application.join("\n")).to.include(
      "DATABASE_URL is not set: set it in the environment",
    );
    expect(fixture.eb.instances(name).map(({ id }) => id)).to.not.include(result.logs?.instanceId);
    expect(await answering()).to.equal("v1");
  });

  it("calls a fleet split that a failed in-place deploy left half new, and heals it", async () => {
    await environment(policy("Rolling", { BatchSize: "1", BatchSizeType: "Fixed" }));
    const result = await deploy("broken");
    expect(result.outcome).to.equal("split-fleet");
    expect(result.logs?.application.join("\n")).to.include("DATABASE_URL is not set");
    const healed = await deploy("v1");
    expect(healed.outcome).to.equal("deployed");
    expect(fixture.eb.instances(name).map(({ deployment }) => deployment.versionLabel)).to.deep.equal([
      "v1",
      "v1",
    ]);
  });

  it("is not taken in when Elastic Beanstalk puts the old version back without a word", async () => {
    await environment();
    fixture.eb.faults.add({ kind: "silent-revert", environment: name });
    expect((await deploy("v2")).outcome).to.equal("reverted-by-eb");
  });

  it("does not take the Ready from before the update for the one after it", async () => {
    await environment();
    fixture.eb.faults.add({ kind: "stale-describe", environment: name, forMs: 800 });
    expect((await deploy("v2")).outcome).to.equal("deployed");
    expect(await answering()).to.equal("v2");
  });

  it("waits for an environment that is busy, also when it only says so on the update", async () => {
    await environment();
    const other = fixture.update(name, {
      label: "v1",
      settings: { "aws:autoscaling:asg": { MinSize: "1" } },
    });
    await Promise.race([updating(), other]);
    fixture.eb.faults.add({ kind: "must-be-ready", environment: name, times: 2 });
    const result = await deploy("v2");
    await other;
    expect(result.outcome).to.equal("deployed");
    expect(lines.join("\n")).to.match(/the environment is busy \(Updating, v1(; [^)]+)?\): waiting/);
  });

  it("refuses a busy environment when it may not wait, and changes nothing", async () => {
    await environment();
    const other = fixture.update(name, {
      label: "v1",
      settings: { "aws:autoscaling:asg": { MinSize: "1" } },
    });
    await Promise.race([updating(), other]);
    const refused = await failure(deploy("v2", { rules: { busy: { mode: "fail", waitMs: 1 } } }));
    expect(refused).to.match(new RegExp(`^BeanstalkBusy: environment "${name}" is Updating`));
    await other;
  });

  it("ends at its deadline, and names what it waited for", async () => {
    await environment();
    fixture.eb.faults.add({ kind: "stuck-updating", environment: name });
    const result = await deploy("v2", { rules: { timeoutMinutes: 0.02 } });
    expect(result.outcome).to.equal("timed-out");
    expect(result.why).to.match(/waiting for Elastic Beanstalk \(Updating\)/);
  });

  it("aborts the update when the job is cancelled", async () => {
    await environment();
    fixture.eb.faults.add({ kind: "stuck-updating", environment: name });
    const cancel = new AbortController();
    const runner = onLine("  waiting for", () => cancel.abort(new Error("the job was cancelled")));
    const result = await deploy("v2", { context: { signal: cancel.signal, runner } });
    expect(result).to.deep.include({
      outcome: "aborted",
      why: "the job was cancelled; Elastic Beanstalk aborts the update",
    });
    await fixture.ready(name);
    expect(await answering()).to.equal("v1");
  });

  it("replaces an update that is under way when told to", async () => {
    await environment();
    fixture.eb.faults.add({ kind: "stuck-updating", environment: name });
    const stuck = fixture.update(name, {
      label: "v1",
      settings: { "aws:autoscaling:asg": { MinSize: "1" } },
    });
    await Promise.race([updating(), stuck]);
    const runner = onLine("asked Elastic Beanstalk to abort", () => fixture.eb.faults.clear());
    const [result] = await Promise.all([
      deploy("v2", { rules: { busy: { mode: "abort", waitMs: 20_000 } }, context: { runner } }),
      stuck,
    ]);
    expect(result.outcome).to.equal("deployed");
  });

  it("calls a version unusable that Elastic Beanstalk could not process", async () => {
    await environment();
    fixture.eb.faults.add({ kind: "version-processing-failed", times: 1 });
    expect(await failure(deploy("v3"))).to.match(/^VersionUnusable: .*could not process version "v3"/);
    expect(await failure(deploy("v3"))).to.match(/^VersionUnusable: version "v3" exists, but/);
  });

  it("names a bundle that is not there, and an environment that is not there", async () => {
    await environment();
    expect(await failure(deploy("lost"))).to.match(/^VersionUnusable: .*Unable to download from S3/);
    name = "no-such-environment";
    expect(await failure(deploy("v2"))).to.match(
      /^EnvironmentNotFound: .*has no environment "no-such-environment"/,
    );
  });

  it("changes nothing in a dry run, nor when it may not begin", async () => {
    await environment();
    expect((await deploy("v2", { rules: { dryRun: true } })).outcome).to.equal("planned");
    const refuse = () => Promise.reject(new Error("the environment is frozen"));
    expect(await failure(deploy("v2", { beforeChange: refuse }))).to.include("the environment is frozen");
    expect(await answering()).to.equal("v1");
  });

  describe("judges every path by the same questions", () => {
    const basic = { "aws:elasticbeanstalk:healthreporting:system": { SystemType: "basic" } };
    const hook = { ".platform/hooks/predeploy/01_check.sh": "#!/bin/sh\nexit 7\n" };
    const late = { ".platform/hooks/postdeploy/01_check.sh": "#!/bin/sh\nexit 7\n" };

    before(async () => {
      const { bundles } = fixture;
      bundles.set("artifacts/hooked.zip", await zip({ ...app("hooked"), ...hook }));
      bundles.set("artifacts/late.zip", await zip({ ...app("late"), ...late }));
    });

    /** Resolves once the environment shows that colour. */
    async function shows(colour: string): Promise<void> {
      await until(async () => (await fixture.describe(name)).Health === colour);
    }

    it("is red when the version that runs answers nobody, and leaves it as it is", async () => {
      await environment();
      fixture.eb.faults.add({ kind: "failing-health", environment: name, instances: "all" });
      await shows("Red");
      const result = await deploy("v1", { context: { clock: hurried } });
      expect(result).to.deep.include({ outcome: "unhealthy", changed: false });
      expect(result.why).to.match(/^health Red Severe/);
      expect(result.now).to.match(/^i-\w+, i-\w+ run "v1"; Elastic Beanstalk does nothing more/);
    });

    it("names a hook that failed before the change, and does not claim that any instance has the new version", async () => {
      await environment(policy("AllAtOnce"));
      const result = await deploy("hooked");
      expect(result.outcome).to.equal("failed-before-change");
      expect(result.now).to.match(
        /^i-\w+, i-\w+ failed to take "hooked"; Elastic Beanstalk does nothing more/,
      );
      expect(await answering()).to.equal("v1");
      expect((await deploy("v1")).outcome).to.equal("deployed");
    });

    it("does not take a hook that fails after the change for one before it", async () => {
      await environment(policy("AllAtOnce"));
      expect((await deploy("late")).outcome).to.equal("failed-new-version");
      expect(await answering()).to.equal("late");
    });

    it("calls a wholly new and crashing fleet what it is", async () => {
      await environment(policy("AllAtOnce"));
      const result = await deploy("broken");
      expect(result.outcome).to.equal("failed-new-version");
      expect(result.now).to.match(/^i-\w+, i-\w+ run "broken"/);
      expect((await deploy("v1")).outcome).to.equal("deployed");
    });

    it("does not take a failed redeploy of the running label for the one before", async () => {
      await environment(policy("AllAtOnce"));
      fixture.eb.faults.add({ kind: "split-fleet", environment: name, times: 1 });
      expect((await deploy("v1", { rules: { force: true } })).outcome).to.equal("split-fleet");
      const healed = await deploy("v1");
      expect(lines.join("\n")).to.match(
        /update-environment {2}\(not every instance has it: i-\w+ failed to take "v1"\)/,
      );
      expect(healed.outcome).to.equal("deployed");
    });

    it("does not take a silent revert of the running label for its deploy", async () => {
      await environment();
      fixture.eb.faults.add({ kind: "silent-revert", environment: name });
      expect((await deploy("v1", { rules: { force: true } })).outcome).to.equal("reverted-by-eb");
    });

    it("on basic health, tells by the address that the new version runs when the label is back", async () => {
      await environment({ ...policy("AllAtOnce"), ...basic });
      const result = await deploy("broken", { context: { clock: hurried } });
      expect(result.outcome).to.equal("failed-new-version");
      expect(result.why).to.match(/its address answers 502/);
      expect(result.now).to.match(/^what each instance runs is not known \(basic health\)/);
      // As a release is put back: nothing is called restored while the newer version is what answers.
      const again = await deploy("v1", { rules: putBackRules, context: { clock: hurried } });
      expect(again).to.deep.include({ changed: false });
      expect(again.outcome).to.be.oneOf(["unhealthy", "failed-new-version"]);
      const healed = await deploy("v1", { rules: { force: true } });
      expect([healed.outcome, await answering()]).to.deep.equal(["deployed", "v1"]);
      expect((await deploy("v1")).outcome).to.equal("unchanged");
    });

    it("on basic health, asks nginx for the version of an app that has no route for it, and the app whether it lives", async () => {
      await environment({ ...policy("AllAtOnce"), ...basic });
      const { bundles } = fixture;
      const entry = (label: string) => {
        const { name: file, content } = releaseLocationEntry("/api", label);
        return { [file]: Buffer.from(content).toString() };
      };
      const mute = (label: string): Files => ({
        Procfile: "web: node server.mjs\n",
        "server.mjs": `import http from "node:http"; http.createServer(({ url }, response) => response.writeHead(url === "/" ? 200 : 404).end()).listen(process.env.PORT, "127.0.0.1");`,
        ...entry(label),
      });
      bundles.set("artifacts/mute.zip", await zip(mute("mute")));
      bundles.set("artifacts/mute-crash.zip", await zip({ ...app("x", broken), ...entry("mute-crash") }));
      const { [releaseLocationFile]: _, ...silent } = mute("silent");
      bundles.set("artifacts/silent.zip", await zip(silent));
      const release = (label: string): WantedVersion => ({
        ...wanted(label),
        answersAt: { path: releaseLocation("/api"), isOwn: false },
      });
      const deployed = await deploy(release("mute"));
      expect(deployed).to.deep.include({ outcome: "deployed", why: "" });
      expect((await deploy(release("mute"))).outcome).to.equal("unchanged");
      const crashed = await deploy(release("mute-crash"), { context: { clock: hurried } });
      expect([crashed.outcome, crashed.why]).to.satisfy(
        ([outcome, why]: string[]) =>
          outcome === "failed-new-version" && /address answers 502/.test(why ?? ""),
      );
      const unnamed = await deploy(release("silent"), { context: { clock: hurried } });
      expect(unnamed.outcome).to.equal("not-known");
      expect(unnamed.why).to.match(/its address answers 404 at \/api\/\.release\.json/);
    });

    it("deploys nothing where nobody could say afterwards what runs, unless that is accepted", async () => {
      await environment({ ...policy("AllAtOnce"), ...basic });
      const version = { ...wanted("v2"), answersAt: undefined };
      expect(await failure(deploy(version))).to.match(/^DeployUnknown: .*cannot be known \(basic health\)/);
      expect(await answering()).to.equal("v1");
      const accepted = await deploy(version, { rules: { acceptUnknown: true } });
      expect(accepted).to.deep.include({
        outcome: "deployed",
        why: "what each instance runs was not looked at (basic health)",
      });
    });
  });
});
