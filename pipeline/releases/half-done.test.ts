import { expect } from "chai";
import { Deploys, openMoves } from "./deploys-fixture.ts";
import { type Built, type Harness, startHarness } from "./harness-fixture.ts";
import type { MovableTier } from "./put-back/tier.ts";
import { run } from "./run.ts";
import type { Tier } from "./store/keys.ts";
import { readAttempt } from "./store/ledger.ts";

/** As long as visitors may take to see what has moved; nobody here waits for that. */
const verifySeconds = 600;

describe("release: what a run left half done, and nobody works on any more, is not waited for", () => {
  let harness: Harness;
  let next: Built;
  let deploys: Deploys;

  before(async () => {
    harness = await startHarness();
    deploys = new Deploys(harness, 0);
    await deploys.deploy(await harness.bundle("first"));
    next = await harness.bundle("next");
  });
  after(() => harness.close());

  /** Ends an attempt of which this was done, and returns what its end says. */
  async function endedAfter(
    work: (site: MovableTier, move: (tier: Tier, from: never) => Promise<void>) => Promise<void>,
  ) {
    const runId = ++deploys.runs;
    const handle = String((await deploys.begin(next, runId)).outputs.attempt);
    const context = harness.context(runId);
    const { attempt, tiers } = await openMoves(harness.inputs(), handle, context);
    await work(tiers.site, (tier, from) => attempt.move(tier, from));
    const inputs = harness.inputs({
      operation: "finish",
      attempt: handle,
      "verify-timeout-seconds": verifySeconds,
    });
    const since = Date.now();
    await run(inputs, harness.context(runId)).catch(() => undefined);
    const { end } = await readAttempt(harness.store, "production", Number(handle.slice(-6)));
    return { outcome: end?.outcome, reason: end?.reason, seconds: (Date.now() - since) / 1000 };
  }

  const site = { bucket: "site", prefix: "", release: null, config: null } as never;
  const api = { application: "udagram", environment: "udagram-api", version: "" } as never;

  it("a site on which no page has changed", async () => {
    const ended = await endedAfter((_, move) => move("site", site));
    expect(ended.outcome).to.equal("put-back");
    expect(ended.reason).to.contain("site-behind");
    expect(ended.seconds).to.be.below(verifySeconds / 2);
  });

  it("an API that was never told to move, behind a site that has", async () => {
    const ended = await endedAfter(async (way, move) => {
      await way.put(next.manifest, null, (from) => move("site", from as never));
    });
    expect(ended.outcome).to.equal("put-back");
    expect(ended.reason).to.contain("api-behind");
    expect(ended.seconds).to.be.below(verifySeconds / 2);
  });

  it("an API on which Elastic Beanstalk has not begun to work", async () => {
    const ended = await endedAfter(async (way, move) => {
      await way.put(next.manifest, null, (from) => move("site", from as never));
      await move("api", api);
    });
    expect(ended.outcome).to.equal("put-back");
    expect(ended.seconds).to.be.below(verifySeconds / 2);
  });
});
