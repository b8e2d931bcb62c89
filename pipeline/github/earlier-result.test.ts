import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { recordedContext } from "../kit/context-fixture.ts";
import { Workspace } from "../workspace/workspace-fixture.ts";
import {
  calledPath,
  deployPath,
  githubWithArtifacts,
  type LeftArtifact,
  ownRunId,
} from "./artifacts-fixture.ts";
import { takeEarlierResult } from "./earlier-result.ts";

type Own = NonNullable<Parameters<typeof githubWithArtifacts>[2]> & { readonly ref?: string };

describe("what an earlier run made", () => {
  let folder: string;
  let space: Workspace;
  let tests = 0;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "earlier-result-"));
    space = new Workspace(join(folder, "workspace"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const head = (): string => space.git("rev-parse", "HEAD").trim();
  const wanted = { name: "bundle-1", job: "Build", document: "release.json" };

  /** Looks for what a run on the commit left, in a run on what the branch ends in now. */
  async function look(change: Partial<LeftArtifact> = {}, own: Own = {}) {
    const left = { ...wanted, files: { "release.json": "{}" }, sha: head(), ...change };
    const github = await githubWithArtifacts(join(folder, `github-${++tests}`), [left], own);
    try {
      const sha = github.take(space.directory);
      const { event: eventName = "push", ref = "refs/heads/main" } = own;
      const event = { repository: { default_branch: "main" } };
      const run = { runId: ownRunId, sha, ref, eventName, event, apiUrl: github.apiUrl };
      const context = recordedContext(run);
      const result = await takeEarlierResult(wanted, github.token, context);
      expect(context.said.warnings).to.deep.equal([]);
      return { result, said: context.said.lines.join("\n") };
    } finally {
      await github.stop();
    }
  }

  const legitimate: readonly (readonly [string, Partial<LeftArtifact>, Own?])[] = [
    ["whose deploy failed", { runConclusion: "failure" }],
    ["that was cancelled after its build", { runConclusion: "cancelled" }],
    ["that still waits for somebody's review", { runConclusion: "waiting" }],
    ["that was dispatched", { event: "workflow_dispatch" }],
    ["made before the default branch was renamed", { branch: "master" }],
    [
      "for a pull request, which takes what deploys of the default branch made",
      { path: ".github/workflows/ship.yml" },
      {
        event: "pull_request",
        ref: "refs/pull/1/merge",
        path: ".github/workflows/check.yml",
        called: [calledPath.replace("deploy", "pull-request")],
      },
    ],
    ["of a repository that calls no workflow", { called: [] }, { called: [] }],
  ];
  for (const [name, change, own] of legitimate) {
    it(`counts, of a run ${name}`, async () => {
      const { result, said } = await look(change, own);
      expect(result?.runId, said).to.equal(101);
      expect(Buffer.from(result?.files["release.json"] ?? "").toString()).to.equal("{}");
    });
  }

  const claim = `made ${wanted.name} with sha256 ${"a".repeat(64)}`;
  const attacks: readonly (readonly [string, string, Partial<LeftArtifact>])[] = [
    ["that a pull request started", "it was started by pull_request", { event: "pull_request" }],
    ["that a schedule started", "it was started by schedule", { event: "schedule" }],
    ["of a fork", "it is of another repository", { fork: "mallory" }],
    [
      "of another workflow",
      `it is of the workflow .github/workflows/mine.yml, not ${deployPath}`,
      { path: ".github/workflows/mine.yml" },
    ],
    [
      "that called another pipeline",
      `it did not call ${calledPath}`,
      { called: ["mallory/pipeline/.github/workflows/pipeline-deploy.yml"] },
    ],
    ["whose job failed", 'it did not end well in its job "Build"', { conclusion: "failure" }],
    ["that has no such job", 'it has no job "Build"', { job: "Prebuild" }],
    ["whose log does not say so", "does not say that it made it", { log: ["all is well"] }],
    ["whose other job says so", "does not say that it made it", { log: [], otherLog: [claim] }],
    ["whose log quotes a child", "does not say that it made it", { log: [`> ${claim}`] }],
    ["whose log says so with more around it", "does not say that it made it", { log: [`x ${claim}`] }],
    [
      "whose job made other bytes",
      'its release.json is not the one that the job "Build" made',
      { log: [claim] },
    ],
  ];
  for (const [name, reason, change] of attacks) {
    it(`does not count, of a run ${name}`, async () => {
      const { result, said } = await look(change);
      expect(result).to.equal(undefined);
      expect(said)
        .to.equal(`bundle-1 of run 101 does not count: ${said.split(" count: ")[1]}`)
        .and.include(reason);
    });
  }

  it("counts after a revert, and after a merge into the branch, whose end the commit once was", async () => {
    const sha = head();
    space.commit({ "README.md": "changed\n" });
    space.git("checkout", "--quiet", "-b", "topic", "HEAD~1");
    space.commit({ "topic.txt": "topic\n" });
    space.git("checkout", "--quiet", "main");
    space.git("merge", "--quiet", "--message", "Merge", "topic");
    space.git("revert", "--no-edit", "--mainline", "1", "HEAD");
    expect((await look({ sha })).result?.runId).to.equal(101);
  });

  it("does not count where a merge brought its commit in: nobody reviewed it as it stood", async () => {
    const sha = space.git("rev-parse", "topic").trim();
    const { result, said } = await look({ sha });
    expect(result).to.equal(undefined);
    expect(said).to.match(/its commit \w{7} was never the end of the default branch$/);
  });

  it("does not count where its commit is no commit of the branch, although the run has the branch's name", async () => {
    // Pushed as a tag named main: the run's head_branch is main.
    space.git("checkout", "--quiet", "--orphan", "unreviewed");
    space.commit({ "planted.txt": "planted\n" });
    const sha = head();
    space.git("checkout", "--quiet", "main");
    expect((await look({ sha, branch: "main" })).said).to.include("was never the end of the default branch");
  });

  it("counts though more than a page of commits came after it", async () => {
    const sha = head();
    for (let commits = 0; commits < 120; commits++) {
      space.git("commit", "--quiet", "--allow-empty", "--message", "next");
    }
    expect((await look({ sha })).result?.runId).to.equal(101);
  });

  it("counts for a run of an older commit, run again, though a newer one made it", async () => {
    const left = { ...wanted, files: { "release.json": "{}" }, sha: head() };
    const github = await githubWithArtifacts(join(folder, "older"), [left]);
    try {
      github.take(space.directory);
      const sha = space.git("rev-parse", "HEAD~1").trim();
      const context = recordedContext({ runId: ownRunId, runAttempt: 2, sha, apiUrl: github.apiUrl });
      expect((await takeEarlierResult(wanted, github.token, context))?.runId).to.equal(101);
    } finally {
      await github.stop();
    }
  });

  it("is looked for beyond those that do not count, a few of them", async () => {
    const good = { ...wanted, files: { "release.json": "{}" }, sha: head() };
    const planted = { ...good, event: "pull_request" };
    const github = await githubWithArtifacts(join(folder, "several"), [good, planted, planted]);
    try {
      const sha = github.take(space.directory);
      const event = { repository: { default_branch: "main" } };
      const context = recordedContext({ runId: ownRunId, sha, event, apiUrl: github.apiUrl });
      expect((await takeEarlierResult(wanted, github.token, context))?.runId).to.equal(101);
      expect(context.said.lines).to.have.length(2);
    } finally {
      await github.stop();
    }
  });
});
