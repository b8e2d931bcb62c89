import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { until } from "../../../test/until.ts";
import { Clone, type Fixture, startFixture, told, workflow } from "./server-fixture.ts";

const deploy = workflow(
  "Deploy",
  "push: {branches: [main]}",
  `
- name: Say it
  run: |
    echo "event $GITHUB_EVENT_NAME on $GITHUB_REF"
    echo "## It is **live**" >> "$GITHUB_STEP_SUMMARY"
`,
);

const broken = workflow(
  "Deploy",
  "push: {branches: [main]}",
  `
- name: Start the API
  run: |
    echo "listening on nothing"
    echo "::error title=ApiBroken::the API exits at start"
    exit 3
`,
);

describe("a push", () => {
  let fixture: Fixture;
  before(async () => {
    fixture = await startFixture();
    await fixture.clone.commit("First light", {
      ".github/workflows/deploy.yml": deploy,
    });
  });
  after(() => fixture.stop());

  it("of main runs what its push event starts, and shows the run and its outcome", async () => {
    const { code, stderr } = await fixture.clone.push("main");
    expect(code, stderr).equal(0);
    const text = told(stderr);
    expect(text).match(/^Deploy #1: First light \([0-9a-f]{7}\)$/m);
    expect(text).match(/^ {2}Work {2}✓ Say it/m);
    expect(text).match(/^✓ It is live\n {2}Deploy #1 succeeded in [\d.]+ s$/m);
    expect(text).contain(`${fixture.github.url}/local/udagram/actions/runs/1`);
    const lines = stderr.split("\n").filter((line) => !line.includes(fixture.directory));
    expect(lines.filter((line) => line.length >= 100)).deep.equal([]);
  });

  it("starts nothing that somebody has disabled", async () => {
    const before = fixture.github.runs().length;
    const settings = { variables: {}, secrets: {}, environments: {} };
    fixture.github.setSettings({ ...settings, disabledWorkflows: ["deploy.yml"] });
    await fixture.clone.push("main:quiet");
    await fixture.clone.git("push", "--quiet", "local", "main:refs/tags/quiet");
    const dispatched = await fixture.github.dispatch("deploy.yml", "main", {}).catch((error: Error) => error);
    expect((dispatched as Error).message).to.include("disabled workflow");
    expect(fixture.github.runs()).to.have.length(before);
    fixture.github.setSettings(settings);
    await fixture.clone.git("push", "--quiet", "local", ":refs/heads/quiet", ":refs/tags/quiet");
  });

  it("leaves a record: run, events and summary", () => {
    const { github, directory } = fixture;
    const [run] = github.runs();
    expect(run).include({ number: 1, event: "push", branch: "main", state: "ended", conclusion: "success" });
    const folder = join(directory, "github", "runs", String(run?.id));
    expect(readFileSync(join(folder, "summary.md"), "utf8")).equal("## It is **live**\n");
    const events = readFileSync(join(folder, "events.ndjson"), "utf8").trim().split("\n");
    expect(JSON.parse(events[0] ?? "")).include({ type: "run-queued" });
    expect(JSON.parse(events.at(-1) ?? "")).include({ type: "run-ended", conclusion: "success" });
    expect(existsSync(join(folder, "run.json"))).equal(true);
  });

  it("has the payload that GitHub documents", async () => {
    const first = (await fixture.clone.git("rev-parse", "HEAD")).stdout.trim();
    const sha = await fixture.clone.commit("Second\n\nwith a body", {
      "new.txt": "1",
      ".github/old.txt": "",
    });
    await fixture.clone.push("main");
    const [run] = fixture.github.runs();
    const record = readFileSync(join(fixture.directory, "github/runs", String(run?.id), "run.json"), "utf8");
    const { event } = JSON.parse(record) as { event: Record<string, never> };
    expect(event).deep.include({
      ref: "refs/heads/main",
      before: first,
      after: sha,
      created: false,
      forced: false,
    });
    expect(event.head_commit).deep.include({
      id: sha,
      message: "Second\n\nwith a body",
      author: { name: "Ada", email: "ada@example.org" },
      added: [".github/old.txt", "new.txt"],
    });
    expect(event.commits).lengthOf(1);
    expect(event.repository).deep.include({ full_name: "local/udagram", default_branch: "main" });
    expect(event.pusher).deep.include({ name: "you" });
    expect(event.sender).deep.include({ login: "you", type: "User" });
  });

  it("of something that fails says where, why, and how the log ends", async () => {
    await fixture.clone.commit("Break it", { ".github/workflows/deploy.yml": broken });
    const { code, stderr } = await fixture.clone.push("main");
    expect(code, "the commits are there all the same").equal(0);
    const text = told(stderr);
    expect(text).match(/^✗ Deploy #3 failed after [\d.]+ s in Work › Start the API$/m);
    const verdict = text.slice(text.indexOf("✗ Deploy #3"));
    expect(verdict).contain("ApiBroken: the API exits at start");
    expect(verdict).contain("│ listening on nothing");
    expect(verdict, "the script itself is no news").not.contain("│ exit 3");
  });

  it("of a workflow file that is not valid names file, line and key", async () => {
    await fixture.clone.commit("Misspell it", {
      ".github/workflows/deploy.yml": deploy.replace("steps:", "stepps:"),
    });
    const { stderr } = await fixture.clone.push("main");
    expect(told(stderr)).match(/^✗ \.github\/workflows\/deploy\.yml #4 failed/m);
    expect(told(stderr)).match(/deploy\.yml:\d+: .*unknown key "stepps"/s);
    await fixture.clone.commit("Mend it", { ".github/workflows/deploy.yml": deploy });
    await fixture.clone.push("main");
  });

  it("says nothing and waits for nothing when its pusher shows the run itself", async () => {
    await fixture.clone.commit("Quietly", { "quiet.txt": "1" });
    const { stderr } = await fixture.clone.attempt(["push", "local", "main"], { UDAGRAM_PUSH_QUIETLY: "1" });
    expect(told(stderr)).equal("");
    const [run] = fixture.github.runs();
    expect(run?.title).equal("Quietly");
    expect((await fixture.github.waitForRun(run?.id ?? 0)).conclusion).equal("success");
  });

  it("that is given up with Ctrl-C leaves the run going", async () => {
    const mayGoOn = join(fixture.directory, "may-go-on");
    const slow = deploy.replace(
      "- name: Say it",
      `- name: Think\n        run: while [ ! -e ${mayGoOn} ]; do sleep 0.05; done\n      - name: Say it`,
    );
    await fixture.clone.commit("Slowly", { ".github/workflows/deploy.yml": slow });
    const before = fixture.github.runs().length;
    const interrupt = new AbortController();
    const push = fixture.clone.attempt(["push", "local", "main"], {}, interrupt.signal);
    await until(() => fixture.github.runs().length > before);
    interrupt.abort();
    await push;
    const [run] = fixture.github.runs();
    expect(run?.title).equal("Slowly");
    expect(run?.state).not.equal("ended");
    writeFileSync(mayGoOn, "");
    expect((await fixture.github.waitForRun(run?.id ?? 0)).conclusion).equal("success");
    await fixture.clone.commit("Quickly", { ".github/workflows/deploy.yml": deploy });
    await fixture.clone.push("main");
  });

  it("may come from a shallow clone", async () => {
    const shallow = new Clone(join(fixture.directory, "shallow"), ...fixture.clone.tools);
    const source = `file://${fixture.github.gitDirectory}`;
    await fixture.clone.git("clone", "--quiet", "--depth=1", "--origin=local", source, shallow.directory);
    await shallow.commit("From the shallows", { "shallow.txt": "1" });
    const { code, stderr } = await shallow.push("main");
    expect(code, stderr).equal(0);
    expect(told(stderr)).contain("From the shallows");
    await fixture.clone.git("pull", "--quiet", "local", "main");
  });

  it("runs the hooks whatever the pusher's own configuration says about hooks", async () => {
    const config = join(fixture.directory, "home", ".gitconfig");
    writeFileSync(config, "[core]\n\thooksPath = /nowhere\n[receive]\n\tdenyNonFastForwards = true\n");
    await fixture.clone.git("commit", "--quiet", "--allow-empty", "--amend", "--message", "Another history");
    const { code, stderr } = await fixture.clone.push("--force", "main");
    expect(code, stderr).equal(0);
    expect(told(stderr)).contain("Another history");
    writeFileSync(config, "");
  });

  it("cannot write the refs of pull requests", async () => {
    const { code, stderr } = await fixture.clone.push("main:refs/pull/7/head");
    expect(code).not.equal(0);
    expect(stderr).contain("deny updating a hidden ref");
  });

  it("is refused with the command that starts the stack while it is down", async () => {
    await fixture.github.stop();
    await fixture.clone.commit("Into the void", { "void.txt": "1" });
    const { code, stderr } = await fixture.clone.push("main");
    expect(code).not.equal(0);
    expect(told(stderr)).contain("npm start");
    fixture = await fixture.restart();
    expect((await fixture.clone.push("main")).code).equal(0);
  });
});
