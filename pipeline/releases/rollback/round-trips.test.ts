import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { RequestRecord } from "../../../local/aws/request-log.ts";
import { Deploys } from "../deploys-fixture.ts";
import { type Harness, startHarness } from "../harness-fixture.ts";
import { run } from "./run.ts";

/** Long beside what this machine needs to send the next request. */
const delayMs = 150;

describe("rollback of the site alone, where every answer of S3 takes its time", () => {
  let harness: Harness;
  let waves: readonly (readonly RequestRecord[])[];

  before(async () => {
    harness = await startHarness();
    const deploys = new Deploys(harness, 500);
    for (const name of ["one", "two", "three"])
      await deploys.deploy(await harness.bundle(name, { api: "one" }));
    harness.aws.faults.add({ service: "s3", delayMs });
    const since = new Date().toISOString();
    const { directory: _directory, attempt: _attempt, ...place } = harness.inputs();
    const given = { to: "previous", reason: "slow", schema: "keep", "dry-run": false } as const;
    const context = harness.context(++deploys.runs);
    await run(
      { ...place, ...given, operation: "rollback", "deploy-workflow": "deploy.yml", leave: [] },
      context,
    );
    expect(context.said.outputs.outcome).to.equal("live");
    waves = wavesOf(requestsSince(since));
  });
  after(() => harness.close());

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
