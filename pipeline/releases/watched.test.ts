import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { until } from "../../test/until.ts";
import type { RecordedContext } from "../kit/context-fixture.ts";
import { declared } from "../kit/contract-fixture.ts";
import { failureOf } from "../kit/failure-fixture.ts";
import { run as runVerify } from "../verify/run.ts";
import { Deploys } from "./deploys-fixture.ts";
import { type Built, type Harness, startHarness } from "./harness-fixture.ts";
import { freezeEnvironment } from "./store/freeze.ts";
import { readLive } from "./store/live.ts";

describe("release under a watch", () => {
  let harness: Harness;
  let deploys: Deploys;

  before(async () => {
    harness = await startHarness();
    deploys = new Deploys(harness, 100);
    await deploys.deploy(await harness.bundle("second"));
  });
  after(() => harness.close());

  const live = async (): Promise<string | undefined> =>
    (await readLive(harness.store, "production"))?.live.releaseId;

  const verify = ({ directory }: Built, release: unknown, context: RecordedContext, seconds: number) =>
    runVerify(
      {
        release: String(release),
        directory,
        "site-url": harness.siteUrl,
        "api-url": harness.apiUrl,
        "api-path": "/api",
        "version-path": "",
        "health-path": "",
        routes: [{ path: "/api/v0/feed", status: 200 }],
        config: null,
        "release-json": true,
        "site-bucket": "",
        distribution: "",
        "eb-application": "udagram",
        "eb-environment": "udagram-api",
        "timeout-seconds": 5,
        "watch-seconds": seconds,
        "watch-budget": 0,
        "aws-region": "us-east-1",
        "role-to-assume": "",
      },
      context,
    );

  async function moved(
    name: string,
  ): Promise<{ built: Built; handle: string; runId: number; before: string }> {
    const before = String(await live());
    const built = await harness.bundle(name, { api: "second" });
    const runId = ++deploys.runs;
    const handle = String((await deploys.begin(built, runId)).outputs.attempt);
    await deploys.moveTiers(built, handle, runId, ["site"]);
    return { built, handle, runId, before };
  }

  async function untilWatching({ said }: RecordedContext): Promise<void> {
    await until(() => said.lines.some((line) => line.startsWith("watching")));
  }

  it("a release that stays right goes live", async () => {
    const { built, handle, runId } = await moved("watched");
    const { said, ...context } = harness.context(runId);
    await verify(built, handle, { said, ...context }, 1);
    expect(Object.keys(said.outputs)).to.have.members(declared("verify").outputs);
    expect(said.summary).to.include(`### Verified: \`${built.manifest.id}\``).and.include("Not checked:");
    expect(said.outputs.checked).to.match(/Elastic Beanstalk says that its one instance deployed version/);
    expect((await deploys.finish(handle, harness.context(runId))).outputs.outcome).to.equal("live");
  });

  it("one that turned wrong for a moment is put back, although it answers rightly again", async () => {
    const { built, handle, runId, before } = await moved("faltering");
    const context = harness.context(runId);
    // The page is gone for as long as the watch needs to see it.
    const page = await harness.get(harness.siteUrl);
    const site = { Bucket: "site", Key: "index.html" };
    const watching = failureOf(verify(built, handle, context, 60));
    await untilWatching(context);
    await harness.store.s3.send(new DeleteObjectCommand(site));
    expect((await watching).message).to.contain("page-broken");
    await harness.store.s3.send(new PutObjectCommand({ ...site, Body: page, ContentType: "text/html" }));
    const failure = await failureOf(deploys.finish(handle, harness.context(runId)));
    expect(failure.message).to.match(new RegExp(`^${before} is live again in production`));
    expect(failure.message).to.contain("page-broken");
    expect(await harness.get(`${harness.siteUrl}/release.json`)).to.contain(before);
  });

  it("one whose watch was cut short is put back, by the next run too", async () => {
    const { built, handle, runId, before } = await moved("cut-short");
    const cancel = new AbortController();
    const context = { ...harness.context(runId), signal: cancel.signal };
    const watching = verify(built, handle, context, 60).catch((error: Error) => error.message);
    await untilWatching(context);
    cancel.abort(new Error("cancelled"));
    expect(await watching).to.equal("cancelled");
    harness.over.add(runId);
    const next = await deploys.begin(built, ++deploys.runs);
    expect(next.lines.join("\n")).to.contain("cut short");
    expect(next.outputs["live-release-id"]).to.equal(before);
    await failureOf(deploys.finish(next.outputs.attempt, harness.context(deploys.runs)));
  });

  it("a rollback that freezes the environment ends the watch", async () => {
    const { built, handle, runId, before } = await moved("frozen");
    const context = harness.context(runId);
    await freezeEnvironment(harness.store, "production", {
      schema: 1,
      since: context.clock.now().toISOString(),
      by: "ada",
      reason: "too many complaints",
      run: { id: 1, attempt: 1, url: "http://127.0.0.1/runs/1" },
    });
    expect((await failureOf(verify(built, handle, context, 60))).code).to.equal("EnvironmentFrozen");
    const failure = await failureOf(deploys.finish(handle, harness.context(runId)));
    expect(failure.message).to.match(new RegExp(`^${before} is live again`));
  });
});
