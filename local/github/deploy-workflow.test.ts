import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse, stringify } from "yaml";
import { until } from "../../test/until.ts";
import { type Fixture, startFixture } from "./server/server-fixture.ts";

const root = join(import.meta.dirname, "../..");

/**
 * deploy.yml with its jobs, conditions, environments and groups as they are, and steps that only say where they are. The
 * variable FAIL names a job that fails.
 */
function skeleton(): string {
  const text = readFileSync(join(root, ".github/workflows/deploy.yml"), "utf8");
  const workflow = parse(text) as { jobs: Record<string, Record<string, unknown>> };
  for (const [id, job] of Object.entries(workflow.jobs)) {
    job.steps = [{ id: "begin", env: { FAIL: expression("vars.FAIL") }, run: `[ "$FAIL" != ${id} ]` }];
    if (id === "build") delete job.outputs;
  }
  return stringify(workflow, { aliasDuplicateObjects: false });
}

const expression = (text: string): string => `\${{ ${text} }}`;

describe("deploy.yml with and without staging", () => {
  let fixture: Fixture;
  const repo = { owner: "local", repo: "udagram" };
  const none = { variables: {}, secrets: {} };

  before(async () => {
    fixture = await startFixture();
    await fixture.clone.commit("Workflows", { ".github/workflows/deploy.yml": skeleton() });
  });
  after(() => fixture.stop());

  async function start(variables: Record<string, string>): Promise<number> {
    fixture.github.setSettings({
      variables,
      secrets: {},
      environments: { staging: none, production: none, promotion: { ...none, reviewers: ["you"] } },
    });
    if (fixture.github.runs().length === 0) {
      await fixture.clone.push("main");
      return fixture.github.runs()[0]?.id ?? 0;
    }
    return (await fixture.github.dispatch("deploy.yml", "main", {})).id;
  }

  async function review(run_id: number, state: "approved" | "rejected") {
    const { actions } = fixture.octokit;
    const pending = async () => (await actions.getPendingDeploymentsForRun({ ...repo, run_id })).data;
    await until(async () => (await pending()).length > 0);
    const environment_ids = (await pending()).map(({ environment }) => environment.id ?? 0);
    await actions.reviewPendingDeploymentsForRun({ ...repo, run_id, environment_ids, state, comment: "" });
  }

  /** How each job ended, those apart that build and test. */
  async function ended(run_id: number): Promise<Record<string, string | null>> {
    await fixture.github.waitForRun(run_id);
    const { data } = await fixture.octokit.actions.listJobsForWorkflowRun({ ...repo, run_id });
    const jobs = data.jobs.map(({ name, conclusion }) => [name.toLowerCase(), conclusion] as const);
    return Object.fromEntries(jobs.filter(([name]) => name !== "build" && name !== "test"));
  }

  const staged = { STAGING_ENVIRONMENT: "staging" };
  const skipped = { promote: "skipped", deploy: "skipped", finish: "skipped" };

  it("without staging it deploys at once", async () => {
    expect(await ended(await start({}))).to.deep.equal({
      stage: "skipped",
      staged: "skipped",
      promote: "skipped",
      deploy: "success",
      finish: "success",
    });
  });

  it("without staging a failed deploy is finished", async () => {
    expect(await ended(await start({ FAIL: "deploy" }))).to.include({ deploy: "failure", finish: "success" });
  });

  it("with staging it goes on once somebody agrees", async () => {
    const run = await start(staged);
    await review(run, "approved");
    expect(new Set(Object.values(await ended(run)))).to.deep.equal(new Set(["success"]));
  });

  it("what fails in staging is finished there and goes nowhere else", async () => {
    const run = await start({ ...staged, FAIL: "stage" });
    expect(await ended(run)).to.deep.equal({ stage: "failure", staged: "success", ...skipped });
  });

  it("what was put back in staging goes nowhere else", async () => {
    const run = await start({ ...staged, FAIL: "staged" });
    expect(await ended(run)).to.deep.equal({ stage: "success", staged: "failure", ...skipped });
  });

  it("what is rejected goes nowhere else, and needs no finish", async () => {
    const run = await start(staged);
    await review(run, "rejected");
    expect(await ended(run)).to.deep.equal({
      stage: "success",
      staged: "success",
      ...skipped,
      promote: "failure",
    });
  });

  it("a tested build that fails goes nowhere", async () => {
    const run = await start({ ...staged, FAIL: "test" });
    expect(await ended(run)).to.deep.equal({ stage: "skipped", staged: "skipped", ...skipped });
  });

  it("a newer release goes through staging while an older one waits, and takes its place", async () => {
    const older = await start(staged);
    await until(async () => {
      const { data } = await fixture.octokit.actions.getPendingDeploymentsForRun({ ...repo, run_id: older });
      return data.length > 0 || fixture.github.run(older)?.state === "ended";
    });
    const newer = await start(staged);
    expect(await ended(older)).to.include({ promote: "cancelled", deploy: "skipped", finish: "skipped" });
    await review(newer, "approved");
    expect(await ended(newer)).to.include({ deploy: "success", finish: "success" });
  });
});
