import { expect } from "chai";
import { until } from "../../../../test/until.ts";
import { type Fixture, octokitOf, refusal, startFixture } from "../server-fixture.ts";

const gated = `name: Gated
on: workflow_dispatch
permissions: {}
jobs:
  gate:
    runs-on: ubuntu-24.04
    concurrency: {group: gate, cancel-in-progress: true}
    environment: {name: promotion, deployment: false}
    steps:
      - run: echo agreed
  again:
    needs: [gate]
    runs-on: ubuntu-24.04
    environment: {name: promotion, deployment: false}
    steps:
      - run: echo again
  open:
    needs: [gate]
    if: \${{ always() && needs.gate.result != 'success' }}
    runs-on: ubuntu-24.04
    environment: {name: open, deployment: false}
    steps:
      - run: echo "the gate is \${{ needs.gate.result }}"
`;

const guarded = `on: workflow_dispatch
jobs:
  guarded:
    runs-on: ubuntu-24.04
    environment: guarded
    steps: [run: echo in]
  none:
    runs-on: ubuntu-24.04
    environment: ''
    steps: [run: echo in]
`;

describe("reviews of environments", () => {
  let fixture: Fixture;
  const repo = { owner: "local", repo: "udagram" };
  const none = { variables: {}, secrets: {} };

  before(async () => {
    fixture = await startFixture({
      settings: {
        ...none,
        environments: {
          open: none,
          promotion: { ...none, reviewers: ["you"] },
          guarded: { ...none, branches: ["main", "release/*"], tags: ["v*"] },
        },
      },
    });
    await fixture.clone.commit("Workflows", {
      ".github/workflows/gated.yml": gated,
      ".github/workflows/guarded.yml": guarded,
    });
    await fixture.clone.push("main");
  });
  after(() => fixture.stop());

  const start = async (): Promise<number> => (await fixture.github.dispatch("gated.yml", "main", {})).id;

  /** The run's state once it waits for the review of that many environments. */
  async function waiting(run_id: number) {
    return await until(async () => {
      const { data } = await fixture.octokit.actions.getPendingDeploymentsForRun({ ...repo, run_id });
      return data.length > 0 ? data : undefined;
    });
  }

  async function review(run_id: number, state: "approved" | "rejected", comment = "") {
    const environment_ids = (await waiting(run_id)).map(({ environment }) => environment.id ?? 0);
    await fixture.octokit.actions.reviewPendingDeploymentsForRun({
      ...repo,
      run_id,
      environment_ids,
      state,
      comment,
    });
  }

  async function jobsOf(run_id: number): Promise<Record<string, string | null>> {
    const { data } = await fixture.octokit.actions.listJobsForWorkflowRun({ ...repo, run_id });
    return Object.fromEntries(data.jobs.map(({ name, conclusion }) => [name, conclusion]));
  }

  it("an environment tells who has to agree", async () => {
    const { data } = await fixture.octokit.repos.getEnvironment({ ...repo, environment_name: "promotion" });
    const [rule] = data.protection_rules ?? [];
    expect(rule?.type).to.equal("required_reviewers");
    const { data: open } = await fixture.octokit.repos.getEnvironment({ ...repo, environment_name: "open" });
    expect(open.protection_rules).to.deep.equal([]);
  });

  it("an environment's rules let branches and tags in by their names, and no tag for a branch", async () => {
    const { octokit, clone, github } = fixture;
    const { data } = await octokit.repos.getEnvironment({ ...repo, environment_name: "guarded" });
    expect(data.deployment_branch_policy).to.deep.equal({
      protected_branches: false,
      custom_branch_policies: true,
    });
    const { data: policies } = await octokit.repos.listDeploymentBranchPolicies({
      ...repo,
      environment_name: "guarded",
    });
    expect(policies.branch_policies.map(({ name }) => name)).to.deep.equal(["main", "release/*", "v*"]);
    const refs = {
      "refs/heads/release/1": "success",
      "refs/heads/release/2/x": "failure",
      "refs/heads/topic": "failure",
      "refs/tags/v1": "success",
      "refs/tags/main": "failure",
    };
    for (const [ref, conclusion] of Object.entries(refs)) {
      await clone.git("push", "--quiet", "local", `HEAD:${ref}`);
      const { id } = await github.dispatch("guarded.yml", ref, {});
      await github.waitForRun(id);
      expect(await jobsOf(id), ref).to.deep.equal({ guarded: conclusion, none: "success" });
      // A tag's run has the name of the tag where that of a branch would be.
      expect(github.run(id)).to.include({ ref, branch: ref.replace(/^refs\/(heads|tags)\//, "") });
    }
  });

  it("no environment has more reviewers than GitHub takes", () => {
    const reviewers = ["a", "b", "c", "d", "e", "f", "g"];
    const settings = { ...none, environments: { crowded: { ...none, reviewers } } };
    expect(() => fixture.github.setSettings(settings)).to.throw("has 7 reviewers; GitHub takes 6");
  });

  it("a job waits for its environment's reviewer; a later job of the environment for another approval", async () => {
    const run_id = await start();
    const [pending] = await waiting(run_id);
    expect(pending?.environment.name).to.equal("promotion");
    expect(pending?.current_user_can_approve).to.equal(true);
    const { data } = await fixture.octokit.actions.getWorkflowRun({ ...repo, run_id });
    expect(data.status).to.equal("waiting");
    const { data: listed } = await fixture.octokit.actions.listWorkflowRunsForRepo({
      ...repo,
      status: "waiting",
    });
    expect(listed.workflow_runs.map(({ id }) => id)).to.deep.equal([run_id]);
    await review(run_id, "approved", "looks right");
    await review(run_id, "approved");
    expect((await fixture.github.waitForRun(run_id)).conclusion).to.equal("success");
    const { data: approvals } = await fixture.octokit.actions.getReviewsForRun({ ...repo, run_id });
    expect(approvals.map(({ state, comment, user }) => [state, comment, user.login])).to.deep.equal([
      ["approved", "looks right", "you"],
      ["approved", "", "you"],
    ]);
  });

  it("a rejected job fails without having started, and says who rejected it and why", async () => {
    const run_id = await start();
    await review(run_id, "rejected", "not on a Friday");
    expect((await fixture.github.waitForRun(run_id)).conclusion).to.equal("failure");
    expect(await jobsOf(run_id)).to.deep.equal({ gate: "failure", again: "skipped", open: "success" });
    const told: string[] = [];
    for await (const event of fixture.github.follow(run_id)) {
      if (event.type === "annotation") told.push(event.message);
    }
    expect(told).to.deep.equal(['you rejected "promotion": not on a Friday']);
  });

  it("a newer run takes the place of one that waits: a job holds its concurrency group before it waits", async () => {
    const older = await start();
    await waiting(older);
    const newer = await start();
    expect((await fixture.github.waitForRun(older)).conclusion).to.equal("cancelled");
    expect(await jobsOf(older)).to.include({ gate: "cancelled", again: "skipped" });
    await review(newer, "rejected");
    await fixture.github.waitForRun(newer);
  });

  it("a run that waits can be cancelled", async () => {
    const run_id = await start();
    await waiting(run_id);
    await fixture.octokit.actions.cancelWorkflowRun({ ...repo, run_id });
    expect((await fixture.github.waitForRun(run_id)).conclusion).to.equal("cancelled");
    const { data } = await fixture.octokit.actions.getPendingDeploymentsForRun({ ...repo, run_id });
    expect(data).to.deep.equal([]);
  });

  it("nothing is approved twice, nor what nobody asked for", async () => {
    const run_id = (await fixture.github.runs())[0]?.id ?? 0;
    const request = { ...repo, run_id, environment_ids: [2], state: "approved" as const, comment: "" };
    expect(await refusal(fixture.octokit.actions.reviewPendingDeploymentsForRun(request))).to.include({
      status: 422,
    });
    const strangers = octokitOf(fixture.github, "wrong");
    expect(await refusal(strangers.actions.reviewPendingDeploymentsForRun(request))).to.include({
      status: 401,
    });
  });
});
