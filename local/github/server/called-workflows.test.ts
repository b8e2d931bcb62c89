import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { decodeJwt } from "jose";
import { Clone, type Fixture, startFixture, told } from "./server-fixture.ts";

/** What somebody else's three lines call: it builds, then deploys to an environment with a token. */
const pipeline = (name: string): string => `name: ${name}
on:
  workflow_call:
    inputs:
      environment: { type: string, default: production }
    outputs:
      address: { value: "\${{ jobs.deploy.outputs.address }}" }
jobs:
  build:
    name: Build
    runs-on: ubuntu-24.04
    steps:
      - run: echo "building \${{ github.repository }} with \${{ job.workflow_repository }}"
      - uses: $/actions/say
  deploy:
    name: Deploy
    needs: build
    runs-on: ubuntu-24.04
    permissions: { id-token: write }
    environment: { name: "\${{ inputs.environment }}", url: "https://example.org" }
    outputs: { address: "\${{ vars.ADDRESS }}" }
    steps:
      - run: |
          echo "secret [\${{ secrets.KEY }}] event [\${{ github.event.inputs.reason }}] own [\${{ inputs.reason }}]"
          token=$(curl -sf -H "Authorization: Bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=aws" | sed 's/.*"value":"\\([^"]*\\)".*/\\1/')
          echo "token $(echo "$token" | tr . ' ')"
`;

const action = {
  "actions/say/action.yml": "name: Say\ndescription: x\nruns: { using: node24, main: m.mjs }\n",
};

const callerOf = (uses: string): string => `name: Go live
run-name: "Because \${{ inputs.reason || 'of a push' }}"
on:
  push: { branches: [main] }
  pull_request:
  workflow_dispatch: { inputs: { reason: { type: string } } }
permissions: { contents: read, id-token: write }
jobs:
  live:
    name: Live
    uses: ${uses}
  tell:
    needs: live
    runs-on: ubuntu-24.04
    steps: [{ run: 'echo "live at \${{ needs.live.outputs.address }}"' }]
`;

const settings = {
  variables: { ADDRESS: "nowhere" },
  secrets: {},
  environments: { production: { variables: { ADDRESS: "everywhere" }, secrets: { KEY: "hidden" } } },
};

describe("a run that calls a workflow", () => {
  let fixture: Fixture;
  let sha: string;
  const repo = { owner: "local", repo: "udagram" };

  before(async () => {
    fixture = await startFixture({ settings });
    sha = await fixture.clone.commit("Call", {
      ...action,
      "actions/say/m.mjs": 'console.log("said");\n',
      ".github/workflows/pipeline.yml": pipeline("Pipeline"),
      ".github/workflows/live.yml": callerOf("$/.github/workflows/pipeline.yml"),
    });
    await fixture.clone.push("main");
  });
  after(() => fixture.stop());

  const logOf = async (id: number, name: string): Promise<string> => {
    const { data } = await fixture.octokit.actions.listJobsForWorkflowRun({ ...repo, run_id: id });
    const job = data.jobs.find((one) => one.name === name);
    const log = await fixture.octokit.actions.downloadJobLogsForWorkflowRun({
      ...repo,
      job_id: job?.id ?? 0,
    });
    return String(log.data);
  };

  it("is its caller's in the REST API, which names the called workflow", async () => {
    const [{ id = 0 } = {}] = fixture.github.runs();
    const { data: run } = await fixture.octokit.actions.getWorkflowRun({ ...repo, run_id: id });
    expect(run).to.deep.include({
      name: "Go live",
      path: ".github/workflows/live.yml",
      conclusion: "success",
      referenced_workflows: [
        { path: `local/udagram/.github/workflows/pipeline.yml@${sha}`, sha, ref: "refs/heads/main" },
      ],
    });
    const { data } = await fixture.octokit.actions.listJobsForWorkflowRun({ ...repo, run_id: id });
    expect(data.jobs.map(({ name, workflow_name }) => [name, workflow_name])).to.deep.equal([
      ["Live / Build", "Go live"],
      ["Live / Deploy", "Go live"],
      ["tell", "Go live"],
    ]);
    const [build] = data.jobs;
    const one = await fixture.octokit.actions.getJobForWorkflowRun({ ...repo, job_id: build?.id ?? 0 });
    expect(one.data.name).to.equal("Live / Build");
    expect(await logOf(id, "Live / Build")).to.contain("said");
    expect(await logOf(id, "tell")).to.contain("live at everywhere");
  });

  it("starts nothing for the called workflow's own file, and tells its pusher of its jobs", async () => {
    expect(fixture.github.runs().map(({ workflow }) => workflow)).to.deep.equal(["Go live"]);
    await fixture.clone.commit("Again", { "again.txt": "1" });
    const text = told((await fixture.clone.push("main")).stderr);
    expect(text).to.match(/Live \/ Build +done in/);
    expect(text).to.match(/Live \/ Deploy +done in/);
  });

  it("deploys to the environment of a called job: variables, a record, and no secret", async () => {
    const [{ id = 0 } = {}] = fixture.github.runs();
    const log = await logOf(id, "Live / Deploy");
    expect(log).to.contain("secret [] event [] own []");
    const { data } = await fixture.octokit.repos.listDeployments({ ...repo, environment: "production" });
    expect(data).to.have.length(2);
  });

  it("has a token that names the called workflow and is otherwise its caller's", async () => {
    const [{ id = 0 } = {}] = fixture.github.runs();
    const [, header, body] = / token (ey\S+) (\S+) /.exec(await logOf(id, "Live / Deploy")) ?? [];
    const claims = decodeJwt(`${header}.${body}.x`);
    expect(claims).to.include({
      sub: `${fixture.github.subjectPrefix}:environment:production`,
      repository: "local/udagram",
      workflow: "Go live",
      workflow_ref: "local/udagram/.github/workflows/live.yml@refs/heads/main",
      job_workflow_ref: "local/udagram/.github/workflows/pipeline.yml@refs/heads/main",
    });
    const { data } = await fixture.octokit.actions.listJobsForWorkflowRun({ ...repo, run_id: id });
    const job = data.jobs.find(({ name }) => name === "Live / Deploy");
    expect(claims.check_run_id).to.equal(String(job?.id));
  });

  it("keeps title and inputs of a dispatch for its caller", async () => {
    const { id } = await fixture.github.dispatch("live.yml", "main", { reason: "of a click" });
    const run = await fixture.github.waitForRun(id);
    expect(run).to.include({ title: "Because of a click", conclusion: "success" });
    expect(await logOf(id, "Live / Deploy")).to.contain("event [of a click] own []");
  });

  it("has a page with the called jobs in their place", async () => {
    const [{ id = 0 } = {}] = fixture.github.runs();
    const response = await fetch(`${fixture.github.url}/local/udagram/actions/runs/${id}`);
    const text = await response.text();
    expect(text).to.contain(`Calls <code>local/udagram/.github/workflows/pipeline.yml@`);
    const at = ["Live / Build", "Live / Deploy", "tell"].map((name) => text.indexOf(`>${name}<`));
    expect(at)
      .to.deep.equal(at.toSorted((a, b) => a - b))
      .and.not.include(-1);
    const log = /href="([^"]*\/log\/live%2Fbuild)"/.exec(text)?.[1] ?? "";
    expect(await (await fetch(log)).text()).to.contain("said");
  });

  it("for a fork's pull request has no variables, no token and no right to write", async () => {
    await fixture.clone.git("checkout", "--quiet", "-b", "topic");
    await fixture.clone.commit("Offer", { "offer.txt": "1" });
    const pushed = await fixture.clone.push("topic:refs/forks/ada/topic");
    expect(told(pushed.stderr)).to.contain("Pull request #1 opened: Offer");
    const [run] = fixture.github.runs();
    expect(run).to.include({
      event: "pull_request",
      ref: "refs/pull/1/merge",
      branch: "topic",
    });
    expect(await logOf(run?.id ?? 0, "Live / Build")).to.contain("said");
    const deploy = await logOf(run?.id ?? 0, "Live / Deploy");
    expect(deploy)
      .to.contain("id-token: none")
      .and.not.match(/ token ey/);
    expect(await logOf(run?.id ?? 0, "tell")).to.match(/ live at $/m);
    const { data: pull } = await fixture.octokit.pulls.get({ ...repo, pull_number: 1 });
    expect(pull.head).to.deep.include({ label: "ada:topic", ref: "topic" });
    expect(pull.head.repo).to.include({ full_name: "ada/udagram", fork: true });
    const { data } = await fixture.octokit.actions.getWorkflowRun({ ...repo, run_id: run?.id ?? 0 });
    expect(data.pull_requests).to.deep.equal([]);
    expect(data.head_repository.full_name).to.equal("ada/udagram");
    expect(data.repository.full_name).to.equal("local/udagram");
  });
});

describe("a repository that calls the pipeline's workflows", () => {
  let folder: string;
  let customer: Fixture;
  let checkout: Clone;
  let sha: string;
  const says = (text: string) => ({
    ...action,
    "actions/say/m.mjs": `console.log("${text}");\n`,
    ".github/workflows/pipeline-deploy.yml": pipeline("Pipeline"),
  });

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "pipeline-"));
    const settingsOfTheirs = { ...settings, environments: { production: { variables: {}, secrets: {} } } };
    const repositories = { "OWNER/REPO": { checkout: join(folder, "checkout") } };
    const tools = await startFixture();
    checkout = new Clone(join(folder, "checkout"), ...tools.clone.tools);
    await checkout.open(tools.github.gitDirectory);
    sha = await checkout.commit("Pipeline", says("first"));
    customer = await startFixture({
      owner: "chess",
      repository: "club",
      settings: settingsOfTheirs,
      repositories,
    });
    await tools.stop();
  });
  after(async () => {
    await customer.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const push = async (ref: string) => {
    const uses = `OWNER/REPO/.github/workflows/pipeline-deploy.yml@${ref}`;
    await customer.clone.commit(`Call ${ref}`, { ".github/workflows/live.yml": callerOf(uses) });
    await customer.clone.push("main");
    const [{ id = 0, conclusion } = {}] = customer.github.runs();
    const { data } = await customer.octokit.actions.getWorkflowRun({
      owner: "chess",
      repo: "club",
      run_id: id,
    });
    const lines: string[] = [];
    for await (const event of customer.github.follow(id)) if (event.type === "line") lines.push(event.text);
    return { conclusion, referenced: data.referenced_workflows, lines };
  };

  it("runs those of the checkout's HEAD, with its actions, for v1 and main", async () => {
    const path = "OWNER/REPO/.github/workflows/pipeline-deploy.yml";
    const first = await push("v1");
    expect(first.conclusion).to.equal("success");
    expect(first.referenced).to.deep.equal([{ path: `${path}@v1`, sha, ref: "refs/tags/v1" }]);
    expect(first.lines).to.include.members(["first", "building chess/club with OWNER/REPO"]);
    const [, header, body] = first.lines.map((line) => /^token (\S+) (\S+) /.exec(line)).find(Boolean) ?? [];
    expect(decodeJwt(`${header}.${body}.x`)).to.include({
      repository: "chess/club",
      job_workflow_ref: `${path}@refs/tags/v1`,
      job_workflow_sha: sha,
    });
    sha = await checkout.commit("Better", says("second"));
    const second = await push("main");
    expect(second.referenced).to.deep.equal([{ path: `${path}@main`, sha, ref: "refs/heads/main" }]);
    expect(second.lines).to.include("second");
  });

  it("is told which ref the pipeline does not have", async () => {
    const { conclusion, lines } = await push("next");
    expect(conclusion).to.equal("failure");
    expect(lines.join("\n")).to.contain('"OWNER/REPO" has no branch, tag or commit "next"');
  });

  it("does not start with a folder that is no checkout", async () => {
    const error = await startFixture({ repositories: { "OWNER/REPO": { checkout: folder } } }).catch(
      (refused: unknown) => refused,
    );
    expect(error).to.include({ code: "NoCheckout" });
  });
});
