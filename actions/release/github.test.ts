import { expect } from "chai";
import { type Fixture, startFixture, workflow } from "../../local/github/server/server-fixture.ts";
import { type RecordedContext, recordedContext } from "../lib/context-fixture.ts";
import type { BeginEntry } from "../lib/release/entries.ts";
import { type Octokit, octokitFor } from "../lib/release/octokit.ts";
import { marker, writeComment } from "../plan/comment.ts";
import { describeCommit, isBranchHead, relationTo } from "./commits.ts";
import { closeDeployment, type DeploymentView, openDeployment } from "./deployments.ts";

describe("release: GitHub", function () {
  this.timeout(30_000);
  let fixture: Fixture;
  let context: RecordedContext;
  let octokit: Octokit;
  let view: DeploymentView;
  let old = "";
  let side = "";
  let head = "";

  before(async () => {
    fixture = await startFixture();
    const { clone, github } = fixture;
    old = await clone.commit("Begin", { "README.md": "1" });
    await clone.git("checkout", "--quiet", "-b", "side");
    side = await clone.commit("Aside", { aside: "1" });
    await clone.git("checkout", "--quiet", "main");
    head = await clone.commit("Mend the feed\n\nIt was empty.", { "README.md": "2" });
    await clone.push("main", "side");
    context = recordedContext({ owner: "local", repository: "udagram", apiUrl: github.apiUrl });
    octokit = await octokitFor(github.token, context);
    view = { octokit, environment: "production", siteUrl: "http://127.0.0.1:1", context };
  });
  after(() => fixture.stop());

  it("tells how a commit stands to the live one", async () => {
    const relations = await Promise.all([
      relationTo(old, head, octokit, context),
      relationTo(head, old, octokit, context),
      relationTo(head, side, octokit, context),
      relationTo(head, head, octokit, context),
      relationTo("0".repeat(40), head, octokit, context),
    ]);
    expect(relations).to.deep.equal(["ahead", "behind", "diverged", "identical", "unknown"]);
  });

  it("knows the head of the run's branch, and a commit's subject and author", async () => {
    expect(await isBranchHead(head, octokit, context)).to.equal(true);
    expect(await isBranchHead(old, octokit, context)).to.equal(false);
    expect(await describeCommit(head, octokit, context)).to.deep.equal({
      subject: "Mend the feed",
      author: "Ada",
    });
  });

  const begin = (commit: string, seq: number): BeginEntry =>
    ({
      releaseId: `release-${seq}`,
      commit,
      seq,
      kind: "deploy",
      apiVersion: "a",
      live: null,
      by: "ada",
      run: { id: 1, attempt: 1, url: context.run.url },
    }) as BeginEntry;

  async function states(): Promise<readonly string[]> {
    const { data } = await octokit.rest.repos.listDeployments({ ...fixture.repo, environment: "production" });
    return Promise.all(
      data.map(async ({ id, description }) => {
        const statuses = await octokit.rest.repos.listDeploymentStatuses({
          ...fixture.repo,
          deployment_id: id,
        });
        return `${description}: ${statuses.data[0]?.state}`;
      }),
    );
  }

  it("the Deployments page has one active release at every moment", async () => {
    await openDeployment(view, "handle-1", begin(old, 1));
    expect(await states()).to.deep.equal(["release release-1: in_progress"]);
    await closeDeployment(view, "handle-1", { outcome: "live", reason: "verified" });
    await openDeployment(view, "handle-2", begin(head, 2));
    await closeDeployment(view, "handle-2", { outcome: "put-back", reason: "x".repeat(500) });
    expect(await states()).to.deep.equal(["release release-2: failure", "release release-1: success"]);
    await openDeployment(view, "handle-3", begin(head, 3));
    await closeDeployment(view, "handle-3", { outcome: "live", reason: "verified" });
    expect(await states()).to.deep.equal([
      "release release-3: success",
      "release release-2: failure",
      "release release-1: inactive",
    ]);
    expect(context.said.warnings).to.deep.equal([]);
  });

  it("a GitHub that shows nothing is a warning and nothing else", async () => {
    const refused = await octokitFor("wrong-token", context);
    await openDeployment({ ...view, octokit: refused }, "handle-4", begin(head, 4));
    expect(context.said.warnings.join()).to.contain("Deployments page");
    context.said.warnings.length = 0;
  });

  it("the plan is one comment, changed in place", async () => {
    await fixture.clone.git("checkout", "--quiet", "side");
    await fixture.clone.commit("Add a workflow", {
      ".github/workflows/pr.yml": workflow("Pull request", "pull_request:", "- run: echo hello"),
    });
    await fixture.clone.push("side");
    const { data: pulls } = await octokit.rest.pulls.list(fixture.repo);
    const number = String(pulls[0]?.number);
    const given = { "pull-request": number, "github-token": fixture.github.token };
    await writeComment("### First\n", given, context);
    await writeComment("### Second\n", given, context);
    const { data: comments } = await octokit.rest.issues.listComments({
      ...fixture.repo,
      issue_number: Number(number),
    });
    expect(comments.map(({ body }) => body)).to.deep.equal([`${marker}\n### Second\n`]);
  });

  it("without permission to comment the plan stays in the summary", async () => {
    await writeComment("text", { "pull-request": "1", "github-token": "wrong-token" }, context);
    expect(context.said.warnings.join()).to.contain("pull-requests: write");
  });
});
