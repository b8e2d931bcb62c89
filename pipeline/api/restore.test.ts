import { expect } from "chai";
import { app, policy } from "../../local/aws/elastic-beanstalk/elastic-beanstalk-fixture.ts";
import { until } from "../../test/until.ts";
import { type Deploys, startDeploys } from "./deploys-fixture.ts";

const broken = app("broken", 'console.error("no database"); process.exit(1);');

describe("deployOrRestore", () => {
  let deploys: Deploys;
  before(async () => {
    deploys = await startDeploys();
  });
  after(() => deploys.close());
  beforeEach(() => deploys.fixture.eb.faults.clear());

  const answering = async (): Promise<string> => {
    const answer = await fetch(deploys.fixture.eb.url(deploys.name) ?? "");
    return ((await answer.json()) as { version: string }).version;
  };
  const labels = () =>
    deploys.fixture.eb.instances(deploys.name).map(({ deployment }) => deployment.versionLabel);

  it("puts the version before back on every instance after a failed update in place, and stays red", async () => {
    await deploys.environment(policy("AllAtOnce"));
    const result = await deploys.deploy("broken", { files: broken });
    expect(result.outcome).to.equal("failed-new-version");
    expect(result.restoration).to.deep.equal({ restored: "yes", why: '"v1" runs again on every instance' });
    expect([labels(), await answering()]).to.deep.equal([["v1", "v1"], "v1"]);
  });

  it("makes a split fleet whole again", async () => {
    await deploys.environment(policy("AllAtOnce"));
    deploys.fixture.eb.faults.add({ kind: "split-fleet", environment: deploys.name, times: 1 });
    const result = await deploys.deploy("v2", { files: app("v2") });
    expect([result.outcome, result.restoration?.restored]).to.deep.equal(["split-fleet", "yes"]);
    expect(labels()).to.deep.equal(["v1", "v1"]);
  });

  it("tells what Elastic Beanstalk kept by itself, and sends nothing more", async () => {
    await deploys.environment();
    const result = await deploys.deploy("broken", { files: broken });
    expect(result.restoration).to.deep.equal({ restored: "kept", why: 'Elastic Beanstalk kept "v1"' });
    const messages = await deploys.fixture.messages({ EnvironmentName: deploys.name });
    expect(messages.filter((message) => message === "Environment update is starting.")).to.have.length(1);
  });

  it("tries once, and says that it did not help", async () => {
    await deploys.environment(policy("AllAtOnce"));
    deploys.fixture.eb.faults.add({ kind: "split-fleet", environment: deploys.name, times: 2 });
    const { restoration } = await deploys.deploy("v2", { files: app("v2") });
    expect(restoration?.restored).to.equal("no");
    expect(restoration?.why).to.match(/^"v1" could not be put back \(split-fleet\)/);
  });

  it("changes nothing where what runs well could not be put back", async () => {
    await deploys.fixture.version("lost", app("lost"));
    await deploys.environment(policy("AllAtOnce"), "lost");
    deploys.fixture.bundles.delete("artifacts/lost.zip");
    const error = await deploys.deploy("v2", { files: app("v2") }).catch((thrown) => thrown);
    expect(error).to.include({ code: "RestoreImpossible" });
    expect(error.message).to.match(/its bundle s3:\/\/artifacts\/lost\.zip is gone/);
    expect(await answering()).to.equal("lost");
  });

  it("deploys over what is not well, and says before that this could not be put back", async () => {
    await deploys.environment(policy("AllAtOnce"));
    await deploys.deploy("broken", { files: broken, rules: { force: true } });
    const { fixture, name } = deploys;
    await fixture.update(name, { label: "broken" });
    await until(async () => (await fixture.describe(name)).Health === "Red");
    expect((await deploys.deploy("v1")).outcome).to.equal("deployed");
    expect(deploys.lines.join("\n")).to.match(
      /note: should this fail, nothing could be put back: "v1" is not healthy|not every/,
    );
  });
});

describe("a deploy that nobody waits for", () => {
  let deploys: Deploys;
  before(async () => {
    deploys = await startDeploys();
  });
  after(() => deploys.close());

  it("is started, claims nothing, and shows the next one since when and by what the environment is busy", async () => {
    await deploys.environment();
    const started = await deploys.deploy("v2", { files: app("v2"), rules: { wait: false } });
    expect(started).to.deep.include({ outcome: "started", changed: true, now: "" });
    expect(started.why).to.match(/not waited for/);
    const error = await deploys
      .deploy("v3", { files: app("v3"), rules: { busy: { mode: "fail", waitMs: 0 } } })
      .catch((thrown) => thrown);
    expect(error).to.include({ code: "BeanstalkBusy" });
    expect(error.message).to.match(
      new RegExp(`since \\S+Z by request ${started.update.requestId}: "Environment update is starting\\."`),
    );
    await deploys.fixture.ready(deploys.name);
    const after = await deploys.deploy("v2");
    expect(after.outcome).to.equal("unchanged");
  });

  it("waits for a version that Elastic Beanstalk does not find just after it was made", async () => {
    await deploys.environment();
    deploys.fixture.eb.faults.add({ kind: "version-not-yet-visible", times: 2 });
    expect((await deploys.deploy("fresh", { files: app("fresh") })).outcome).to.equal("deployed");
  });

  it("has a timeline of its own events", async () => {
    await deploys.environment();
    const { timeline } = await deploys.deploy("v2");
    expect(timeline[0]?.message).to.equal("Environment update is starting.");
    expect(timeline.at(-1)?.message).to.equal("Environment update completed successfully.");
  });
});
