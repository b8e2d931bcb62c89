import { expect } from "chai";
import { type Fixture, refusal, startFixture } from "../server-fixture.ts";

const called = `on:
  workflow_call: {}
permissions: {}
jobs:
  draw:
    name: Draw
    runs-on: ubuntu-24.04
    outputs: {number: "\${{ steps.draw.outputs.number }}"}
    steps:
      - id: draw
        run: echo "number=$RANDOM$RANDOM" >>"$GITHUB_OUTPUT"
  use:
    name: Use
    needs: [draw]
    runs-on: ubuntu-24.04
    steps:
      - env: {NUMBER: "\${{ needs.draw.outputs.number }}", ATTEMPT: "\${{ github.run_attempt }}"}
        run: echo "drawn $NUMBER" && test "$ATTEMPT" != 1
  tidy:
    name: Tidy
    needs: [use]
    if: \${{ always() }}
    runs-on: ubuntu-24.04
    steps: [{run: "echo tidy"}]
`;
const caller = `name: Partly
on: {workflow_dispatch: {}}
permissions: {}
jobs:
  pipeline:
    name: Pipeline
    uses: $/.github/workflows/called.yml
`;

describe("running some jobs of a run again", () => {
  let fixture: Fixture;
  let id: number;
  const repo = { owner: "local", repo: "udagram" };

  before(async () => {
    fixture = await startFixture();
    await fixture.clone.commit("Workflows", {
      ".github/workflows/called.yml": called,
      ".github/workflows/partly.yml": caller,
    });
    await fixture.clone.push("main");
    id = await dispatched();
  });
  after(() => fixture.stop());

  async function dispatched(): Promise<number> {
    const { octokit, github } = fixture;
    await octokit.actions.createWorkflowDispatch({ ...repo, workflow_id: "partly.yml", ref: "main" });
    const run = github.runs().find(({ workflow }) => workflow === "Partly");
    await github.waitForRun(run?.id ?? 0);
    return run?.id ?? 0;
  }

  async function told(attempt: number): Promise<{ readonly ran: readonly string[]; readonly drawn: string }> {
    const { octokit, github } = fixture;
    await github.waitForRun(id);
    const { data } = await octokit.actions.getWorkflowRun({ ...repo, run_id: id });
    expect(data).to.include({ run_attempt: attempt, conclusion: attempt === 1 ? "failure" : "success" });
    const ran: string[] = [];
    let drawn = "";
    for await (const event of github.follow(id)) {
      if (event.type === "job-started") ran.push(event.name);
      if (event.type === "line") drawn = /drawn (\d+)$/.exec(event.text)?.[1] ?? drawn;
    }
    return { ran, drawn };
  }

  it("runs the failed ones and what needs them, with the outputs that the others had", async () => {
    const { drawn } = await told(1);
    await fixture.octokit.actions.reRunWorkflowFailedJobs({ ...repo, run_id: id });
    expect(await told(2)).to.deep.equal({ ran: ["Pipeline / Use", "Pipeline / Tidy"], drawn });
    const refused = fixture.octokit.actions.reRunWorkflowFailedJobs({ ...repo, run_id: id });
    expect((await refusal(refused)).message).to.contain("no failed jobs");
  });

  it("runs one job again with what needs it, though it succeeded", async () => {
    const { drawn } = await told(2);
    const { data } = await fixture.octokit.actions.listJobsForWorkflowRun({ ...repo, run_id: id });
    const draw = data.jobs.find(({ name }) => name.endsWith("Draw"));
    await fixture.octokit.actions.reRunJobForWorkflowRun({ ...repo, job_id: draw?.id ?? 0 });
    const again = await told(3);
    expect(again.ran).to.deep.equal(["Pipeline / Draw", "Pipeline / Use", "Pipeline / Tidy"]);
    expect(again.drawn).to.match(/^\d+$/).and.not.equal(drawn);
  });
});
