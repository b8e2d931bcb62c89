import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { type Fixture, refusal, startFixture, workflow } from "../server-fixture.ts";

const greet = `name: Greet
on:
  workflow_dispatch:
    inputs:
      name: {type: string, required: true}
      loudly: {type: boolean, default: false}
      times: {type: choice, options: [once, twice], default: once}
permissions: {}
jobs:
  greet:
    name: Greet
    runs-on: ubuntu-24.04
    steps:
      - name: Greet
        env: {NAME: "\${{ inputs.name }}", LOUDLY: "\${{ inputs.loudly && 'yes' || 'no' }}"}
        run: echo "$NAME $LOUDLY"
`;

const slow = workflow(
  "Slow",
  "workflow_dispatch:",
  `
- name: Sleep
  run: sleep 30
- name: Tidy
  if: \${{ always() }}
  run: echo tidied
`,
);

describe("the REST API of Actions", () => {
  let fixture: Fixture;
  const repo = { owner: "local", repo: "udagram" };
  const ref = "main";

  before(async () => {
    fixture = await startFixture();
    await fixture.clone.commit("Workflows", {
      ".github/workflows/greet.yml": greet,
      ".github/workflows/slow.yml": slow,
    });
    await fixture.clone.push("main");
  });
  after(() => fixture.stop());

  const dispatch = async (workflow_id: string, inputs: Record<string, unknown> = {}) => {
    const { data } = await fixture.octokit.request(
      "POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches",
      { ...repo, workflow_id, ref, inputs, return_run_details: true } as never,
    );
    return (data as unknown as { workflow_run_id: number }).workflow_run_id;
  };
  describe("dispatches", () => {
    it("answer 204, or 200 with the run's id where asked to", async () => {
      const { octokit } = fixture;
      const inputs = { name: "Ada", loudly: "true" };
      const bare = await octokit.actions.createWorkflowDispatch({
        ...repo,
        workflow_id: "greet.yml",
        ref,
        inputs,
      });
      expect(bare.status).equal(204);
      const id = await dispatch("greet.yml", { name: "Grace" });
      const { data } = await octokit.actions.getWorkflowRun({ ...repo, run_id: id });
      expect(data).include({ name: "Greet", event: "workflow_dispatch", head_branch: "main", run_number: 2 });
      await fixture.github.waitForRun(id);
      const [first] = (
        await octokit.actions.listWorkflowRuns({ ...repo, workflow_id: "greet.yml" })
      ).data.workflow_runs.slice(-1);
      const { data: jobs } = await octokit.actions.listJobsForWorkflowRun({
        ...repo,
        run_id: first?.id ?? 0,
      });
      const log = await octokit.actions.downloadJobLogsForWorkflowRun({
        ...repo,
        job_id: jobs.jobs[0]?.id ?? 0,
      });
      expect(String(log.data)).match(/Z Ada yes$/m);
    });

    it("are refused with what is wrong: inputs, trigger, workflow, ref", async () => {
      for (const [inputs, says] of [
        [{}, /name.*required/],
        [{ name: "x", nmae: "y" }, /nmae/],
        [{ name: "x", loudly: "perhaps" }, /loudly.*perhaps/],
        [{ name: "x", times: "thrice" }, /times.*thrice/],
      ] as const) {
        const refused = await refusal(dispatch("greet.yml", inputs));
        expect(refused.status).equal(422);
        expect(refused.message).match(says);
      }
      expect((await refusal(dispatch("other.yml"))).status).equal(404);
      const nowhere = fixture.octokit.actions.createWorkflowDispatch({
        ...repo,
        workflow_id: "greet.yml",
        ref: "nowhere",
      });
      expect((await refusal(nowhere)).message).contain("No ref found for: nowhere");
    });
  });

  describe("a run", () => {
    it("can be cancelled; always() steps still run; then it can be run again", async () => {
      const { octokit, github } = fixture;
      const id = await dispatch("slow.yml");
      expect((await refusal(octokit.actions.reRunWorkflow({ ...repo, run_id: id }))).status).equal(403);
      for await (const event of github.follow(id))
        if (event.type === "step-started" && event.name === "Sleep") break;
      await octokit.actions.cancelWorkflowRun({ ...repo, run_id: id });
      await github.waitForRun(id);
      const { data: run } = await octokit.actions.getWorkflowRun({ ...repo, run_id: id });
      expect(run).include({ status: "completed", conclusion: "cancelled" });
      const { data: jobs } = await octokit.actions.listJobsForWorkflowRun({ ...repo, run_id: id });
      const steps = jobs.jobs[0]?.steps?.map(({ name, conclusion }) => [name, conclusion]);
      expect(steps).deep.include.members([
        ["Sleep", "cancelled"],
        ["Tidy", "success"],
      ]);
      expect((await refusal(octokit.actions.cancelWorkflowRun({ ...repo, run_id: id }))).status).equal(409);

      await octokit.actions.reRunWorkflow({ ...repo, run_id: id });
      expect((await octokit.actions.getWorkflowRun({ ...repo, run_id: id })).data).include({
        run_attempt: 2,
        run_number: run.run_number,
      });
      await octokit.actions.forceCancelWorkflowRun({ ...repo, run_id: id });
      await github.waitForRun(id);
      expect(readdirSync(join(fixture.directory, "github/work/jobs")), "folders of jobs").deep.equal([]);
      expect(
        statSync(join(fixture.directory, "github/runs", String(id), "events-1.ndjson")).size,
      ).greaterThan(0);
    });

    it("is found by branch, commit, event and status", async () => {
      const { octokit } = fixture;
      const find = async (filter: object) =>
        (await octokit.actions.listWorkflowRunsForRepo({ ...repo, ...filter })).data;
      expect((await find({ branch: "main", event: "workflow_dispatch" })).total_count).equal(3);
      expect((await find({ status: "cancelled" })).total_count).equal(1);
      expect((await find({ head_sha: "0".repeat(40) })).total_count).equal(0);
      const workflows = await octokit.actions.listRepoWorkflows(repo);
      expect(workflows.data.workflows.map(({ name }) => name)).deep.equal(["Greet", "Slow"]);
    });
  });
});
