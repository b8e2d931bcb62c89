import { expect } from "chai";
import { type Fixture, startFixture, workflow } from "../../local/github/server/server-fixture.ts";
import { marker, writeComment } from "../github/comment.ts";
import { describeCommit, isBranchHead, relationTo } from "../github/commits.ts";
import { failedStep } from "../github/failed-step.ts";
import { type Octokit, octokitFor } from "../github/octokit.ts";
import { type RecordedContext, recordedContext } from "../kit/context-fixture.ts";
import type { BeginEntry } from "./store/entries.ts";
import { closeDeployment, type DeploymentView, openDeployment } from "./views/deployments.ts";
import { activeRelease, isHeldUp, isUnsettled, shownReleases } from "./views/shown-releases.ts";

describe("release: GitHub", () => {
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
    view = { octokit, environment: "production", url: "http://127.0.0.1:1", context };
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

  /** An attempt of its number, whose release was preceded by the one of `before`. */
  const shown = (commit: string, seq: number, before?: number) => ({
    handle: `handle-${seq}`,
    begin: { ...begin(commit, seq), live: before ? { releaseId: `release-${before}`, seq: before } : null },
  });
  const live = { outcome: "live", reason: "verified" } as const;
  const putBack = { outcome: "put-back", reason: "x".repeat(500) } as const;

  it("the Deployments page has one active release at every moment", async () => {
    await openDeployment(view, shown(old, 1));
    expect(await states()).to.deep.equal(["release release-1: in_progress"]);
    await closeDeployment(view, shown(old, 1), live);
    await openDeployment(view, shown(head, 2, 1));
    expect(await states()).to.deep.equal(["release release-2: in_progress", "release release-1: success"]);
    await closeDeployment(view, shown(head, 2, 1), putBack);
    expect(await states()).to.deep.equal(["release release-2: failure", "release release-1: success"]);
    await openDeployment(view, shown(head, 3, 1));
    await closeDeployment(view, shown(head, 3, 1), live);
    expect(await states()).to.deep.equal([
      "release release-3: success",
      "release release-2: failure",
      "release release-1: inactive",
    ]);
    expect(context.said.warnings).to.deep.equal([]);
  });

  it("the Deployments page shows an old release anew when it is rolled back to, and an error where nothing is whole", async () => {
    await openDeployment(view, shown(old, 4, 3));
    await closeDeployment(view, shown(old, 4, 3), live);
    expect((await states()).slice(0, 2)).to.deep.equal([
      "release release-4: success",
      "release release-3: inactive",
    ]);
    await openDeployment(view, shown(head, 5, 4));
    await closeDeployment(view, shown(head, 5, 4), { outcome: "not-restored", reason: "denied" });
    expect((await states()).slice(0, 2)).to.deep.equal([
      "release release-5: error",
      "release release-4: success",
    ]);
  });

  it("the Deployments page is put right later where a run died before it could tell", async () => {
    await openDeployment(view, shown(head, 6, 4));
    // Its run was killed here; a later attempt went live and shows both.
    await openDeployment(view, shown(old, 7, 4));
    await closeDeployment(view, shown(head, 6, 4), putBack);
    await closeDeployment(view, shown(old, 7, 4), live);
    // One that was never shown at all, and one whose end is told late, when another is live already.
    await closeDeployment(view, shown(head, 8, 7), live);
    await openDeployment(view, shown(old, 9, 8));
    await openDeployment(view, shown(head, 10, 9));
    await closeDeployment(view, shown(head, 10, 9), live);
    await closeDeployment(view, shown(old, 9, 8), live);
    const expected = [
      "10: success",
      "9: inactive",
      "8: inactive",
      "7: inactive",
      "6: failure",
      "5: error",
      "4: inactive",
    ];
    expect((await states()).slice(0, 7)).to.deep.equal(expected.map((state) => `release release-${state}`));
    await closeDeployment(view, shown(old, 9, 8), live);
    expect((await states()).slice(0, 7)).to.deep.equal(expected.map((state) => `release release-${state}`));
  });

  it("the Deployments page forgets what was live even behind many failures", async () => {
    for (let seq = 11; seq < 23; seq++) {
      await openDeployment(view, shown(old, seq, 10));
      await closeDeployment(view, shown(old, seq, 10), putBack);
    }
    await openDeployment(view, shown(old, 23, 10));
    await closeDeployment(view, shown(old, 23, 10), live);
    expect((await states()).filter((state) => state.endsWith("success"))).to.deep.equal([
      "release release-23: success",
    ]);
    expect(context.said.warnings).to.deep.equal([]);
  });

  it("says of another environment what is live there, and who holds it up", async () => {
    const there = { ...view, environment: "staging" };
    const rolledBack = shown(old, 1);
    await openDeployment(there, shown(old, 1));
    await closeDeployment(there, shown(old, 1), live);
    await openDeployment(there, shown(head, 2, 1));
    await closeDeployment(there, shown(head, 2, 1), live);
    const before = await shownReleases(view, octokit, "staging");
    expect(before).to.deep.equal([{ releaseId: "release-2", kind: "deploy", state: "success" }]);
    const again = {
      handle: "handle-3",
      begin: { ...rolledBack.begin, kind: "rollback", seq: 3 } as BeginEntry,
    };
    await openDeployment(there, again);
    expect(isUnsettled(await shownReleases(view, octokit, "staging"))).to.equal(true);
    await closeDeployment(there, again, live);
    const after = await shownReleases(view, octokit, "staging");
    expect([activeRelease(after), isHeldUp(after), isUnsettled(after)]).to.deep.equal([
      "release-1",
      true,
      false,
    ]);
  });

  it("a GitHub that shows nothing is a warning and nothing else", async () => {
    const refused = await octokitFor("wrong-token", context);
    await openDeployment({ ...view, octokit: refused }, shown(head, 24));
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

  it("a comment that only begins like the plan is nobody's plan", async () => {
    const { clone, github, repo } = fixture;
    await clone.git("checkout", "--quiet", "-b", "planted", "main");
    const say = `- run: |
    node --eval 'fetch(process.env.GITHUB_API_URL + "/repos/local/udagram/issues/" + process.env.GITHUB_REF.split("/")[2] + "/comments", { method: "POST", headers: { authorization: "Bearer " + process.env.TOKEN }, body: JSON.stringify({ body: "${marker} all is well" }) })'
  env: { TOKEN: "\${{ github.token }}" }`;
    const job = "    permissions: { pull-requests: write }\n";
    await clone.commit("Say that all is well", {
      ".github/workflows/pr.yml": workflow("Pull request", "pull_request:", say, job),
    });
    await clone.push("planted");
    const { data: pulls } = await octokit.rest.pulls.list({ ...repo, head: "local:planted" });
    const issue_number = Number(pulls[0]?.number);
    for (const { id } of github.runs().filter(({ branch }) => branch === "planted"))
      await github.waitForRun(id);
    const given = { "pull-request": String(issue_number), "github-token": github.token };
    await writeComment("### First\n", given, context);
    await writeComment("### Second\n", given, context);
    const { data: comments } = await octokit.rest.issues.listComments({ ...repo, issue_number });
    expect(comments.map(({ user, body }) => [user?.login, body])).to.deep.equal([
      ["github-actions[bot]", `${marker} all is well`],
      ["you", `${marker}\n### Second\n`],
    ]);
    await clone.git("checkout", "--quiet", "side");
  });

  it("without permission to comment the plan stays in the summary", async () => {
    await writeComment("text", { "pull-request": "1", "github-token": "wrong-token" }, context);
    expect(context.said.warnings.join()).to.contain("pull-requests: write");
  });

  it("names the step that stopped a run, where GitHub says so", async () => {
    const { clone, github } = fixture;
    await clone.git("checkout", "--quiet", "main");
    await clone.commit("Break it", {
      ".github/workflows/deploy.yml": workflow(
        "Deploy",
        "push: {branches: [main]}",
        "- {name: API, run: exit 3}",
      ),
    });
    await clone.push("main");
    const failed = github.runs().find(({ workflow: name }) => name === "Deploy");
    await github.waitForRun(failed?.id ?? 0);
    expect(await failedStep(octokit, context, failed?.id ?? 0)).to.equal('step "API" of job "Work" failed');
    expect(await failedStep(octokit, context, 9999)).to.equal(undefined);
  });
});
