import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { type Fixture, startFixture, workflow } from "../server-fixture.ts";

const deploy = (mayEnd: string) =>
  workflow(
    "Deploy",
    "push: {branches: [main]}",
    `
- name: Say it
  run: |
    echo "a line with <b>markup</b>"
    echo "::warning title=Careful::the <moon> is up"
    echo "## It is **live**" >> "$GITHUB_STEP_SUMMARY"
    echo '<script>alert(1)</script>' >> "$GITHUB_STEP_SUMMARY"
- name: Wait
  run: while [ ! -e ${mayEnd} ]; do sleep 0.05; done
`,
  );

describe("the pages for people", () => {
  let fixture: Fixture;
  let mayEnd: string;
  before(async () => {
    fixture = await startFixture();
    mayEnd = join(fixture.directory, "may-end");
    await fixture.clone.commit("Show <this>", { ".github/workflows/deploy.yml": deploy(mayEnd) });
    await fixture.clone.attempt(["push", "local", "main"], { UDAGRAM_PUSH_QUIETLY: "1" });
  });
  after(() => fixture.stop());

  const page = async (path: string) => {
    const response = await fetch(`${fixture.github.url}${path}`);
    return { status: response.status, headers: response.headers, text: await response.text() };
  };

  it("of a run follow it while it runs, and stop when it ends", async () => {
    const [run] = fixture.github.runs();
    const path = `/local/udagram/actions/runs/${run?.id}`;
    expect((await page(path)).text).contain("<main data-live>");
    writeFileSync(mayEnd, "");
    await fixture.github.waitForRun(run?.id ?? 0);
    expect((await page(path)).text).contain("<main>");
  });

  it("of a run show title, outcome, annotations, summary, steps and log", async () => {
    const { text } = await page("/local/udagram/actions/runs/1");
    for (const part of [
      "Show &lt;this&gt;",
      "Succeeded",
      "Careful",
      "the &lt;moon&gt; is up",
      "<h2>It is <strong>live</strong></h2>",
      "Say it",
      "a line with &lt;b&gt;markup&lt;/b&gt;",
    ]) {
      expect(text).contain(part);
    }
    expect(text).not.contain("<script>alert");
  });

  it("let nothing run but their own script", async () => {
    const policy = (await page("/local/udagram")).headers.get("content-security-policy") ?? "";
    expect(policy)
      .contain("default-src 'none'")
      .and.match(/script-src 'nonce-[^']+'/);
    expect(policy).not.contain("unsafe");
  });

  it("of the repository list runs, and are where its address leads", async () => {
    const { text } = await page("/");
    expect(text).contain("/local/udagram/actions/runs/1").and.contain("Deploy #1");
  });

  it("of a commit and of a comparison show what changed", async () => {
    const [head = "", first] = (await fixture.clone.git("log", "--format=%H", "main")).stdout
      .trim()
      .split("\n");
    const { text } = await page(`/local/udagram/commit/${head.slice(0, 7)}`);
    expect(text).contain("<h1>Show &lt;this&gt;</h1>").and.contain("+++ b/.github/workflows/deploy.yml");
    const compared = await page(`/local/udagram/compare/${first ?? head}...${head}`);
    expect(compared.status).equal(200);
    expect(compared.text).contain("<h2>Changes</h2>");
    for (const none of ["commit/1234567", "compare/--output=x...main", "commit/main;ls"]) {
      expect((await page(`/local/udagram/${none}`)).status, none).equal(404);
    }
  });

  it("have the whole log of a job as text", async () => {
    const { text } = await page("/local/udagram/actions/runs/1/log/work");
    expect(text).match(/^\d{4}-\d\d-\d\dT[\d:.]+Z a line with <b>markup<\/b>$/m);
  });

  it("that do not exist say so", async () => {
    const { status, text } = await page("/local/udagram/actions/runs/99");
    expect(status).equal(404);
    expect(text).contain("is no page");
  });
});
