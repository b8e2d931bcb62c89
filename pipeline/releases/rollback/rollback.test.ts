import { PutObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { until } from "../../../test/until.ts";
import type { RecordedContext } from "../../kit/context-fixture.ts";
import { failureOf } from "../../kit/failure-fixture.ts";
import { Deploys, openMoves } from "../deploys-fixture.ts";
import { environmentLock } from "../environment/lock.ts";
import { type Built, type Harness, startHarness } from "../harness-fixture.ts";
import { run as runRelease } from "../run.ts";
import { readFreeze } from "../store/freeze.ts";
import { newestAttempt } from "../store/history.ts";
import { keys } from "../store/keys.ts";
import { readLive } from "../store/live.ts";
import { createBytes, readBytes, removeObjects } from "../store/objects.ts";
import { readLock } from "../store/stored-lock.ts";
import type { RollbackInputs } from "./inputs.ts";
import { run } from "./run.ts";

describe("rollback", () => {
  let harness: Harness;
  let deploys: Deploys;
  let releases: readonly Built[];

  before(async () => {
    harness = await startHarness();
    deploys = new Deploys(harness, 500);
    releases = [
      await harness.bundle("one"),
      await harness.bundle("two"),
      await harness.bundle("three", { api: "two" }),
    ];
    for (const release of releases) await deploys.deploy(release);
  });
  after(() => harness.close());

  async function rollback(
    changes: Partial<RollbackInputs>,
    runAttempt = 1,
    ref = "refs/heads/main",
  ): Promise<RecordedContext["said"]> {
    const { directory: _directory, attempt: _attempt, ...place } = harness.inputs();
    const inputs: RollbackInputs = {
      ...place,
      operation: "rollback",
      to: "previous",
      reason: "the feed is empty",
      schema: "keep",
      "dry-run": false,
      "deploy-workflow": "deploy.yml",
      leave: [],
      ...changes,
    };
    const context = harness.context(++deploys.runs, runAttempt);
    await run(inputs, { ...context, run: { ...context.run, ref } });
    return context.said;
  }

  const live = async () => (await readLive(harness.store, "production"))?.live;
  const freeze = () => readFreeze(harness.store, "production");
  const release = (index: number) => (releases[index] as Built).manifest;

  it("a dry run shows both releases and the candidates, and changes nothing", async () => {
    const { lines, summary } = await rollback({ "dry-run": true });
    expect(lines.join("\n")).to.contain(`it would roll back to ${release(1).id}`);
    for (const { manifest } of releases) expect(summary).to.contain(manifest.id);
    expect(summary).to.contain("pushes fail from then on, until somebody resumes");
    expect(await freeze()).to.equal(undefined);
    expect((await live())?.releaseId).to.equal(release(2).id);
  });

  it("a wrong target answers with the candidates and freezes nothing", async () => {
    const failure = await failureOf(rollback({ to: "1234567" }));
    expect(failure.code).to.equal("TargetUnknown");
    expect(JSON.stringify(failure.details)).to.contain(release(0).id);
    expect(await freeze()).to.equal(undefined);
  });

  it("is refused in a run for another ref than the default branch", async () => {
    for (const operation of ["rollback", "resume", "repair"] as const) {
      const failure = await failureOf(rollback({ operation }, 1, "refs/heads/topic"));
      expect(failure.code).to.equal("RefRefused");
    }
  });

  it("needs a reason", async () => {
    expect((await failureOf(rollback({ reason: " " }))).message).to.contain('"reason"');
  });

  it("puts the previous release back: only the site moves where the API is the same", async () => {
    const before = harness.aws.requests.totals().requests;
    const { outputs } = await rollback({});
    // Three of them ask Elastic Beanstalk what its instances run, and by which path it asks for health.
    expect(harness.aws.requests.totals().requests - before, "requests").to.be.at.most(73);
    expect(outputs.outcome).to.equal("live");
    expect((await live())?.releaseId).to.equal(release(1).id);
    expect(await harness.get(`${harness.siteUrl}/`)).to.contain("<title>two");
    const record = await newestAttempt(harness.store, "production");
    expect(record?.begin.kind).to.equal("rollback");
    expect(record?.moved.map(({ tier }) => tier)).to.deep.equal(["site"]);
    expect(await readLock(harness.store, "production")).to.equal(undefined);
  });

  it("freezes: a push is refused with who and why", async () => {
    const failure = await failureOf(
      deploys.begin(await harness.bundle("four", { api: "two" }), ++deploys.runs),
    );
    expect(failure.code).to.equal("EnvironmentFrozen");
    expect(failure.message).to.match(/frozen since .* by ada: the feed is empty/);
    expect(failure.hint).to.contain("npm run resume");
  });

  it("previous goes on to the release before, site before API", async () => {
    await rollback({});
    expect((await live())?.releaseId).to.equal(release(0).id);
    const record = await newestAttempt(harness.store, "production");
    expect(record?.moved.map(({ tier }) => tier)).to.deep.equal(["site", "api"]);
    expect(await harness.get(`${harness.apiUrl}/version`)).to.contain(release(0).api.version);
  });

  it("goes forward again by a commit, though the bundle that its API version was made of is gone", async () => {
    const made = keys.api(release(1).id);
    const bundle = await readBytes(harness.store, made);
    await removeObjects(harness.store, [made]);
    const { outputs } = await rollback({ to: release(2).commit.slice(0, 9) });
    expect(outputs["live-release-id"]).to.equal(release(2).id);
    expect(await harness.get(`${harness.siteUrl}/release.json`)).to.contain(release(2).id);
    expect((await failureOf(rollback({ to: release(1).id }))).message).to.contain(`not all there: ${made}`);
    await createBytes(harness.store, made, bundle?.content ?? new Uint8Array(), "application/zip");
  });

  it("resume lifts the freeze, and says that GitHub knows no deploy to start", async () => {
    const failure = await failureOf(rollback({ operation: "resume" }));
    expect(failure.hint).to.contain("the freeze is lifted");
    expect(await freeze()).to.equal(undefined);
    const { lines } = await rollback({ operation: "resume" });
    expect(lines.join()).to.contain("is not frozen: nothing to do");
    const again = await failureOf(rollback({ operation: "resume" }, 2));
    expect(again.message).to.contain('no workflow "deploy.yml" that can be started by hand');
  });

  it("a target that does not come up is put back, and the environment stays frozen", async () => {
    harness.aws.faults.add({ operation: "UpdateEnvironment", status: 403, code: "AccessDenied" });
    const failure = await failureOf(rollback({ to: release(0).id }));
    harness.aws.faults.clear();
    expect(failure.message).to.match(new RegExp(`^${release(2).id} is live again in production`));
    expect(await harness.get(`${harness.siteUrl}/`)).to.contain("<title>three");
    expect((await freeze())?.freeze.reason).to.equal("the feed is empty");
    await failureOf(rollback({ operation: "resume" }));
  });

  it("a newer site is not put back where its API cannot be: it would meet an older one", async () => {
    const to = release(0);
    const from = await live();
    harness.aws.faults.add({
      operation: "DescribeEnvironments",
      // The look before anything moves, and the one of the tier.
      after: 2,
      status: 403,
      code: "AccessDenied",
    });
    const failure = await failureOf(rollback({ to: to.id }));
    harness.aws.faults.clear();
    expect(failure.message).to.contain("api: DescribeEnvironments failed with AccessDenied");
    expect(await harness.get(`${harness.siteUrl}/release.json`)).to.contain(to.id);
    // The repair, too, brings the newer API back before the newer site.
    harness.aws.faults.add({ operation: "UpdateEnvironment", hold: "before", times: 1 });
    const repairing = rollback({ operation: "repair" });
    await until(() => harness.aws.faults.list().some(({ held }) => held > 0));
    expect(await harness.get(`${harness.siteUrl}/release.json`)).to.contain(to.id);
    harness.aws.faults.clear();
    await repairing;
    expect((await live())?.releaseId).to.equal(from?.releaseId);
    expect(await harness.get(`${harness.siteUrl}/release.json`)).to.contain(from?.releaseId);
    await failureOf(rollback({ operation: "resume" }));
  });

  it("a running deploy stops at its next barrier, is put back, and the rollback goes on", async () => {
    const next = await harness.bundle("five");
    const runId = ++deploys.runs;
    const handle = String((await deploys.begin(next, runId)).outputs.attempt);
    const context = harness.context(runId);
    const { attempt, tiers } = await openMoves(harness.inputs(), handle, context);
    await tiers.api.put(next.manifest, null, (from) => attempt.move("api", from));
    const rollingBack = rollback({});
    await until(freeze);
    const stopped = await failureOf(
      tiers.site.put(next.manifest, null, (from) => attempt.move("site", from)),
    );
    expect(stopped.code).to.equal("EnvironmentFrozen");
    const finished = await failureOf(
      runRelease(harness.inputs({ operation: "finish", attempt: handle }), context),
    );
    expect(finished.message).to.contain("was put back");
    await rollingBack;
    expect((await live())?.releaseId).to.equal(release(1).id);
  });

  it("repair has nothing to do where all is whole", async () => {
    expect((await rollback({ operation: "repair" })).lines.join()).to.contain("nothing to repair");
  });

  it("repair frees the lock of a run that died before its attempt began, and leaves that of one at work", async () => {
    const runId = ++deploys.runs;
    const rules = { waitSeconds: 0, isOver: async () => false };
    const production = { name: "production", store: harness.store };
    const { token } = await environmentLock(production, rules, harness.context(runId)).take("deploy");
    expect((await rollback({ operation: "repair" })).lines.join()).to.contain("still locked");
    expect((await readLock(harness.store, "production"))?.token).to.equal(token);
    harness.over.add(runId);
    await rollback({ operation: "repair" });
    expect(await readLock(harness.store, "production")).to.equal(undefined);
  });

  it("a live.json that contradicts the ledger stops everything but repair, which mends it", async () => {
    const key = keys.live("production");
    const stood = await live();
    const wrong = { ...stood, releaseId: release(0).id, seq: 1 };
    await harness.store.s3.send(
      new PutObjectCommand({ Bucket: "artifacts", Key: key, Body: JSON.stringify(wrong) }),
    );
    const failure = await failureOf(rollback({ to: release(2).id }));
    expect(failure.code).to.equal("LedgerDamaged");
    expect(failure.message).to.contain(`"${key}" names release "${release(0).id}" by attempt 1 as live`);
    const context = harness.context(++deploys.runs);
    await runRelease(harness.inputs({ operation: "status" }), context).catch(() => undefined);
    expect(context.said.lines.join("\n")).to.contain(`damaged  "${key}"`);
    expect((await rollback({ operation: "repair" })).outputs.outcome).to.equal("live");
    expect((await live())?.releaseId).to.equal(stood?.releaseId);
    expect((await rollback({ operation: "repair" })).lines.join()).to.contain("nothing to repair");
  });

  it("repair ends what a dead run left half done", async () => {
    await failureOf(rollback({ operation: "resume" }));
    const next = await harness.bundle("six");
    const runId = ++deploys.runs;
    const handle = String((await deploys.begin(next, runId)).outputs.attempt);
    const context = harness.context(runId);
    const { attempt, tiers } = await openMoves(harness.inputs(), handle, context);
    await tiers.site.put(next.manifest, null, (from) => attempt.move("site", from));
    harness.over.add(runId);
    const { outputs } = await rollback({ operation: "repair" });
    expect(outputs.outcome).to.equal("put-back");
    expect(await harness.get(`${harness.siteUrl}/release.json`)).to.contain(release(1).id);
  });

  it("repair puts the live release in place again after a put-back that failed", async () => {
    const next = await harness.bundle("seven");
    const runId = ++deploys.runs;
    const handle = String((await deploys.begin(next, runId)).outputs.attempt);
    const context = harness.context(runId);
    const { attempt, tiers } = await openMoves(harness.inputs(), handle, context);
    await tiers.site.put(next.manifest, null, (from) => attempt.move("site", from));
    harness.aws.faults.add({ operation: "CopyObject", status: 403, code: "AccessDenied" });
    const failure = await failureOf(
      runRelease(harness.inputs({ operation: "finish", attempt: handle }), context),
    );
    expect(failure.message).to.match(/^production is neither/);
    harness.aws.faults.clear();
    const { outputs } = await rollback({ operation: "repair" });
    expect(outputs.outcome).to.equal("live");
    expect(await harness.get(`${harness.siteUrl}/`)).to.contain("<title>two");
  });

  it("previous stays what it was when the rollback before had only to be ended", async () => {
    const [older, newer] = [await harness.bundle("eight"), await harness.bundle("nine")];
    await deploys.deploy(older);
    await deploys.deploy(newer);
    harness.aws.faults.add({
      operation: "PutObject",
      key: "live\\.json$",
      status: 403,
      code: "AccessDenied",
    });
    await failureOf(rollback({}));
    harness.aws.faults.clear();
    const { outputs, lines } = await rollback({});
    expect(outputs.outcome).to.equal("live");
    expect(outputs["live-release-id"]).to.equal(older.manifest.id);
    expect(lines.join("\n")).to.contain("nothing is left to do");
    expect((await live())?.releaseId).to.equal(older.manifest.id);
    expect(await freeze()).not.to.equal(undefined);
    expect(await readLock(harness.store, "production")).to.equal(undefined);
  });
});
