import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse, stringify } from "yaml";
import { until } from "../../test/until.ts";
import { type Fixture, startFixture } from "./server/server-fixture.ts";

const root = join(import.meta.dirname, "../..");
const expression = (text: string): string => `\${{ ${text} }}`;

/** pipeline-pull-request.yml with its jobs, conditions and groups as they are, and steps that take so many seconds, or fail. */
function skeleton(): string {
  const text = readFileSync(join(root, ".github/workflows/pipeline-pull-request.yml"), "utf8");
  const workflow = parse(text) as { jobs: Record<string, Record<string, unknown>> };
  for (const [name, job] of Object.entries(workflow.jobs)) {
    const env = { SECONDS_TAKEN: expression("vars.SECONDS_TAKEN"), FAIL: expression("vars.FAIL") };
    job.steps = [{ env, run: `sleep "$SECONDS_TAKEN"; test "$FAIL" != ${name}` }];
    delete job.outputs;
  }
  return stringify(workflow);
}

const caller = stringify({
  on: { pull_request: { branches: ["main"] } },
  jobs: {
    pipeline: {
      uses: "$/.github/workflows/pipeline-pull-request.yml",
      permissions: { "id-token": "write", contents: "read", actions: "read", "pull-requests": "write" },
      with: { suites: '[{"suite": "api"}, {"suite": "pages"}]' },
    },
  },
});

describe("pipeline-pull-request.yml", () => {
  let fixture: Fixture;
  before(async () => {
    fixture = await startFixture();
    await fixture.clone.commit("Workflows", {
      ".github/workflows/pull-request.yml": caller,
      ".github/workflows/pipeline-pull-request.yml": skeleton(),
    });
    await fixture.clone.push("main");
  });
  after(() => fixture.stop());

  /** Pushes a commit of a branch of its own; resolves with the number of the run for it. */
  async function push(branch: string, seconds: number, failing = ""): Promise<number> {
    const variables = { SECONDS_TAKEN: String(seconds), FAIL: failing };
    fixture.github.setSettings({ variables, secrets: {}, environments: {} });
    const sha = await fixture.clone.commit("Go on", { "words.txt": `${branch} ${seconds} ${failing}` });
    const args = ["push", "--quiet", "local", `HEAD:${branch}`];
    await fixture.clone.attempt(args, { UDAGRAM_PUSH_QUIETLY: "1" });
    return (await until(() => fixture.github.runs().find((run) => run.sha === sha)?.id)) ?? 0;
  }

  async function jobs(
    run_id: number,
    field: "status" | "conclusion",
  ): Promise<Record<string, string | null>> {
    const { data } = await fixture.octokit.actions.listJobsForWorkflowRun({ ...fixture.repo, run_id });
    return Object.fromEntries(data.jobs.map((job) => [job.name.replace("pipeline / ", ""), job[field]]));
  }

  it("ends the jobs of an older push of a pull request, and of no other", async () => {
    const [older, other] = [await push("one", 600), await push("two", 600)];
    for (const run of [older, other]) {
      await until(async () => (await jobs(run, "status"))["Test pages"] === "in_progress");
    }
    const newer = await push("one", 0);
    await fixture.github.waitForRun(older);
    expect(await jobs(older, "conclusion")).to.deep.equal({
      Build: "cancelled",
      "Test api": "cancelled",
      "Test pages": "cancelled",
      Compatibility: "skipped",
      Plan: "skipped",
    });
    await fixture.github.waitForRun(newer);
    expect(new Set(Object.values(await jobs(newer, "conclusion")))).to.deep.equal(
      new Set(["success", "skipped"]),
    );
    expect(await jobs(other, "status")).to.include({ Build: "in_progress", "Test pages": "in_progress" });
    fixture.github.cancelRun(other);
    await fixture.github.waitForRun(other);
  });

  it("plans where tests fail, too; not where there is no build", async () => {
    const untested = await push("three", 0, "test");
    await fixture.github.waitForRun(untested);
    expect(await jobs(untested, "conclusion")).to.include({ "Test api": "failure", Plan: "success" });
    const unbuilt = await push("three", 0, "build");
    await fixture.github.waitForRun(unbuilt);
    expect(await jobs(unbuilt, "conclusion")).to.include({ Build: "failure", Plan: "skipped" });
  });
});
