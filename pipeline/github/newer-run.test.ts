import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { recordedContext } from "../kit/context-fixture.ts";
import { newerWaitingRun } from "./newer-run.ts";
import { octokitFor } from "./octokit.ts";

type Job = readonly [name: string, status: string, conclusion?: string];

const built: readonly Job[] = [
  ["Pipeline / Build", "completed", "success"],
  ["Pipeline / Test backend", "completed", "success"],
];
const waits: Job = ["Pipeline / Deploy", "pending"];

/** What runs 2 and 3, newer than this one, are like; and how their commit stands to its. */
const cases: readonly [what: string, jobs: readonly Job[], relation: string, found: number | undefined][] = [
  ["one that is built, tested and waits", [...built, waits], "ahead", 3],
  ["one that waits for a machine", [...built, ["Pipeline / Deploy", "queued"]], "ahead", 3],
  ["one without tests", [["Pipeline / Build", "completed", "success"], waits], "ahead", 3],
  ["one of another history", [...built, waits], "diverged", undefined],
  [
    "one whose tests fail",
    [built[0] as Job, ["Pipeline / Test backend", "completed", "failure"], waits],
    "ahead",
    undefined,
  ],
  [
    "one whose tests go on",
    [built[0] as Job, ["Pipeline / Test backend", "in_progress"], waits],
    "ahead",
    undefined,
  ],
  ["one that is still building", [["Pipeline / Build", "in_progress"]], "ahead", undefined],
  ["one that somebody has to agree to", [...built, ["Pipeline / Deploy", "waiting"]], "ahead", undefined],
  ["one that deploys already", [...built, ["Pipeline / Deploy", "in_progress"]], "ahead", undefined],
];

describe("a newer push that waits for its turn", () => {
  let server: Server;
  let jobs: readonly Job[] = [];
  let relation = "ahead";
  before(async () => {
    server = createServer(({ url = "" }, response) => {
      const run = (id: number) => ({
        ...{ id, run_number: id, workflow_id: 9, status: id === 1 ? "in_progress" : "queued" },
        ...{ head_sha: String(id).repeat(40), html_url: `http://github/${id}` },
      });
      const answer = /\/workflows\/9\/runs/.test(url)
        ? { total_count: 3, workflow_runs: [run(2), run(3), run(1)] }
        : /\/jobs/.test(url)
          ? {
              total_count: jobs.length,
              jobs: jobs.map(([name, status, conclusion = null]) => ({ name, status, conclusion })),
            }
          : /\/compare\//.test(url)
            ? { status: relation }
            : run(1);
      response.setHeader("content-type", "application/json").end(JSON.stringify(answer));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  after(() => server.close());

  for (const [what, given, stands, found] of cases) {
    it(`${found === undefined ? "is not" : "is"} ${what}`, async () => {
      [jobs, relation] = [given, stands];
      const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const context = recordedContext({ apiUrl, job: "deploy", runId: 1, sha: "1".repeat(40) });
      const octokit = await octokitFor("token", context);
      expect((await newerWaitingRun(octokit, context))?.id).to.equal(found);
    });
  }

  it("is none where GitHub does not say", async () => {
    const context = recordedContext({ apiUrl: "http://127.0.0.1:1" });
    expect(await newerWaitingRun(await octokitFor("token", context), context)).to.equal(undefined);
    expect(await newerWaitingRun(undefined, context)).to.equal(undefined);
  });
});
