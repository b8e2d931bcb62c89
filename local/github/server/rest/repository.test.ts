import type { Octokit } from "@octokit/rest";
import { expect } from "chai";
import { type Fixture, octokitOf, refusal, startFixture } from "../server-fixture.ts";

describe("the REST API, asked by Octokit", () => {
  let fixture: Fixture;
  let octokit: Octokit;
  const repo = { owner: "local", repo: "udagram" };
  const commits: string[] = [];

  before(async () => {
    fixture = await startFixture();
    ({ octokit } = fixture);
    const { clone } = fixture;
    commits.push(await clone.commit("One", { "a.txt": "1\n2\n3\n", "docs/read me.md": "# Hi\n" }));
    commits.push(await clone.commit("Two\n\nIts body", { "a.txt": "1\n2\nthree\n4\n" }));
    commits.push(await clone.commit("Three", { "docs/read me.md": undefined, "b.bin": "\0\x01" }));
    await clone.git("branch", "behind", commits[0] as string);
    await clone.git("checkout", "--quiet", "-b", "aside", commits[1] as string);
    commits.push(await clone.commit("Aside", { "aside.txt": "1\n" }));
    await clone.git("tag", "v1", commits[1] as string);
    await clone.push("main", "v1");
    await clone.push("aside");
    await clone.git("push", "--quiet", "local", "behind");
  });
  after(() => fixture.stop());

  describe("answers", () => {
    it("below /api/v3 and at the root", async () => {
      const atRoot = octokitOf(fixture.github, fixture.github.token, fixture.github.url);
      for (const client of [octokit, atRoot]) {
        const { data } = await client.repos.get(repo);
        expect(data).include({ full_name: "local/udagram", default_branch: "main", private: true });
      }
    });

    it("a token that is not good with 401, one that is missing too", async () => {
      const bad = await refusal(octokitOf(fixture.github, "nonsense").repos.get(repo));
      expect(bad).include({ status: 401 });
      expect(bad.response?.data).deep.equal({
        message: "Bad credentials",
        documentation_url: "https://docs.github.com/rest",
        status: "401",
      });
      const response = await fetch(`${fixture.github.apiUrl}/repos/local/udagram`);
      expect(response.status).equal(401);
    });

    it("what it does not have with 404, naming what was asked", async () => {
      expect(await refusal(octokit.repos.get({ owner: "local", repo: "other" }))).include({ status: 404 });
      const unknown = await refusal(octokit.request("GET /repos/local/udagram/milestones"));
      expect(unknown.message).contain("GET /repos/local/udagram/milestones");
    });

    it("a body that is no JSON with 400", async () => {
      const response = await fetch(`${fixture.github.apiUrl}/repos/local/udagram/deployments`, {
        method: "POST",
        headers: { authorization: `token ${fixture.github.token}` },
        body: "{",
      });
      expect(response.status).equal(400);
    });

    it("pages with a Link header", async () => {
      const first = await octokit.repos.listCommits({ ...repo, per_page: 2 });
      expect(first.data.map(({ sha }) => sha)).deep.equal([commits[2], commits[1]]);
      expect(first.headers.link).contain(
        `${fixture.github.apiUrl}/repos/local/udagram/commits?per_page=2&page=2>; rel="next"`,
      );
      const all = await octokit.paginate(octokit.repos.listCommits, { ...repo, per_page: 2 });
      expect(all.map(({ sha }) => sha)).deep.equal([commits[2], commits[1], commits[0]]);
    });
  });

  describe("variables", () => {
    it("that somebody sets stay when the rest is set up anew", async () => {
      const variable = { ...repo, name: "WATCH_SECONDS" };
      const settings = { variables: { SITE_URL: "http://site" }, secrets: {}, environments: {} };
      fixture.github.setSettings(settings);
      await octokit.actions.createRepoVariable({ ...variable, value: "30" });
      const again = octokit.actions.createRepoVariable({ ...variable, value: "31" });
      expect((await refusal(again)).status).equal(409);
      await octokit.actions.updateRepoVariable({ ...variable, value: "60" });
      fixture.github.setSettings(settings);
      const { data } = await octokit.actions.listRepoVariables(repo);
      expect(data.variables.map(({ name, value }) => `${name}=${value}`)).deep.equal([
        "SITE_URL=http://site",
        "WATCH_SECONDS=60",
      ]);
      await octokit.actions.deleteRepoVariable(variable);
      expect((await refusal(octokit.actions.getRepoVariable(variable))).status).equal(404);
    });
  });

  describe("commits", () => {
    it("by branch, tag, full and short id", async () => {
      for (const [ref, sha] of [
        ["main", commits[2]],
        ["heads/main", commits[2]],
        ["v1", commits[1]],
        [commits[0]?.slice(0, 8) as string, commits[0]],
      ] as const) {
        expect((await octokit.repos.getCommit({ ...repo, ref })).data.sha).equal(sha);
      }
      expect(await refusal(octokit.repos.getCommit({ ...repo, ref: "nowhere" }))).include({ status: 422 });
      expect(await refusal(octokit.repos.getCommit({ ...repo, ref: "--all" }))).include({ status: 422 });
    });

    it("with author, message, parents, statistics and files", async () => {
      const { data } = await octokit.repos.getCommit({ ...repo, ref: commits[1] as string });
      expect(data.commit.message).equal("Two\n\nIts body");
      expect(data.commit.author).deep.include({ name: "Ada", email: "ada@example.org" });
      expect(data.commit.author?.date).match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      expect(data.parents.map(({ sha }) => sha)).deep.equal([commits[0]]);
      expect(data.stats).deep.equal({ total: 3, additions: 2, deletions: 1 });
      expect(data.files?.map(({ filename, status, patch }) => ({ filename, status, patch }))).deep.equal([
        { filename: "a.txt", status: "modified", patch: "@@ -1,3 +1,4 @@\n 1\n 2\n-3\n+three\n+4" },
      ]);
    });

    it("of a file only, and since a time", async () => {
      const { data } = await octokit.repos.listCommits({ ...repo, path: "docs/read me.md" });
      expect(data.map(({ sha }) => sha)).deep.equal([commits[2], commits[0]]);
      const later = await octokit.repos.listCommits({ ...repo, since: "2100-01-01T00:00:00Z" });
      expect(later.data).deep.equal([]);
    });
  });

  describe("compare", () => {
    const compare = async (basehead: string) =>
      (await octokit.repos.compareCommitsWithBasehead({ ...repo, basehead })).data;

    for (const [basehead, status, ahead, behind] of [
      ["main...main", "identical", 0, 0],
      ["behind...main", "ahead", 2, 0],
      ["main...behind", "behind", 0, 2],
      ["main...aside", "diverged", 1, 1],
    ] as const) {
      it(`says that ${basehead} is ${status}`, async () => {
        const data = await compare(basehead);
        expect(data).include({ status, ahead_by: ahead, behind_by: behind, total_commits: ahead });
        expect(data.commits).lengthOf(ahead);
      });
    }

    it("has the merge base, the commits oldest first and the files", async () => {
      const data = await compare(`${commits[0]}...${commits[2]}`);
      expect(data.merge_base_commit.sha).equal(commits[0]);
      expect(data.commits.map(({ sha }) => sha)).deep.equal([commits[1], commits[2]]);
      expect(data.files?.map(({ filename, status }) => [filename, status])).deep.equal([
        ["a.txt", "modified"],
        ["b.bin", "added"],
        ["docs/read me.md", "removed"],
      ]);
    });

    it("answers 404 where a side is unknown", async () => {
      expect(await refusal(compare("main...nowhere"))).include({ status: 404 });
    });
  });

  describe("branches, refs and contents", () => {
    it("lists and gets them", async () => {
      const branches = await octokit.repos.listBranches(repo);
      expect(branches.data.map(({ name }) => name)).deep.equal(["aside", "behind", "main"]);
      expect((await octokit.repos.getBranch({ ...repo, branch: "aside" })).data.commit.sha).equal(commits[3]);
      const { data } = await octokit.git.getRef({ ...repo, ref: "heads/main" });
      expect(data).deep.include({ ref: "refs/heads/main" });
      expect(data.object).include({ type: "commit", sha: commits[2] });
      expect(await refusal(octokit.git.getRef({ ...repo, ref: "heads/mai" }))).include({ status: 404 });
      expect((await octokit.git.listMatchingRefs({ ...repo, ref: "tags/v" })).data).lengthOf(1);
      expect((await octokit.git.getCommit({ ...repo, commit_sha: commits[1] as string })).data.message).equal(
        "Two\n\nIts body",
      );
    });

    it("reads files and folders at a ref", async () => {
      const { data: file } = await octokit.repos.getContent({ ...repo, path: "docs/read me.md", ref: "v1" });
      expect(file).include({ type: "file", encoding: "base64", name: "read me.md" });
      expect(Buffer.from((file as { content: string }).content, "base64").toString()).equal("# Hi\n");
      const { data: folder } = await octokit.repos.getContent({ ...repo, path: "", ref: "v1" });
      expect((folder as { path: string; type: string }[]).map(({ path, type }) => [path, type])).deep.equal([
        ["a.txt", "file"],
        ["docs", "dir"],
      ]);
      const raw = await octokit.repos.getContent({ ...repo, path: "a.txt", mediaType: { format: "raw" } });
      expect(Buffer.from(raw.data as unknown as ArrayBuffer).toString()).equal("1\n2\nthree\n4\n");
      expect(await refusal(octokit.repos.getContent({ ...repo, path: "docs" }))).include({ status: 404 });
    });
  });

  describe("environments and variables", () => {
    it("are those of the settings, never with a secret", async () => {
      fixture.github.setSettings({
        variables: { ENVIRONMENT: "local" },
        secrets: { KEY: "s3cret" },
        environments: { Local: { variables: { SITE: "x" }, secrets: { DATABASE_URL: "s3cret" } } },
      });
      const { data } = await octokit.repos.getAllEnvironments(repo);
      expect(data.environments?.map(({ name }) => name)).deep.equal(["Local"]);
      const variables = await octokit.actions.listEnvironmentVariables({
        ...repo,
        environment_name: "local",
      });
      expect(variables.data.variables.map(({ name, value }) => [name, value])).deep.equal([["SITE", "x"]]);
      expect((await octokit.actions.listRepoVariables(repo)).data.total_count).equal(1);
    });
  });
});
