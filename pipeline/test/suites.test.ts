// Suites that fail, hang, flicker or run nothing, by the real tools that are installed here: mocha and node:test.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { until } from "../../test/until.ts";
import { type RecordedContext, recordedContext } from "../kit/context-fixture.ts";
import { failureOf } from "../kit/failure-fixture.ts";
import { Workspace } from "../workspace/workspace-fixture.ts";
import type { TestInputs } from "./inputs.ts";
import { run } from "./run.ts";

const mocha = `${process.execPath} ${createRequire(import.meta.url).resolve("mocha/bin/mocha.js")} --no-config`;

describe("a suite's tests", () => {
  let folder: string;
  let space: Workspace;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "udagram-suites-"));
    space = new Workspace(join(folder, "workspace"));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const contextOf = (signal = new AbortController().signal): RecordedContext =>
    recordedContext(
      { workspace: space.directory, temp: join(folder, "temp") },
      { env: { PATH: process.env.PATH }, signal },
    );

  const inputs = (command: string, more: Partial<TestInputs> = {}): TestInputs => ({
    suite: "api",
    command,
    "check-command": "",
    reports: [],
    "retry-failed": 0,
    "limit-minutes": 0,
    "test-database": false,
    "npm-token": "",
    paths: [],
    "paths-file": "",
    job: "",
    "github-token": "",
    ...more,
  });

  /** A test file whose first line is the first of the body. */
  const suite = (body: string): void => space.commit({ "api/test/cart.test.js": body });

  it("are annotated on the line that fails, titled by the test, and left for the comment", async () => {
    suite(
      'describe("cart", () => {\n  it("adds up", () => {\n    throw new Error("2 is not 3");\n  });\n});\n',
    );
    const context = contextOf();
    const failed = await failureOf(run(inputs(`cd api && ${mocha} test/cart.test.js`), context));
    expect(failed.message).to.include("exit code 1, 1 test failed");
    expect(context.said.annotations).to.deep.equal([
      {
        title: "cart › adds up",
        message: "Error: 2 is not 3",
        at: { file: "api/test/cart.test.js", line: 3 },
      },
    ]);
    expect(context.said.summary).to.include("| cart › adds up | `api/test/cart.test.js:3` |");
    const left = readFileSync(join(String(context.said.outputs.failures), "failures.json"), "utf8");
    expect(JSON.parse(left).failures).to.deep.equal([
      {
        name: "cart › adds up",
        message: "Error: 2 is not 3",
        at: { file: "api/test/cart.test.js", line: 3 },
      },
    ]);
  });

  it("are named when one hangs beyond the limit, and everything that the suite started is ended", async () => {
    suite('it("comes back", () => new Promise((resolve) => setTimeout(resolve, 3e5)));\n');
    const context = contextOf();
    const command = `bash -c 'sleep 300 & echo $! >pid; ${mocha} --timeout 0 api/test; true'`;
    const failed = await failureOf(run(inputs(command, { "limit-minutes": 0.05 }), context));
    expect(failed.message).to.equal('suite "api" took longer than 0.05 min; still running: "comes back"');
    const pid = Number(readFileSync(join(space.directory, "pid"), "utf8"));
    await until(() => !existsSync(`/proc/${pid}`) || /\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8")));
  });

  it("are named when the job is cancelled", async () => {
    suite(
      'it("comes back", () => { console.log("begun"); return new Promise((resolve) => setTimeout(resolve, 3e5)); });\n',
    );
    const cancel = new AbortController();
    const context = contextOf(cancel.signal);
    const running = run(inputs(`${mocha} --timeout 0 api/test`), context).catch((error: Error) => error);
    await until(() => context.said.lines.includes("begun"));
    cancel.abort(new Error("the job was cancelled"));
    expect(await running).to.have.property("message", "the job was cancelled");
    expect(context.said.annotations).to.deep.equal([
      { title: "Suite api was cancelled", message: 'still running: "comes back"' },
    ]);
  });

  it("fail where there are none", async () => {
    suite('describe("cart", () => {});\n');
    for (const command of [
      `${mocha} api/test`,
      "node --test api/nothing-here",
      `${mocha} --grep never api/test`,
    ]) {
      const failed = await failureOf(run(inputs(command), contextOf()));
      expect(failed.message, command).to.match(/ran no test|exit code 1/);
    }
    suite('it.skip("is for later", () => {});\n');
    const skipped = await failureOf(run(inputs(`${mocha} api/test`), contextOf()));
    expect(skipped.message).to.equal('suite "api" ran no test: all 1 were skipped');
  });

  it("that flicker are named on request, in warnings, summary and result, and are red otherwise", async () => {
    const flag = join(folder, "flag");
    const body = `import fs from "node:fs";\nit("arrives", () => { if (!fs.existsSync("${flag}")) { fs.writeFileSync("${flag}", ""); throw new Error("too early"); } });\n`;
    suite(body);
    expect((await failureOf(run(inputs(`${mocha} api/test`), contextOf()))).code).to.equal("TestsFailed");
    rmSync(flag);
    const context = contextOf();
    await run(inputs(`${mocha} api/test`, { "retry-failed": 1 }), context);
    expect(context.said.outputs.flaky).to.equal('["arrives"]');
    expect(context.said.warnings).to.deep.equal(["failed, and passed when it was tried again: arrives"]);
    expect(context.said.summary).to.include("**Flaky**").and.include("- arrives");
    const result = readFileSync(join(String(context.said.outputs.directory), "result.json"), "utf8");
    expect(JSON.parse(result).flaky).to.deep.equal(["arrives"]);
    rmSync(flag);
    const own = contextOf();
    await run(inputs(`${mocha} --retries 1 api/test`), own);
    expect(own.said.outputs.flaky).to.equal('["arrives"]');
  });

  it("are counted and the slowest shown, whichever reporter mocha has", async () => {
    suite('it("waits", (done) => { setTimeout(done, 210); });\nit("does not", () => {});\n');
    const context = contextOf();
    await run(inputs(`${mocha} --reporter min api/test`), context);
    expect(context.said.summary)
      .to.include("2 tests passed")
      .and.match(/\| waits \| 0\.\d s \|/);
    expect(context.said.summary).not.to.include("does not");
  });

  it("are read from the reports that the command writes, not from older ones", async () => {
    space.commit({ "reports/.keep": "", "api/cart.test.js": "one\ntwo\n" });
    const report =
      '{"results":{"tests":[{"name":"adds up","status":"failed","duration":3,"suite":["cart"],"message":"2 is not 3","filePath":"api/cart.test.js","line":2}]}}';
    const context = contextOf();
    const write = `echo '${report}' >reports/ctrf.json`;
    const reports = ["reports/*.json"];
    await failureOf(run(inputs(`${write}; exit 1`, { reports }), context));
    expect(context.said.annotations).to.deep.equal([
      { title: "cart › adds up", message: "2 is not 3", at: { file: "api/cart.test.js", line: 2 } },
    ]);
    const stale = "touch -d '1 hour ago' reports/ctrf.json";
    const none = await failureOf(run(inputs(stale, { reports }), contextOf()));
    expect(none.message).to.equal('suite "api" wrote no report that input `reports` names: "reports/*.json"');
  });

  it("are not run where types or rules are broken, which are annotated on their lines", async () => {
    space.commit({ "api/a.ts": "let a: number = '';\n" });
    const context = contextOf();
    const check =
      "echo \"api/a.ts(1,5): error TS2322: Type 'string' is not assignable to type 'number'.\"; exit 2";
    const failed = await failureOf(run(inputs("echo tested", { "check-command": check }), context));
    expect(failed.message).to.match(/^the checks of suite "api" failed: .* ended with exit code 2$/s);
    expect(context.said.annotations).to.deep.equal([
      {
        title: "Check of api",
        message: "TS2322: Type 'string' is not assignable to type 'number'.",
        at: { file: "api/a.ts", line: 1 },
      },
    ]);
  });
});
