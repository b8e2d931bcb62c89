import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { until } from "../../test/until.ts";
import { githubWithArtifacts, ownRunId } from "../github/artifacts-fixture.ts";
import { type RecordedContext, recordedContext } from "../kit/context-fixture.ts";
import { declared } from "../kit/contract-fixture.ts";
import type { ActionError } from "../kit/errors.ts";
import { failureOf } from "../kit/failure-fixture.ts";
import { Workspace } from "../workspace/workspace-fixture.ts";
import { failureExcerpt } from "./failure-excerpt.ts";
import { inputs as specification, type TestInputs } from "./inputs.ts";
import { run } from "./run.ts";

describe("test", () => {
  let folder: string;
  let space: Workspace;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "udagram-test-"));
    space = new Workspace(join(folder, "workspace"));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const contextOf = (apiUrl = "http://127.0.0.1:1", sha = "a".repeat(40)): RecordedContext =>
    recordedContext(
      {
        workspace: space.directory,
        temp: join(folder, "temp"),
        event: { repository: { default_branch: "main" } },
        apiUrl,
        sha,
        runId: ownRunId,
      },
      { env: { ...process.env } },
    );

  const inputs = (command: string, token = ""): TestInputs => ({
    suite: "backend",
    command,
    "check-command": "",
    reports: [],
    "retry-failed": 0,
    "limit-minutes": 0,
    "test-database": false,
    "npm-token": "",
    paths: ["backend"],
    "paths-file": "",
    job: "Test backend",
    "github-token": token,
  });

  it("reads the inputs that it declares", () => {
    expect(Object.keys(specification)).to.have.members(declared("test").inputs);
  });

  it("streams the suite's output and leaves a result", async () => {
    const context = contextOf();
    await run(inputs("echo one; echo two >&2"), context);
    expect(context.said.lines).to.include.members(["one", "two"]);
    expect(context.said.outputs.ran).to.equal(true);
    expect(Object.keys(context.said.outputs)).to.have.members(
      declared("test").outputs.filter((name) => name !== "failures"),
    );
    expect(context.said.outputs.artifact).to.match(/^test-backend-[0-9a-f]{32}$/);
    const result = JSON.parse(
      readFileSync(join(String(context.said.outputs.directory), "result.json"), "utf8"),
    );
    expect(result).to.include({ suite: "backend", runId: 7, commit: space.git("rev-parse", "HEAD").trim() });
  });

  it("does not run what has passed with the same files", async () => {
    const command = `touch ${join(folder, "ran")}`;
    const first = contextOf();
    await run(inputs(command), first);
    rmSync(join(folder, "ran"));
    const name = String(first.said.outputs.artifact);
    const file = join(String(first.said.outputs.directory), "result.json");
    const files = { "result.json": readFileSync(file) };
    const sha = space.git("rev-parse", "HEAD").trim();
    const github = await githubWithArtifacts(folder, [
      { name, files, document: "result.json", sha, job: "Test backend" },
    ]);
    try {
      space.commit({ "frontend/pages/index.html": "changed\n" });
      const again = contextOf(github.apiUrl, github.take(space.directory));
      await run(inputs(command, github.token), again);
      expect(again.said.outputs).to.include({ ran: false, artifact: name });
      expect(again.said.lines.join()).to.include("passed with the same");
      expect(existsSync(join(folder, "ran"))).to.equal(false);

      space.commit({ "backend/src/greet.ts": "changed\n" });
      const changed = contextOf(github.apiUrl, github.take(space.directory));
      await run(inputs(command, github.token), changed);
      expect(changed.said.outputs.ran).to.equal(true);
      expect(existsSync(join(folder, "ran"))).to.equal(true);
    } finally {
      await github.stop();
    }
  });

  it("runs a suite again whose result says something else, or whose log only quotes that it passed", async () => {
    const first = contextOf();
    await run(inputs("echo once"), first);
    const name = String(first.said.outputs.artifact);
    const sha = space.git("rev-parse", "HEAD").trim();
    const job = "Test backend";
    const key = "0".repeat(32);
    const result = { suite: "backend", key, commit: sha, seconds: 1, tests: "", flaky: [], runId: 101 };
    const files = { "result.json": JSON.stringify(result) };
    const child = contextOf();
    // What a suite prints to look like its job's own word.
    await run(inputs(`echo 'made ${name} with sha256 ${"a".repeat(64)}'`), child);
    const quoted = child.said.lines.filter((line) => line.includes("a".repeat(64)));
    expect(quoted).to.deep.equal([`> made ${name} with sha256 ${"a".repeat(64)}`]);
    const left = { name, files, document: "result.json", sha, job };
    const github = await githubWithArtifacts(folder, [left, { ...left, log: quoted }]);
    try {
      const again = contextOf(github.apiUrl, github.take(space.directory));
      await run(inputs("echo once", github.token), again);
      expect(again.said.outputs.ran).to.equal(true);
      const lines = again.said.lines.filter((line) => line.includes("does not count"));
      expect(lines.join("\n"))
        .to.include("run 102 does not count: the log of its job")
        .and.include("run 101 does not count: it does not say that backend passed");
    } finally {
      await github.stop();
    }
  });

  it("fails with the exit code, shows the failed tests, and leaves no result", async () => {
    const context = contextOf();
    const command =
      "printf '3 passing\\n\\n  1 failing\\n\\n  1) adds up:\\n     expected 2 to equal 3\\n'; exit 5";
    const error = (await run(inputs(command), context).catch((reason: unknown) => reason)) as ActionError;
    expect(error.code).to.equal("TestsFailed");
    expect(error.message).to.include('suite "backend"').and.include("exit code 5");
    expect(context.said.annotations).to.deep.equal([{ title: "adds up", message: "expected 2 to equal 3" }]);
    expect(context.said.summary).to.include("3 tests passed, 1 failed").and.include("| adds up |");
    expect(context.said.outputs).not.to.have.property("artifact");
  });

  it("ends the suite when the job is cancelled", async () => {
    const cancel = new AbortController();
    const context = { ...contextOf(), signal: cancel.signal };
    const running = run(inputs("echo begun; sleep 600"), context).catch((reason: Error) => reason.message);
    await until(() => context.said.lines.includes("begun"));
    cancel.abort(new Error("the job was cancelled"));
    expect(await running).to.equal("the job was cancelled");
  });

  it("gives the suite a database of its own, says whose it is, and takes it away again", async () => {
    const context = contextOf();
    const script =
      'const { Client } = require(process.argv[1]); (async () => { const client = new Client(process.env.DATABASE_URL); await client.connect(); await client.query("CREATE TABLE t (n int)"); const { rows } = await client.query("SELECT current_database() AS name"); console.log(rows[0].name === process.env.PGDATABASE && process.env.POSTGRES_PORT); await client.end(); })()';
    const pg = createRequire(import.meta.url).resolve("pg");
    const suite = { ...inputs(`node -e '${script}' ${pg}`), "test-database": true };
    await run(suite, context);
    const port = context.said.lines.find((line) => /^\d+$/.test(line));
    expect(port).to.match(/^\d+$/);
    expect(context.said.lines.join("\n")).to.match(/database of the suite: .*PostgreSQL/);
    const socket = connect(Number(port), "127.0.0.1");
    const [error] = await once(socket, "error");
    expect(error).to.have.property("code", "ECONNREFUSED");
  });

  it("runs the checks before the suite, and not the suite when they fail", async () => {
    const context = contextOf();
    const failed = await failureOf(
      run({ ...inputs("echo tested"), "check-command": "echo checked; exit 4" }, context),
    );
    expect(failed.message).to.include("echo checked; exit 4").and.include("exit code 4");
    expect(context.said.lines).to.include("checked").and.not.include("tested");
    await run({ ...inputs("echo tested"), "check-command": "true" }, context);
    expect(context.said.lines).to.include("tested");
  });

  it("shows the registry's token to package managers alone, and leaves no file of it", async () => {
    const context = contextOf();
    space.commit({
      ".npmrc": "@team:registry=https://npm.pkg.github.com/\n",
      "package-lock.json": '{ "lockfileVersion": 3, "packages": {} }\n',
    });
    space.write({ "package.json": '{ "scripts": { "postinstall": "cat $NPM_CONFIG_USERCONFIG" } }' });
    await run({ ...inputs('echo "token: $NPM_TOKEN$NODE_AUTH_TOKEN."'), "npm-token": "t0ken" }, context);
    expect(context.said.lines).to.include("token: .");
    expect(context.said.lines.join("\n")).to.include("//npm.pkg.github.com/:_authToken=t0ken");
    expect(context.said.masked).to.deep.equal(["t0ken"]);
    expect(readdirSync(join(folder, "temp")).filter((name) => name.startsWith("npmrc"))).to.deep.equal([]);
  });

  it("reads every file where no paths are given", async () => {
    const everything = { ...inputs("true"), paths: [] };
    const first = contextOf();
    await run(everything, first);
    space.commit({ "docs/anything.md": "changed\n" });
    const next = contextOf();
    await run(everything, next);
    expect(next.said.outputs.artifact).not.to.equal(first.said.outputs.artifact);
  });

  it("says which pathspecs match nothing", async () => {
    const error = (await run({ ...inputs("true"), paths: ["nowhere"] }, contextOf()).catch(
      (reason: unknown) => reason,
    )) as ActionError;
    expect(error.code).to.equal("InvalidInputs");
    expect(error.message).to.include("nowhere");
  });
});

describe("the excerpt of a failed suite's output", () => {
  it("is its last lines where there is no summary of failures", () => {
    const lines = Array.from({ length: 30 }, (_, index) => `line ${index}`);
    expect(failureExcerpt(lines).split("\n")).to.deep.equal(lines.slice(-20));
  });

  it("has no colours and is kept short", () => {
    const lines = ["  \u001b[31m2 failing\u001b[0m", ...Array.from({ length: 50 }, () => "x")];
    const shown = failureExcerpt(lines).split("\n");
    expect(shown[0]).to.equal("2 failing");
    expect(shown.at(-1)).to.equal("… 11 more lines in the log");
  });
});
