import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { failureOf } from "../kit/failure-fixture.ts";
import { sha256 } from "../kit/sha256.ts";
import { writeSchemaState } from "../schema/stored-state.ts";
import { bundleOf, Deploys } from "./deploys-fixture.ts";
import { type Built, type Harness, startHarness } from "./harness-fixture.ts";
import { run } from "./run.ts";
import { newestAttempt } from "./store/history.ts";
import { readAttempt } from "./store/ledger.ts";
import { readLive } from "./store/live.ts";
import { readLock } from "./store/stored-lock.ts";

describe("release", () => {
  let harness: Harness;
  let deploys: Deploys;
  let first: Built;
  let second: Built;

  before(async () => {
    harness = await startHarness();
    deploys = new Deploys(harness, 100);
    first = await harness.bundle("first");
    second = await harness.bundle("second");
  });
  after(() => harness.close());

  const live = async (): Promise<string | undefined> =>
    (await readLive(harness.store, "production"))?.live.releaseId;
  const lock = () => readLock(harness.store, "production");

  it("a first release goes live: verified, recorded, unlocked", async () => {
    const runId = ++deploys.runs;
    const { outputs } = await deploys.begin(first, runId);
    expect(outputs.attempt).to.equal("s3://artifacts/environments/production/ledger/000001");
    expect(outputs["live-release-id"]).to.equal("");
    expect(outputs.changed).to.equal("api,site");
    await deploys.moveTiers(first, String(outputs.attempt), runId);
    const said = await deploys.finish(outputs.attempt, harness.context(runId));
    expect(said.outputs.outcome).to.equal("live");
    expect(said.summary.split("\n")[0]).to.contain(`${first.manifest.id} is live in production`);
    expect(await live()).to.equal(first.manifest.id);
    expect(await lock()).to.equal(undefined);
  });

  it("finish again says the same and changes nothing", async () => {
    const said = await deploys.finish(
      "s3://artifacts/environments/production/ledger/000001",
      harness.context(deploys.runs),
    );
    expect(said.outputs.outcome).to.equal("live");
    expect((await newestAttempt(harness.store, "production"))?.seq).to.equal(1);
  });

  it("the next release goes live, and knows what to go back to", async () => {
    const runId = ++deploys.runs;
    const { outputs } = await deploys.begin(second, runId);
    await deploys.moveTiers(second, String(outputs.attempt), runId);
    const said = await deploys.finish(outputs.attempt, harness.context(runId));
    expect(said.summary).to.contain(first.manifest.id);
    expect((await readLive(harness.store, "production"))?.live.previousReleaseId).to.equal(first.manifest.id);
  });

  it("a release that is live already may be released again, and `previous` stays what it was", async () => {
    const runId = ++deploys.runs;
    const { outputs } = await deploys.begin(second, runId);
    expect(outputs.changed).to.equal("");
    await deploys.finish(outputs.attempt, harness.context(runId));
    expect((await readLive(harness.store, "production"))?.live.previousReleaseId).to.equal(first.manifest.id);
  });

  it("an API that breaks: what moved is put back, finish is red and names what is live", async () => {
    const runId = ++deploys.runs;
    const broken = await harness.bundle("third", { api: "broken" });
    const { outputs } = await deploys.begin(broken, runId);
    await failureOf(deploys.moveTiers(broken, String(outputs.attempt), runId));
    const context = harness.context(runId);
    const failure = await failureOf(deploys.finish(outputs.attempt, context));
    expect(failure.code).to.equal("NotLive");
    expect(failure.message).to.match(new RegExp(`^${second.manifest.id} is live again in production`));
    expect(context.said.outputs.outcome).to.equal("put-back");
    expect(await live()).to.equal(second.manifest.id);
    expect(await harness.get(`${harness.apiUrl}/version`)).to.contain(second.manifest.api.version);
    expect(await harness.get(`${harness.siteUrl}/release.json`)).to.contain(second.manifest.id);
    expect(await lock()).to.equal(undefined);
  });

  it("a site that moved without its API is put back, by copies alone", async () => {
    const runId = ++deploys.runs;
    const next = await harness.bundle("fourth");
    const { outputs } = await deploys.begin(next, runId);
    await deploys.moveTiers(next, String(outputs.attempt), runId, ["site"]);
    expect(await harness.get(`${harness.siteUrl}/`)).to.contain("fourth");
    await failureOf(deploys.finish(outputs.attempt, harness.context(runId)));
    expect(await harness.get(`${harness.siteUrl}/`)).to.contain("second");
  });

  it("a job that died before it could say its attempt: finish finds it by the run", async () => {
    const runId = ++deploys.runs;
    const next = await harness.bundle("fifth", { api: "second" });
    await deploys.begin(next, runId);
    const context = harness.context(runId);
    const failure = await failureOf(deploys.finish("", context));
    expect(context.said.outputs.outcome).to.equal("unchanged");
    expect(failure.message).to.match(new RegExp(`^${second.manifest.id} is live in production, untouched`));
    expect(await lock()).to.equal(undefined);
  });

  it("a run whose begin never came so far: finish says that nothing began", async () => {
    const failure = await failureOf(deploys.finish("", harness.context(++deploys.runs)));
    expect(failure.message).to.contain("no attempt began in this run");
  });

  it("a bundle that took the place of the one that the run built is refused, and nothing has changed", async () => {
    const planted = await harness.bundle("planted");
    const { sha } = bundleOf(planted.directory);
    const { digest } = bundleOf(second.directory);
    const context = harness.context(++deploys.runs);
    const given = harness.inputs({ operation: "begin", directory: planted.directory, digest });
    const failure = await failureOf(run(given, { ...context, run: { ...context.run, sha } }));
    expect(failure.code).to.equal("ForeignBundle");
    expect(context.said.outputs).to.deep.equal({});
    expect(await lock()).to.equal(undefined);
  });

  it("a run for another ref than the default branch is refused, unless that is allowed", async () => {
    const { digest, sha } = bundleOf(second.directory);
    const begin = async (ref: string, isAllowed = false) => {
      const context = harness.context(++deploys.runs);
      const given = harness.inputs({
        operation: "begin",
        environment: "preview",
        directory: second.directory,
        digest,
        "allow-other-refs": isAllowed,
      });
      await run(given, { ...context, run: { ...context.run, sha, ref } });
      return context.said.outputs.attempt;
    };
    for (const ref of ["refs/heads/topic", "refs/tags/main", "refs/pull/1/merge"]) {
      expect((await failureOf(begin(ref))).code).to.equal("RefRefused");
    }
    expect(await begin("refs/heads/topic", true)).to.be.a("string");
  });

  it("a variable that is not set is named before anything begins", async () => {
    const context = harness.context(++deploys.runs);
    const { directory } = second;
    const { digest, sha } = bundleOf(directory);
    const inputs = harness.inputs({ directory, digest, "site-bucket": "", "eb-environment": "" });
    const failure = await failureOf(run(inputs, { ...context, run: { ...context.run, sha } }));
    expect(failure.message).to.match(/^input "site-bucket", input "eb-environment" are required/);
    expect(failure.hint).to.contain("SITE_BUCKET").and.to.contain("EB_ENVIRONMENT");
    expect(await lock()).to.equal(undefined);
  });

  it("a migration that breaks a rule is refused at its own line, with how long others would wait", async () => {
    const text = "export const up = () => {};\n";
    const name = "20261101T000000Z-index-users";
    const finding = {
      rule: "create-index",
      severity: "error",
      message: "builds the index i",
      on: { table: "users", name: "i" },
      line: 7,
    } as const;
    const observed = {
      postgres: 16,
      file: "backend/migrations/x.ts",
      derived: "expand",
      creates: [],
      statements: [],
      findings: [finding],
    } as const;
    const about = { phase: "expand", reversible: true, findings: [] } as const;
    const built = await harness.bundle("index", {
      migrations: [{ name, sha256: sha256(text), ...about, observed }],
    });
    writeFileSync(join(built.directory, "migrations", `${name}.mjs`), text);
    const refusal = async () => {
      const context = harness.context(++deploys.runs);
      const { digest, sha } = bundleOf(built.directory);
      const given = harness.inputs({ directory: built.directory, digest });
      const failure = await failureOf(run(given, { ...context, run: { ...context.run, sha } }));
      return [failure.code, failure.message, context.said.errors];
    };
    const message = `migration "${name}":7 builds the index i (create-index)`;
    expect(await refusal()).to.deep.equal(["UnsafeMigrations", message, ["builds the index i"]]);
    const tables = { users: { rows: 9_000_000, bytes: 4_000_000_000 } };
    const state = { schema: 1, at: new Date().toISOString(), postgres: 16, tables, isWhole: true } as const;
    await writeSchemaState(harness.store, "production", state);
    const told = "builds the index i; about 40 s at 9000000 rows, 4.0 GB";
    expect(await refusal()).to.deep.equal(["UnsafeMigrations", message, [told]]);
    expect(await live()).to.equal(second.manifest.id);
    expect(await lock()).to.equal(undefined);
  });

  it("an older commit is refused, changes nothing and leaves no lock", async () => {
    const failure = await failureOf(deploys.begin(first, ++deploys.runs, 2));
    expect(failure.code).to.equal("CommitOlder");
    expect(await lock()).to.equal(undefined);
  });

  it("a push that a newer one has overtaken is superseded: green, nothing begun, no lock", async () => {
    const newest = await newestAttempt(harness.store, "production");
    const said = await deploys.begin(first, ++deploys.runs);
    expect(said.outputs).to.deep.equal({
      superseded: true,
      "release-id": first.manifest.id,
      "live-release-id": second.manifest.id,
    });
    const words = `${first.manifest.id} is superseded: ${second.manifest.id}, which contains it, is live in production`;
    expect(said.lines).to.include(words);
    expect(said.summary.split("\n")[0]).to.equal(`### ${words}`);
    expect(await newestAttempt(harness.store, "production")).to.deep.equal(newest);
    expect(await lock()).to.equal(undefined);
  });

  it("a second run waits for the first, and names it when it gives up", async () => {
    const next = await harness.bundle("sixth", { api: "second" });
    const runId = ++deploys.runs;
    await deploys.begin(next, runId);
    const failure = await failureOf(deploys.begin(second, ++deploys.runs));
    expect(failure.code).to.equal("EnvironmentBusy");
    expect(failure.message).to.contain(`deploy of ${next.manifest.id}`);
    await failureOf(deploys.finish("", harness.context(runId)));
  });

  it("running a failed run again first puts back what it left half done, then deploys", async () => {
    const next = await harness.bundle("seventh");
    const runId = ++deploys.runs;
    const { outputs } = await deploys.begin(next, runId);
    await deploys.moveTiers(next, String(outputs.attempt), runId, ["site"]);
    const again = await deploys.begin(next, runId, 2);
    const left = await readAttempt(harness.store, "production", Number(String(outputs.attempt).slice(-6)));
    expect(left.end?.outcome).to.equal("put-back");
    await deploys.moveTiers(next, String(again.outputs.attempt), runId);
    expect((await deploys.finish(again.outputs.attempt, harness.context(runId, 2))).outputs.outcome).to.equal(
      "live",
    );
    expect(await live()).to.equal(next.manifest.id);
  });

  it("running a finished run again is green and changes nothing; its finish alone too", async () => {
    const stands = await live();
    const next = await harness.bundle("finished", { api: "seventh" });
    const runId = ++deploys.runs;
    const { outputs } = await deploys.begin(next, runId);
    await deploys.moveTiers(next, String(outputs.attempt), runId);
    await deploys.finish(outputs.attempt, harness.context(runId));
    const again = await deploys.begin(next, runId, 2);
    expect(again.outputs.changed).to.equal("");
    expect(again.lines.join("\n")).to.contain(`${next.manifest.id} is live already`);
    await deploys.moveTiers(next, String(again.outputs.attempt), runId);
    const said = await deploys.finish(again.outputs.attempt, harness.context(runId, 2));
    expect(said.outputs).to.include({ outcome: "live", "live-release-id": next.manifest.id });
    const record = await newestAttempt(harness.store, "production");
    expect(record?.moved).to.deep.equal([]);
    expect(record?.end?.previousReleaseId).to.equal(stands);
    const alone = await deploys.finish(outputs.attempt, harness.context(runId, 3));
    expect(alone.outputs).to.include({ outcome: "live", "live-release-id": next.manifest.id });
  });

  it("a finish run again after another release went live says what is live now", async () => {
    const next = await harness.bundle("outdated", { api: "seventh" });
    const newer = await harness.bundle("newer", { api: "seventh" });
    const handles: unknown[] = [];
    for (const built of [next, newer]) {
      const runId = ++deploys.runs;
      const { outputs } = await deploys.begin(built, runId);
      await deploys.moveTiers(built, String(outputs.attempt), runId);
      await deploys.finish(outputs.attempt, harness.context(runId));
      handles.push(outputs.attempt);
    }
    const said = await deploys.finish(handles[0], harness.context(deploys.runs - 1, 2));
    expect(said.outputs).to.include({ outcome: "live", "live-release-id": newer.manifest.id });
    expect(said.lines.join("\n")).to.contain(`${newer.manifest.id} is live in production now`);
    const failure = await failureOf(deploys.begin(next, deploys.runs - 1, 2));
    expect(failure.code).to.equal("CommitOlder");
  });

  it("a run started again whose begin refuses is not told as it ended before", async () => {
    const next = await harness.bundle("refused");
    const runId = ++deploys.runs;
    const { outputs } = await deploys.begin(next, runId);
    await deploys.moveTiers(next, String(outputs.attempt), runId, ["site"]);
    await failureOf(deploys.finish(outputs.attempt, harness.context(runId)));
    const failure = await failureOf(deploys.finish("", harness.context(runId, 2)));
    expect(failure.message).to.match(
      /^\S+ is live in production.*looked at now; no attempt began in this run$/,
    );
  });

  it("an attempt whose begin lost its answer keeps the lock; finish ends it", async () => {
    const next = await harness.bundle("unheard", { api: "seventh" });
    const runId = ++deploys.runs;
    const rule = { operation: "PutObject", key: "begin.json$", drop: "after" } as const;
    harness.aws.faults.add({ ...rule, times: 1 });
    expect((await deploys.begin(next, runId)).outputs.attempt).to.be.a("string");
    await failureOf(deploys.finish("", harness.context(runId)));
    expect(await lock()).to.equal(undefined);
  });

  it("a lock that cannot be given back is a warning, and the next run takes it over", async () => {
    const next = await harness.bundle("stuck", { api: "seventh" });
    const runId = ++deploys.runs;
    const { outputs } = await deploys.begin(next, runId);
    await deploys.moveTiers(next, String(outputs.attempt), runId);
    harness.aws.faults.add({
      operation: "DeleteObject",
      key: "lock.json$",
      status: 403,
      code: "AccessDenied",
    });
    const said = await deploys.finish(outputs.attempt, harness.context(runId));
    harness.aws.faults.clear();
    expect(said.outputs.outcome).to.equal("live");
    expect(said.warnings.join()).to.contain("could not give the lock of production back");
    harness.over.add(runId);
  });

  it("a finish that died between live.json and end.json is completed, not undone", async () => {
    const next = await harness.bundle("eighth", { api: "second" });
    const runId = ++deploys.runs;
    const { outputs } = await deploys.begin(next, runId);
    await deploys.moveTiers(next, String(outputs.attempt), runId);
    harness.aws.faults.add({ operation: "PutObject", key: "end.json$", status: 403, code: "AccessDenied" });
    expect((await failureOf(deploys.finish(outputs.attempt, harness.context(runId)))).code).to.equal(
      "AccessDenied",
    );
    harness.aws.faults.clear();
    expect(await live()).to.equal(next.manifest.id);
    expect((await deploys.finish(outputs.attempt, harness.context(runId))).outputs.outcome).to.equal("live");
  });

  it("status tells all of it", async () => {
    const context = harness.context(++deploys.runs);
    await run(harness.inputs({ operation: "status" }), context);
    const { said } = context;
    expect(said.outputs["live-release-id"]).to.equal(await live());
    expect(said.summary).to.contain("put-back");
    expect(said.lines.join("\n")).to.contain("lock    free");
  });

  it("a broken first release of an environment has nothing to go back to, and says so", async () => {
    const runId = ++deploys.runs;
    const inputs = (changes: Parameters<Harness["inputs"]>[0]) =>
      harness.inputs({ environment: "staging", ...changes });
    const { said, ...context } = harness.context(runId);
    const { directory } = first;
    const { digest, sha } = bundleOf(directory);
    const beginning = { ...context, run: { ...context.run, sha } };
    await run(inputs({ operation: "begin", directory, digest }), beginning);
    await deploys.moveTiers(first, String(said.outputs.attempt), runId, ["site"]);
    const failure = await failureOf(
      run(inputs({ operation: "finish", attempt: String(said.outputs.attempt) }), harness.context(runId)),
    );
    expect(failure.message).to.match(/^nothing is live in staging: .* is its first release/);
  });
});
