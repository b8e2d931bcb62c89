import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { RequestRecord } from "../../local/aws/request-log.ts";
import { openAttempt } from "../lib/release/attempt.ts";
import { type Built, type Harness, startHarness } from "../release/harness-fixture.ts";
import { run as runRelease } from "../release/run.ts";
import { openSession } from "../release/session.ts";
import { putApi, putSite } from "../release/tiers.ts";
import { run } from "./run.ts";

/** Long beside what this machine needs to send the next request. */
const delayMs = 150;

describe("rollback of the site alone, where every answer of S3 takes its time", function () {
  this.timeout(60_000);
  let harness: Harness;
  let runs = 500;
  let waves: readonly (readonly RequestRecord[])[];

  before(async () => {
    harness = await startHarness();
    for (const name of ["one", "two", "three"]) await deploy(await harness.bundle(name, { api: "one" }));
    harness.aws.faults.add({ service: "s3", delayMs });
    const since = new Date().toISOString();
    const { directory: _directory, attempt: _attempt, ...place } = harness.inputs();
    const given = { to: "previous", reason: "slow", schema: "keep", "dry-run": false } as const;
    const context = harness.context(++runs);
    await run({ ...place, ...given, operation: "rollback", "deploy-workflow": "deploy.yml" }, context);
    expect(context.said.outputs.outcome).to.equal("live");
    waves = wavesOf(requestsSince(since));
  });
  after(() => harness.close());

  async function deploy(built: Built): Promise<void> {
    const context = harness.context(++runs);
    await runRelease(harness.inputs({ directory: built.directory }), context);
    const handle = String(context.said.outputs.attempt);
    const session = await openSession(harness.inputs(), context);
    const attempt = await openAttempt(session.s3, handle, context);
    await putApi(session, built.manifest, null, (from) => attempt.move("api", from));
    await putSite(session, built.manifest, null, (from) => attempt.move("site", from));
    await runRelease(harness.inputs({ operation: "finish", attempt: handle }), context);
  }

  function requestsSince(since: string): readonly RequestRecord[] {
    const log = readFileSync(join(harness.context(0).run.workspace, "requests.ndjson"), "utf8");
    const requests = log
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as RequestRecord);
    return requests.filter(({ time, service }) => time >= since && service === "s3");
  }

  /** Requests that were under way at the same time, in the order of time: each group waited for the one before. */
  function wavesOf(requests: readonly RequestRecord[]): readonly (readonly RequestRecord[])[] {
    const groups: RequestRecord[][] = [];
    let endedAt = 0;
    for (const request of requests.toSorted((a, b) => Date.parse(a.time) - Date.parse(b.time))) {
      const at = Date.parse(request.time);
      if (at >= endedAt - delayMs / 10) {
        groups.push([]);
        endedAt = at + request.ms;
      }
      groups.at(-1)?.push(request);
    }
    return groups;
  }

  const isOfSite = ({ target }: RequestRecord): boolean => /^site\b|\/site\.json$/.test(target);

  it("s3-sync takes five round trips", () => {
    expect(waves.filter((wave) => wave.some(isOfSite)).length).to.equal(5);
  });

  it("the site's tier takes seven: its announcement and the look at the lock come on top", () => {
    const first = waves.findIndex((wave) => wave.some(isOfSite));
    expect(waves.findLastIndex((wave) => wave.some(isOfSite)) - first + 1).to.equal(7);
  });

  it("all of it takes less than thirty, and no more than sixty requests", () => {
    expect(waves.length).to.be.below(30);
    expect(waves.flat().length).to.be.at.most(60);
  });
});
