// biome-ignore-all lint/suspicious/noTemplateCurlyInString: workflow files hold ${{ }}
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { stepsOf } from "./check-references.ts";
import { parseWorkflow } from "./parse-workflow.ts";

const root = join(import.meta.dirname, "..", "..", "..", "..");

/** The problems of a workflow, as its author reads them. */
function problemsOf(text: string): string {
  try {
    parseWorkflow(text, "w.yml");
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const job = (lines: string): string => `on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n${lines}\n`;
const step = (lines: string): string => job(`    steps:\n${lines}`);

describe("workflow files", () => {
  for (const name of readdirSync(join(root, ".github", "workflows"))) {
    it(`understands ${name} of this repository`, () => {
      const path = `.github/workflows/${name}`;
      expect(parseWorkflow(readFileSync(join(root, path), "utf8"), path).jobs).not.to.deep.equal([]);
    });
  }

  it("takes the events of GitHub that never happen here, and starts nothing by them", () => {
    const text = job("    steps: []").replace(
      "on: push",
      "on: { schedule: [{ cron: 0 0 * * 1 }], release: {} }",
    );
    expect(Object.values(parseWorkflow(text, "w.yml").triggers)).to.deep.equal([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  const wrong: readonly (readonly [string, string, string])[] = [
    ["no YAML", "on: [push", "w.yml:1: Flow sequence in block collection must be"],
    ["an empty file", "# nothing\n", "w.yml:1: the file is empty"],
    ["no jobs", "on: push\n", "w.yml:1: jobs are missing"],
    ["no trigger", "jobs:\n  a:\n    runs-on: x\n    steps: []\n", "w.yml:1: on is missing"],
    ["a repeated key", "on: push\non: push\njobs: {}\n", "w.yml:2: Map keys must be unique"],
    [
      "an unknown event",
      job("    steps: []").replace("on: push", "on: [push, pushed]"),
      'w.yml:1: on[1]: event "pushed" is not known; those that happen here: push, pull_request, workflow_dispatch',
    ],
    [
      "an unknown key of the file",
      `jbos: 1\n${job("    steps: []")}`,
      'w.yml:1: jbos: unknown key "jbos"; known here: name, description, run-name, on, permissions, env, defaults, concurrency, jobs',
    ],
    [
      "an unknown key of a job",
      job("    timeout: 5\n    steps: []"),
      'w.yml:5: jobs.a.timeout: unknown key "timeout"',
    ],
    [
      "an unknown key of a step",
      step("      - run: x\n        shel: bash"),
      'w.yml:7: jobs.a.steps[0].shel: unknown key "shel"; known here: id, name, if',
    ],
    [
      "a shell that this machine does not know, of a step",
      step("      - run: x\n        shell: pwsh"),
      'w.yml:7: jobs.a.steps[0].shell: shell "pwsh" is not known to this runner; use bash, sh or a command with {0}',
    ],
    [
      "a shell that this machine does not know, of all steps",
      job("    defaults: { run: { shell: python } }\n    steps: []"),
      'w.yml:5: jobs.a.defaults.run.shell: shell "python" is not known to this runner',
    ],
    [
      "service containers",
      job("    services: {}\n    steps: []"),
      "w.yml:5: jobs.a.services: service containers are not",
    ],
    [
      "parallel steps",
      step("      - parallel: []\n        run: x"),
      "w.yml:6: jobs.a.steps[0].parallel: is not supported",
    ],
    [
      "another system",
      job("    steps: []").replace("ubuntu-24.04", "windows-2025"),
      'w.yml:4: jobs.a.runs-on: "windows-2025"',
    ],
    [
      "a step with nothing to do",
      step("      - name: x"),
      "w.yml:6: jobs.a.steps[0]: a step needs either run or uses",
    ],
    [
      "a step id twice",
      step("      - { id: x, run: a }\n      - { id: X, run: b }"),
      'w.yml:7: jobs.a.steps[1].id: there is another step "X"',
    ],
    ["an unknown need", job("    needs: b\n    steps: []"), 'w.yml:3: jobs.a.needs: there is no job "b"'],
    ["needs in a circle", job("    needs: a\n    steps: []"), 'w.yml:3: jobs.a.needs: "a" needs itself'],
    [
      "an unknown permission",
      job("    permissions: { content: read }\n    steps: []"),
      'jobs.a.permissions.content: unknown key "content"',
    ],
    [
      "a wrong level",
      job("    permissions:\n      contents: admin\n    steps: []"),
      'w.yml:6: jobs.a.permissions.contents: must be one of none, read, write, not "admin"',
    ],
    [
      "a queue that cancels",
      job("    concurrency: { group: x, cancel-in-progress: true, queue: max }\n    steps: []"),
      "jobs.a.concurrency.cancel-in-progress: cannot be true together with queue: max",
    ],
    [
      "an unknown context",
      step("      - run: |\n          a\n          ${{ gihub.sha }}"),
      'w.yml:8: jobs.a.steps[0].run: unknown context "gihub"; available here: github,',
    ],
    [
      "a context out of place",
      job("    if: secrets.X != ''\n    steps: []"),
      'w.yml:5: jobs.a.if: context "secrets" is not available here; available here: github, inputs, vars, needs',
    ],
    [
      "an unknown function",
      step("      - if: succes()\n        run: x"),
      'w.yml:6: jobs.a.steps[0].if: unknown function "succes"',
    ],
    [
      "a function out of place",
      step("      - run: ${{ failure() }}"),
      "w.yml:6: jobs.a.steps[0].run: function failure() is not available here",
    ],
    [
      "a broken expression",
      step("      - run: ${{ github.sha == }}"),
      "w.yml:6: jobs.a.steps[0].run: unexpected end of expression",
    ],
    [
      "an open expression",
      step("      - run: ${{ github.sha"),
      "w.yml:6: jobs.a.steps[0].run: an expression is opened and never closed by }}",
    ],
    [
      "an expression with nothing in it",
      step("      - run: ${{ }}"),
      "w.yml:6: jobs.a.steps[0].run: the expression is empty",
    ],
    [
      "a job read without needing it",
      step("      - run: ${{ needs.b.result }}"),
      '"needs.b.result": "b" is not in the needs of "a"',
    ],
    [
      "a step that is not there",
      step("      - run: ${{ steps.b.outcome }}"),
      '"steps.b.outcome": "a" has no step with id "b"',
    ],
    [
      "an action without a ref",
      step("      - uses: foo/bar"),
      'w.yml:6: jobs.a.steps[0].uses: "foo/bar" names no action; write $/path or owner/name/path@ref',
    ],
    [
      "an action of the workspace",
      step("      - uses: ./actions/x"),
      'use "$/actions/x", the run\'s own commit',
    ],
    ["an own action with a ref", step("      - uses: $/actions/x@v1"), "must have no @ref"],
    [
      "an unknown input of a built-in action",
      step("      - uses: actions/checkout@v7\n        with:\n          token: x"),
      'w.yml:8: jobs.a.steps[0].with.token: input "token" of actions/checkout is not known to this runner; known inputs: ref, fetch-depth',
    ],
    [
      "a missing input of a built-in action",
      step("      - uses: actions/upload-artifact@v7"),
      'w.yml:6: jobs.a.steps[0]: input "path" of actions/upload-artifact is missing',
    ],
    [
      "an anchor within itself",
      job("    strategy: { matrix: &m { a: [*m] } }\n    steps: []"),
      "nested too deeply, or an anchor contains its own alias",
    ],
  ];
  for (const [name, text, message] of wrong) {
    it(`refuses ${name}`, () => expect(problemsOf(text)).to.contain(message));
  }

  it("names every problem, in the order of the file", () => {
    const lines = problemsOf(step("      - run: ${{ a }}\n      - run: ${{ b }}\n      - uses: x/y")).split(
      "\n",
    );
    expect(lines.map((line) => line.split(":")[1])).to.deep.equal(["6", "7", "8"]);
  });

  it("follows anchors and aliases", () => {
    const { jobs } = parseWorkflow(
      step("      - { run: a, env: &env { X: '1' } }\n      - { run: b, env: *env }"),
      "w.yml",
    );
    const [steps = []] = jobs.map(stepsOf);
    expect(steps.map(({ env }) => env.X?.source)).to.deep.equal(["1", "1"]);
  });

  it("reads what a reusable workflow takes and gives, however its events are written", () => {
    const trigger = (on: string) =>
      parseWorkflow(`on: ${on}\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps: []`, "w.yml").triggers
        .workflowCall;
    const nothing = { inputs: {}, secrets: {}, outputs: {} };
    expect(trigger("push")).to.equal(undefined);
    expect(["workflow_call", "[push, workflow_call]", "{ workflow_call: }"].map(trigger)).to.deep.equal([
      nothing,
      nothing,
      nothing,
    ]);
    const { inputs, secrets, outputs } =
      trigger(
        "{ workflow_call: { inputs: { a: { type: number, default: 2 } }, secrets: { s: }, outputs: { o: { value: x } } } }",
      ) ?? nothing;
    expect(inputs).to.have.nested.property("a.default.source", 2);
    expect([secrets, Object.keys(outputs)]).to.deep.equal([{ s: { required: false } }, ["o"]]);
  });

  it("reads permissions as GitHub grants them", () => {
    const permissions = (text: string) =>
      parseWorkflow(job(`    permissions: ${text}\n    steps: []`), "w.yml").jobs[0]?.permissions;
    expect(permissions("{}")).to.deep.equal({});
    expect(permissions("{ contents: read, id-token: write }")).to.deep.equal({
      contents: "read",
      "id-token": "write",
    });
    expect(permissions("read-all")).to.include({ contents: "read" }).and.not.to.have.property("id-token");
    expect(permissions("write-all")).to.include({ "id-token": "write", models: "read" });
  });
});
