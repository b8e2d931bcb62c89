import { expect } from "chai";
import { chooseCases } from "../exhaustive/choose-cases.ts";
import type { OpenArea } from "../exhaustive/fault-area.ts";
import { Pair } from "../exhaustive/release/pair.ts";
import { openReleaseArea } from "../exhaustive/release/release-area.ts";
import { key, type Stage } from "../exhaustive/release/stage.ts";
import { atRequest } from "../exhaustive/release/trigger.ts";
import { until } from "../until.ts";

const sampled = 2;

/** Cases that wait for something to run out: `npm run test:exhaustive` alone runs these. */
const takesMinutes = /:(vanished|stuck|outage-of-[\w-]+)$/;

/** What makes a release of its own and changes no tier but the site's release.json. */
function commitNothing(stage: Stage, subject: string): string {
  stage.laptop.commit("CHANGELOG.md", `${stage.laptop.read("CHANGELOG.md")}\n`, subject);
  return stage.laptop.git("rev-parse", "HEAD");
}

const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

describe("releases, whatever happens", function () {
  this.timeout(900_000);
  let pair: Pair;
  let stage: Stage;
  let area: OpenArea;

  before(async () => {
    pair = await Pair.open(() => {});
    stage = pair.stage;
    area = await openReleaseArea(pair, () => {});
  });
  afterEach(() => stage?.clearFaults());
  after(() => area?.close());

  const liveCommit = async (): Promise<string> => (await stage.live()).commit;

  it("are whole after a few faults of npm run test:exhaustive", async () => {
    const seed = Date.now() % 100_000;
    const quick = area.cases.filter(({ id }) => !takesMinutes.test(id));
    const chosen = chooseCases(quick, { sample: sampled, seed });
    for (const one of chosen) {
      await one.run().catch((error: Error) => {
        const again = `npm run test:exhaustive -- --area release --only '^${literally(one.id)}$'`;
        throw new Error(`seed ${seed}, ${one.id}: ${error.message}\nagain: ${again}`);
      });
    }
    console.log(`      seed ${seed}: ${chosen.map(({ id }) => id).join(", ")}`);
  });

  it("pushes that come at once all end, and the newest is live", async () => {
    await pair.ensure("b");
    const commits = ["first", "second", "third"].map((name) => commitNothing(stage, name));
    const runs: number[] = [];
    for (const commit of commits) runs.push(await stage.push(commit));
    const ends = await Promise.all(runs.map((run) => stage.ended(run)));
    expect(await liveCommit()).to.equal(commits.at(-1));
    // None is lost: each went live in its turn, or says that a newer one made it needless.
    for (const { id, conclusion } of ends) {
      expect(conclusion, stage.logOf(id)).to.equal("success");
      expect(stage.logOf(id)).to.match(/is live in local: verified|is superseded: /);
    }
  });

  it("a rollback stops the deploy under way and those behind it; resume takes main live", async () => {
    const before = await stage.live();
    const [deployed, queued] = ["stopped", "queued"].map((name) => commitNothing(stage, name));
    const site = {
      service: "s3",
      operation: "ListObjectsV2",
      method: "GET",
      isWrite: false,
      name: "site",
      after: 0,
    };
    const atSite = atRequest({ ...site, pattern: "^udagram-local-site" }, "before");
    await atSite.arm(stage);
    const run = await stage.push(deployed ?? "");
    expect(await atSite.reached(stage, run), stage.logOf(run)).to.equal(true);
    const behind = await stage.push(queued ?? "");
    const rollback = await stage.click({ operation: "rollback", reason: "the feed is empty" });
    await until(() => stage.read(key("freeze.json")));
    await atSite.release(stage);

    expect((await stage.ended(run)).conclusion).to.equal("failure");
    expect(stage.logOf(run)).to.match(/is frozen since .* the feed is empty/);
    expect((await stage.ended(rollback)).conclusion, stage.logOf(rollback)).to.equal("success");
    expect((await stage.ended(behind)).conclusion).to.equal("failure");
    expect(stage.logOf(behind)).to.contain("the feed is empty");
    expect((await stage.live()).releaseId).to.equal(before.previousReleaseId);

    expect((await stage.ended(await stage.click({ operation: "resume" }))).conclusion).to.equal("success");
    const [latest] = stage.stack.github.runs();
    expect((await stage.ended(latest?.id ?? 0)).conclusion).to.equal("success");
    expect(await liveCommit()).to.equal(queued);
    expect(await stage.read(key("freeze.json"))).to.equal(undefined);
    expect(await stage.read(key("lock.json"))).to.equal(undefined);
  });
});
