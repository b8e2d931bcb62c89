import { expect } from "chai";
import { type Fixture, startFixture, told, workflow } from "./server-fixture.ts";

const comment = workflow(
  "Pull request",
  "pull_request: {branches: [main]}",
  `
- name: Comment
  env:
    TOKEN: \${{ github.token }}
    COMMENTS: \${{ github.event.pull_request.comments_url }}
    TITLE: \${{ github.event.pull_request.title }}
  run: |
    curl -sf -H "Authorization: Bearer $TOKEN" "$COMMENTS" \\
      -d "{\\"body\\": \\"<!-- hidden -->\\\\n**Safe** to merge: $TITLE\\"}" > /dev/null
`,
  "    permissions:\n      pull-requests: write\n",
);

describe("a push of another branch", () => {
  let fixture: Fixture;
  before(async () => {
    fixture = await startFixture();
    await fixture.clone.commit("First light", {
      ".github/workflows/pull-request.yml": comment,
      "feed.txt": "1\n",
    });
  });
  after(() => fixture.stop());

  it("before there is a main says so", async () => {
    await fixture.clone.git("branch", "early");
    expect(told((await fixture.clone.push("early")).stderr)).contain("there is no main yet");
  });

  it("opens a pull request, runs its workflow on the merge and prints the comment", async () => {
    await fixture.clone.push("main");
    await fixture.clone.git("checkout", "--quiet", "-b", "feature/words");
    const sha = await fixture.clone.commit("Add words", { "words.txt": "hello" });
    const { stderr } = await fixture.clone.push("feature/words");
    const text = told(stderr);
    expect(text).contain("Pull request #1 opened: Add words");
    expect(text).match(/✓ Pull request #1 succeeded/);
    expect(text).contain("github-actions[bot] commented on #1:\n  Safe to merge: Add words");
    expect(text).not.contain("hidden");
    const [run] = fixture.github.runs();
    expect(run).include({
      event: "pull_request",
      ref: "refs/pull/1/merge",
      branch: "feature/words",
      sha,
      pullRequest: 1,
    });
  });

  it("again updates it", async () => {
    await fixture.clone.commit("More words", { "words.txt": "hello, world" });
    expect(told((await fixture.clone.push("feature/words")).stderr)).contain(
      "Pull request #1 updated: Add words",
    );
  });

  it("that conflicts with main says where and runs nothing", async () => {
    const before = fixture.github.runs().length;
    await fixture.clone.commit("One way", { "feed.txt": "2\n" });
    await fixture.clone.git("checkout", "--quiet", "main");
    await fixture.clone.commit("Another way", { "feed.txt": "3\n" });
    await fixture.clone.push("main");
    const text = told((await fixture.clone.push("feature/words")).stderr);
    expect(text).contain("cannot be merged into main (conflicts in feed.txt)");
    expect(fixture.github.runs().length).equal(before);
  });

  it("that main already has opens nothing", async () => {
    await fixture.clone.git("branch", "same");
    expect(told((await fixture.clone.push("same")).stderr)).contain(
      "same has nothing that main does not have",
    );
  });

  it("closes with its branch, and opens again with it", async () => {
    await fixture.clone.git("checkout", "--quiet", "-b", "short");
    await fixture.clone.commit("Short", { "short.txt": "1" });
    expect(told((await fixture.clone.push("short")).stderr)).contain("Pull request #2 opened");
    expect(told((await fixture.clone.push("--delete", "short")).stderr)).contain("Pull request #2 closed");
    expect(told((await fixture.clone.push("short")).stderr)).contain("Pull request #2 reopened");
  });

  it("counts as merged once main has its head", async () => {
    expect(told((await fixture.clone.push("short:main")).stderr)).contain("Pull request #2 merged: Short");
    const { data } = await fixture.octokit.pulls.get({ ...fixture.repo, pull_number: 2 });
    expect(data).include({ state: "closed", merged: true });
  });
});
