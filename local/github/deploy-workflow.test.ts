import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse, stringify } from "yaml";
import { until } from "../../test/until.ts";
import { type Fixture, startFixture } from "./server/server-fixture.ts";

const root = join(import.meta.dirname, "../..");

const expression = (text: string): string => `\${{ ${text} }}`;

/**
 * pipeline-deploy.yml with its jobs, conditions, environments and groups as they are, and steps that only say where they
 * are. The variable FAIL names the jobs that fail; SUPERSEDED is what `begin` says, HELD a file that has to go before the job
 * deploy ends.
 */
function skeleton(): string {
  const text = readFileSync(join(root, ".github/workflows/pipeline-deploy.yml"), "utf8");
  const workflow = parse(text) as { jobs: Record<string, Record<string, unknown>> };
  for (const [id, job] of Object.entries(workflow.jobs)) {
    const says = { FAIL: expression("vars.FAIL"), SUPERSEDED: expression("vars.SUPERSEDED") };
    job.steps = [
      { id: "begin", env: says, run: 'echo "superseded=$SUPERSEDED" >> "$GITHUB_OUTPUT"' },
      ...(id === "deploy" ? [held] : []),
      {
        id: "finish",
        if: expression("steps.begin.outputs.superseded != 'true'"),
        env: says,
        run: `case " $FAIL " in *" ${id} "*) exit 1;; *) echo "outcome=live" >> "$GITHUB_OUTPUT";; esac`,
      },
    ];
    if (id === "build") delete job.outputs;
  }
  return stringify(workflow, { aliasDuplicateObjects: false });
}

const held = { env: { HELD: expression("vars.HELD") }, run: 'while [ -e "$HELD" ]; do sleep 0.05; done' };

const caller = (suites: string): string =>
  stringify({
    on: { push: { branches: ["main"] }, workflow_dispatch: { inputs: { suites: { default: suites } } } },
    jobs: {
      pipeline: {
        uses: "$/.github/workflows/pipeline-deploy.yml",
        permissions: { "id-token": "write", contents: "read", actions: "read", deployments: "write" },
        with: { suites: expression(`inputs.suites || '${suites}'`) },
      },
    },
  });

describe("pipeline-deploy.yml with and without staging", () => {
  let fixture: Fixture;
  const repo = { owner: "local", repo: "udagram" };
  const none = { variables: {}, secrets: {} };

  before(async () => {
    fixture = await startFixture();
    await fixture.clone.commit("Workflows", {
      ".github/workflows/deploy.yml": caller('[{"suite": "api"}, {"suite": "pages"}]'),
      ".github/workflows/pipeline-deploy.yml": skeleton(),
    });
  });
  after(() => fixture.stop());

  async function start(
    variables: Record<string, string>,
    inputs: Record<string, string> = {},
  ): Promise<number> {
    fixture.github.setSettings({
      variables,
      secrets: {},
      environments: { staging: none, production: none, promotion: { ...none, reviewers: ["you"] } },
    });
    if (fixture.github.runs().length === 0) {
      await fixture.clone.push("main");
      return fixture.github.runs()[0]?.id ?? 0;
    }
    return (await fixture.github.dispatch("deploy.yml", "main", inputs)).id;
  }

  async function review(run_id: number, state: "approved" | "rejected") {
    const { actions } = fixture.octokit;
    const pending = async () => (await actions.getPendingDeploymentsForRun({ ...repo, run_id })).data;
    await until(async () => (await pending()).length > 0);
    const environment_ids = (await pending()).map(({ environment }) => environment.id ?? 0);
    await actions.reviewPendingDeploymentsForRun({ ...repo, run_id, environment_ids, state, comment: "" });
  }

  /** How each job ended, those apart that refuse other refs, build and test. */
  async function ended(run_id: number): Promise<Record<string, string | null>> {
    await fixture.github.waitForRun(run_id);
    const { data } = await fixture.octokit.actions.listJobsForWorkflowRun({ ...repo, run_id });
    const jobs = data.jobs.map(
      ({ name, conclusion }) => [name.replace("pipeline / ", "").toLowerCase(), conclusion] as const,
    );
    return Object.fromEntries(jobs.filter(([name]) => !/^(refuse|build|test .*)$/.test(name)));
  }

  const staged = { STAGING_ENVIRONMENT: "staging" };
  const quiet = { "still live": "skipped" };
  const skipped = { promote: "skipped", deploy: "skipped", finish: "skipped", ...quiet };
  const unstaged = { stage: "skipped", staged: "skipped", promote: "skipped", ...quiet };

  it("without staging it deploys at once, and needs no other machine to finish", async () => {
    expect(await ended(await start({}))).to.deep.equal({ ...unstaged, deploy: "success", finish: "skipped" });
  });

  it("without staging a failed deploy is finished", async () => {
    expect(await ended(await start({ FAIL: "deploy" }))).to.include({ deploy: "failure", finish: "success" });
  });

  it("a push that a newer one has overtaken is green, and there is nothing to finish", async () => {
    const run = await start({ SUPERSEDED: "true" });
    expect(await ended(run)).to.deep.equal({ ...unstaged, deploy: "success", finish: "skipped" });
    expect(fixture.github.run(run)?.conclusion).to.equal("success");
  });

  it("in staging, too: it goes nowhere else", async () => {
    const run = await start({ ...staged, SUPERSEDED: "true" });
    expect(await ended(run)).to.deep.equal({ stage: "success", staged: "skipped", ...skipped });
    expect(fixture.github.run(run)?.conclusion).to.equal("success");
  });

  it("two pushes are built and tested side by side, and deployed one after the other", async () => {
    const file = join(fixture.directory, "held");
    writeFileSync(file, "");
    const first = await start({ HELD: file });
    const stateOf = async (run_id: number): Promise<Record<string, string>> => {
      const { data } = await fixture.octokit.actions.listJobsForWorkflowRun({ ...repo, run_id });
      return Object.fromEntries(data.jobs.map((job) => [job.name.replace("pipeline / ", ""), job.status]));
    };
    await until(async () => (await stateOf(first)).Deploy === "in_progress");
    const second = await start({ HELD: file });
    await until(async () => {
      const now = await stateOf(second);
      return ["Build", "Test api", "Test pages"].every((job) => now[job] === "completed");
    });
    expect((await stateOf(first)).Deploy).to.equal("in_progress");
    expect((await stateOf(second)).Deploy).to.not.equal("in_progress");
    rmSync(file);
    for (const run of [first, second]) expect(await ended(run)).to.include({ deploy: "success" });
  });

  it("without a suite it deploys all the same", async () => {
    expect(await ended(await start({}, { suites: "[]" }))).to.include({ deploy: "success" });
  });

  it("with staging it goes on once somebody agrees", async () => {
    const run = await start(staged);
    await review(run, "approved");
    const jobs = {
      stage: "success",
      staged: "skipped",
      promote: "success",
      deploy: "success",
      finish: "skipped",
      ...quiet,
    };
    expect(await ended(run)).to.deep.equal(jobs);
  });

  it("with staging it goes on where only the second job could take it live", async () => {
    const run = await start({ ...staged, FAIL: "stage" });
    await review(run, "approved");
    expect(await ended(run)).to.include({ stage: "failure", staged: "success", deploy: "success" });
  });

  it("what was put back in staging goes nowhere else", async () => {
    const run = await start({ ...staged, FAIL: "stage staged" });
    expect(await ended(run)).to.deep.equal({ stage: "failure", staged: "failure", ...skipped });
  });

  it("what is rejected goes nowhere else, and needs no finish", async () => {
    const run = await start(staged);
    await review(run, "rejected");
    expect(await ended(run)).to.deep.equal({
      stage: "success",
      staged: "skipped",
      ...skipped,
      promote: "failure",
    });
  });

  it("a tested build that fails goes nowhere, and a job says what is live all the same", async () => {
    const run = await start({ ...staged, FAIL: "test" });
    const said = { "still live": "success" };
    expect(await ended(run)).to.deep.equal({ stage: "skipped", staged: "skipped", ...skipped, ...said });
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
    expect(await ended(newer)).to.include({ deploy: "success" });
  });
});
