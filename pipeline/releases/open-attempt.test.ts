import { expect } from "chai";
import { until } from "../../test/until.ts";
import type { WholeManifest } from "../bundle/whole-manifest-fixture.ts";
import type { RecordedContext } from "../kit/context-fixture.ts";
import { ActionError } from "../kit/errors.ts";
import { failureOf } from "../kit/failure-fixture.ts";
import { Deploys, type Said } from "./deploys-fixture.ts";
import { type Built, type Harness, startHarness } from "./harness-fixture.ts";
import type { RollbackInputs } from "./rollback/inputs.ts";
import { run as runRollback } from "./rollback/run.ts";
import { run } from "./run.ts";
import { freezeEnvironment, liftFreeze, readFreeze } from "./store/freeze.ts";
import { newestAttempt } from "./store/history.ts";
import { readLive } from "./store/live.ts";
import { readLock } from "./store/stored-lock.ts";

describe("release: an attempt that is open is seen, said, and ended", () => {
  let harness: Harness;
  let deploys: Deploys;
  let older: Built;
  let live: Built;

  before(async () => {
    harness = await startHarness();
    deploys = new Deploys(harness, 900);
    older = await harness.bundle("older");
    live = await harness.bundle("live");
    await deploys.deploy(older);
    await deploys.deploy(live);
  });
  after(() => harness.close());
  afterEach(async () => {
    harness.aws.faults.clear();
    const held = await readFreeze(harness.store, "production");
    if (held) await liftFreeze(harness.store, "production", held);
  });

  const newest = () => newestAttempt(harness.store, "production");

  /** Whether visitors get one whole release, found out without a line of the product. */
  async function looked({ id, site, api }: WholeManifest): Promise<"yes" | "no"> {
    const [page, release, version] = await Promise.all([
      harness.get(`${harness.siteUrl}/`),
      harness.get(`${harness.siteUrl}/release.json`),
      harness.get(`${harness.apiUrl}/version`),
    ]);
    const isSite = page.length === site.files["index.html"]?.bytes && JSON.parse(release).id === id;
    return isSite && version.includes(api.version) ? "yes" : "no";
  }

  async function status(): Promise<Said> {
    const context = harness.context(++deploys.runs);
    await run(harness.inputs({ operation: "status" }), context);
    expect(context.said.outputs.whole, "the view, and an independent look").to.equal(
      await looked(live.manifest),
    );
    return context.said;
  }

  function rollbackInputs(changes: Partial<RollbackInputs> = {}): RollbackInputs {
    const { directory: _directory, attempt: _attempt, ...place } = harness.inputs();
    const operation = "rollback";
    const asked = { operation, to: "previous", reason: "too slow", schema: "keep" } as const;
    return { ...place, ...asked, "dry-run": false, "deploy-workflow": "deploy.yml", leave: [], ...changes };
  }

  /** Rolls back, and cancels that once Elastic Beanstalk has been asked for the older API. */
  async function cancelledRollback(): Promise<RecordedContext> {
    const cancel = new AbortController();
    const context = { ...harness.context(++deploys.runs), signal: cancel.signal };
    harness.aws.faults.add({ operation: "UpdateEnvironment", hold: "before", times: 1 });
    const rollingBack = failureOf(runRollback(rollbackInputs(), context));
    await until(() => harness.aws.faults.list().some(({ held }) => held > 0));
    cancel.abort(new ActionError("Cancelled", "the job was cancelled"));
    harness.aws.faults.clear();
    await rollingBack;
    return context;
  }

  it("a cancelled rollback puts nothing back, says what it leaves, and leaves that to finish", async () => {
    const { said, run: ours } = await cancelledRollback();
    expect(said.outputs.outcome).to.equal(undefined);
    expect(said.outputs.attempt).to.match(/ledger\/\d+$/);
    expect(said.summary).to.match(new RegExp(`^### the rollback to ${older.manifest.id} was cancelled`));
    expect(said.summary).to.contain("environment=production -f operation=repair");
    expect((await newest())?.end).to.equal(undefined);
    expect(await readLock(harness.store, "production")).to.equal(undefined);

    const whileAlive = await status();
    expect(whileAlive.outputs).to.include({ whole: "no", open: said.outputs.attempt });
    expect(whileAlive.summary.split("\n")[0]).to.contain("is under way in production");
    harness.over.add(ours.runId);
    const [first = ""] = (await status()).summary.split("\n");
    expect(first).to.contain("was left half done in production").and.contain("its run is over");
    expect(first).to.contain(`${live.manifest.id} was live before`);
    expect(first).to.contain("what visitors get is not whole");

    const finishing = harness.context(ours.runId);
    const failure = await failureOf(deploys.finish(said.outputs.attempt, finishing));
    expect(failure.message).to.match(new RegExp(`^${live.manifest.id} is live again in production`));
    expect((await status()).outputs).to.include({ whole: "yes", open: "" });
    expect(await readFreeze(harness.store, "production"), "the freeze").not.to.equal(undefined);
  });

  it("a push ends what a dead rollback left, keeps the freeze, and names the way back again", async () => {
    const { run: ours } = await cancelledRollback();
    harness.over.add(ours.runId);
    const failure = await failureOf(deploys.begin(await harness.bundle("pushed"), ++deploys.runs));
    expect(failure.code).to.equal("EnvironmentFrozen");
    expect(failure.message).to.contain("was left half done, has been ended");
    expect(failure.hint).to.contain(`npm run rollback -- --environment production --to ${older.manifest.id}`);
    expect((await newest())?.end?.outcome).to.equal("put-back");
    expect((await status()).outputs).to.include({ whole: "yes", open: "" });
    expect(await readFreeze(harness.store, "production"), "the freeze").not.to.equal(undefined);
  });

  it("a push meets a rollback whose run lives: it is frozen at once, and nothing is ended", async () => {
    const runId = ++deploys.runs;
    const { outputs } = await deploys.begin(await harness.bundle("at work"), runId);
    await freezeEnvironment(harness.store, "production", {
      ...{ schema: 1, by: "ada", reason: "too slow", since: new Date().toISOString() },
      run: { id: runId, attempt: 1, url: "" },
    });
    const pushed = ++deploys.runs;
    const failure = await failureOf(deploys.begin(await harness.bundle("refused"), pushed));
    expect(failure.code).to.equal("EnvironmentFrozen");
    expect(failure.message).not.to.contain("has been ended");
    const finishing = await failureOf(deploys.finish("", harness.context(pushed)));
    expect(finishing.message).to.match(/^the deploy of .* is under way.*; no attempt began in this run$/);
    expect((await newest())?.end).to.equal(undefined);
    await failureOf(deploys.finish(outputs.attempt, harness.context(runId)));
  });

  it("resume, and a rollback that never began, leave nothing open and no freeze", async () => {
    const { run: ours } = await cancelledRollback();
    harness.over.add(ours.runId);
    await failureOf(runRollback(rollbackInputs({ operation: "resume" }), harness.context(++deploys.runs)));
    expect((await newest())?.end?.outcome).to.equal("put-back");
    expect(await readFreeze(harness.store, "production")).to.equal(undefined);

    const killed = ++deploys.runs;
    await freezeEnvironment(harness.store, "production", {
      ...{ schema: 1, by: "ada", reason: "killed before it began", since: "" },
      run: { id: killed, attempt: 1, url: "" },
    });
    await failureOf(deploys.finish("", harness.context(killed)));
    expect(await readFreeze(harness.store, "production")).to.equal(undefined);
    expect((await readLive(harness.store, "production"))?.live.releaseId).to.equal(live.manifest.id);
  });
});
