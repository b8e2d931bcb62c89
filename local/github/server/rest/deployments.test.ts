import type { Octokit } from "@octokit/rest";
import { expect } from "chai";
import { type Fixture, refusal, startFixture } from "../server-fixture.ts";

describe("the REST API of what clients say about commits", () => {
  let fixture: Fixture;
  let octokit: Octokit;
  const repo = { owner: "local", repo: "udagram" };
  /** Main's first and latest commit, and the one of a branch that lacks the latest. */
  const commits: string[] = [];

  before(async () => {
    fixture = await startFixture();
    ({ octokit } = fixture);
    const { clone } = fixture;
    commits.push(await clone.commit("One", { "a.txt": "1\n" }));
    await clone.git("branch", "aside");
    commits.push(await clone.commit("Two", { "b.txt": "1\n" }));
    await clone.push("main");
    await clone.git("checkout", "--quiet", "aside");
    commits.push(await clone.commit("Aside", { "aside.txt": "1\n" }));
    await clone.push("aside");
  });
  after(() => fixture.stop());

  describe("deployments", () => {
    const create = async (environment: string, more: object = {}) => {
      const { data } = await octokit.repos.createDeployment({
        ...repo,
        ref: "main",
        environment,
        auto_merge: false,
        required_contexts: [],
        ...more,
      });
      return data as { id: number; sha: string; environment: string; payload: unknown };
    };
    const tell = (deployment_id: number, state: "success" | "in_progress" | "inactive", more: object = {}) =>
      octokit.repos.createDeploymentStatus({ ...repo, deployment_id, state, ...more });
    const lastState = async (deployment_id: number) =>
      (await octokit.repos.listDeploymentStatuses({ ...repo, deployment_id })).data[0]?.state;

    it("keep what they were made with", async () => {
      const made = await create("staging", { payload: { release: "r1" }, description: "first" });
      expect(made).deep.include({ sha: commits[1], environment: "staging", payload: { release: "r1" } });
      const { data } = await octokit.repos.getDeployment({ ...repo, deployment_id: made.id });
      expect(data).include({ task: "deploy", description: "first", production_environment: false });
      expect((await create("production")).environment).equal("production");
    });

    it("are listed newest first, by environment, ref, task and commit", async () => {
      const made = await create("listing", { task: "rollback" });
      for (const filter of [{ environment: "listing" }, { task: "rollback" }]) {
        const { data } = await octokit.repos.listDeployments({ ...repo, ...filter });
        expect(data.map(({ id }) => id)).deep.equal([made.id]);
      }
      expect((await octokit.repos.listDeployments({ ...repo, sha: "0".repeat(40) })).data).deep.equal([]);
    });

    it("become inactive when a later one of their environment succeeds", async () => {
      const first = await create("preview");
      const production = await create("production");
      await tell(first.id, "success");
      await tell(production.id, "success");
      const second = await create("preview");
      await tell(second.id, "success", {
        environment_url: "http://127.0.0.1/",
        log_url: "http://127.0.0.1/log",
      });
      expect(await lastState(first.id)).equal("inactive");
      expect(await lastState(second.id)).equal("success");
      const third = await create("preview");
      await tell(third.id, "success", { auto_inactive: false });
      expect(await lastState(second.id)).equal("success");
      await tell((await create("production")).id, "success");
      expect(await lastState(production.id), "production is left to its owner").equal("success");
    });

    it("can be deleted once inactive", async () => {
      const first = await create("short");
      const second = await create("short");
      await tell(second.id, "success");
      const refused = await refusal(octokit.repos.deleteDeployment({ ...repo, deployment_id: second.id }));
      expect(refused).include({ status: 422 });
      await tell(second.id, "inactive");
      await octokit.repos.deleteDeployment({ ...repo, deployment_id: second.id });
      await octokit.repos.deleteDeployment({ ...repo, deployment_id: first.id });
    });

    it("need the commit's contexts to be green, unless told otherwise", async () => {
      await octokit.repos.createCommitStatus({
        ...repo,
        sha: commits[1] as string,
        state: "failure",
        context: "ci",
      });
      const deploy = (required_contexts?: string[]) =>
        octokit.repos.createDeployment({
          ...repo,
          ref: "main",
          auto_merge: false,
          ...(required_contexts && { required_contexts }),
        });
      const conflict = await refusal(deploy());
      expect(conflict).include({ status: 409 });
      expect(conflict.message).contain("Conflict: Commit status checks failed for main.");
      await octokit.repos.createCommitStatus({
        ...repo,
        sha: commits[1] as string,
        state: "success",
        context: "ci",
      });
      expect((await deploy(["ci"])).status).equal(201);
    });

    it("merge the default branch into a branch that lacks it", async () => {
      const merged = await octokit.repos.createDeployment({ ...repo, ref: "aside", required_contexts: [] });
      expect(merged.status).equal(202);
      expect((merged.data as { message: string }).message).equal(
        "Auto-merged main into aside on deployment.",
      );
      const { data } = await octokit.repos.getCommit({ ...repo, ref: "aside" });
      expect(data.parents.map(({ sha }) => sha)).deep.equal([commits[2], commits[1]]);
    });

    it("answer 422 with every field that is wrong", async () => {
      const wrong = await refusal(
        octokit.request("POST /repos/local/udagram/deployments", { auto_merge: "yes" }),
      );
      expect(wrong.response?.data).deep.include({
        message: "Validation Failed",
        errors: [
          { resource: "Deployment", field: "ref", code: "missing_field" },
          { resource: "Deployment", field: "auto_merge", code: "custom", message: "must be a boolean" },
        ],
      });
      expect(await refusal(create("x", { ref: "nowhere" }))).include({ status: 422 });
      const { id } = await create("x");
      const long = await refusal(tell(id, "success", { description: "x".repeat(141) }));
      expect(JSON.stringify(long.response?.data)).contain("maximum is 140 characters");
    });
  });

  describe("commit statuses", () => {
    it("combine to the worst of the newest of each context", async () => {
      const sha = commits[0] as string;
      const combined = async () => (await octokit.repos.getCombinedStatusForRef({ ...repo, ref: sha })).data;
      expect(await combined()).include({ state: "pending", total_count: 0 });
      await octokit.repos.createCommitStatus({ ...repo, sha, state: "pending", context: "ci/build" });
      await octokit.repos.createCommitStatus({ ...repo, sha, state: "success", context: "ci/build" });
      expect(await combined()).include({ state: "success", total_count: 1 });
      await octokit.repos.createCommitStatus({ ...repo, sha, state: "error", context: "ci/test" });
      expect(await combined()).include({ state: "failure", total_count: 2 });
      expect((await octokit.repos.listCommitStatusesForRef({ ...repo, ref: sha })).data).lengthOf(3);
    });
  });

  describe("pull requests and comments", () => {
    it("are counted, listed and commented", async () => {
      const { data: pulls } = await octokit.pulls.list(repo);
      expect(pulls.map(({ number, head, base }) => [number, head.ref, base.ref])).deep.equal([
        [1, "aside", "main"],
      ]);
      const { data: pull } = await octokit.pulls.get({ ...repo, pull_number: 1 });
      expect(pull).include({
        title: "Aside",
        commits: 1,
        additions: 1,
        deletions: 0,
        changed_files: 1,
        mergeable: true,
      });
      expect((await octokit.pulls.listFiles({ ...repo, pull_number: 1 })).data[0]?.filename).equal(
        "aside.txt",
      );

      const { data: comment } = await octokit.issues.createComment({
        ...repo,
        issue_number: 1,
        body: "first",
      });
      await octokit.issues.updateComment({ ...repo, comment_id: comment.id, body: "second" });
      const listed = await octokit.issues.listComments({ ...repo, issue_number: 1 });
      expect(listed.data.map(({ body, user }) => [body, user?.login])).deep.equal([["second", "you"]]);
      await octokit.issues.deleteComment({ ...repo, comment_id: comment.id });
      expect((await octokit.issues.listComments({ ...repo, issue_number: 1 })).data).deep.equal([]);
    });

    it("refuse empty and endless comments, and what is no issue", async () => {
      const post = (issue_number: number, body: string) =>
        octokit.issues.createComment({ ...repo, issue_number, body });
      expect(await refusal(post(1, ""))).include({ status: 422 });
      expect((await refusal(post(1, "x".repeat(65_537)))).message).contain("maximum is 65536 characters");
      expect(await refusal(post(99, "x"))).include({ status: 404 });
    });
  });
});
