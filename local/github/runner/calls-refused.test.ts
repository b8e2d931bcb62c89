import { join } from "node:path";
import { expect } from "chai";
import { call, called, caller, file, prints } from "./calls-fixture.ts";
import { createFixture, type RunnerFixture } from "./runner-fixture.ts";

/** What GitHub refuses before a run starts, and what this runner does not know. */
describe("a call of a workflow", () => {
  let fixture: RunnerFixture;
  before(() => {
    fixture = createFixture();
  });
  after(() => fixture[Symbol.dispose]());

  const refused = async (text: string, repositories = {}): Promise<readonly string[]> => {
    const run = await fixture.run(text, { repositories });
    expect(run.conclusion).to.equal("failure");
    expect(run.events.at(-1)).to.include({ reason: "the workflow file is not valid" });
    return run.lines.map((line) => line.replace(/^##\[error\]\.github\/workflows\//, ""));
  };

  it("takes the keywords that GitHub allows there, and no others", async () => {
    const lines = await refused(
      caller({
        a: call(
          "x",
          "runs-on: ubuntu-24.04\nenvironment: production\nenv: {}\ntimeout-minutes: 1\ncontainer: x\nfoo: 1",
        ),
        b: "runs-on: ubuntu-24.04\nsteps: []\nwith: {}\nsecrets: inherit",
        c: call("x", "secrets: all"),
      }),
    );
    expect(lines).to.deep.equal([
      "test.yml:6: jobs.a.runs-on: cannot stand in a job that calls a workflow",
      "test.yml:7: jobs.a.environment: cannot stand in a job that calls a workflow",
      "test.yml:8: jobs.a.env: cannot stand in a job that calls a workflow",
      "test.yml:9: jobs.a.timeout-minutes: cannot stand in a job that calls a workflow",
      "test.yml:10: jobs.a.container: cannot stand in a job that calls a workflow",
      'test.yml:11: jobs.a.foo: unknown key "foo"; known here: name, needs, if, permissions, concurrency, strategy, uses, with, secrets',
      "test.yml:15: jobs.b.with: belongs to jobs with uses",
      "test.yml:16: jobs.b.secrets: belongs to jobs with uses",
      'test.yml:19: jobs.c.secrets: must be one of inherit, not "all"',
    ]);
  });

  it("names a workflow file, and nothing that depends on the run", async () => {
    const wrong = [
      "$/.github/workflows/x.yml@v1",
      "./workflows/x.yml",
      "$/.github/workflows/more/x.yml",
      "a/b/.github/workflows/x.yml",
      "a/b/x.yml@v1",
      "a/b/.github/workflows/x.yml@refs/heads/main",
      `a/b/.github/workflows/x.yml@\${{ github.ref_name }}`,
    ];
    for (const uses of wrong) {
      const [line = "", ...more] = await refused(caller({ a: `uses: "${uses}"` }));
      expect(line).to.match(/^test\.yml:5: jobs\.a\.uses: ".*(names no workflow|without "refs)/);
      expect(more).to.deep.equal([]);
    }
  });

  it("reads no context that is not there: not env, not secrets in inputs", async () => {
    fixture.commit(file("x", called("inputs: { a: { type: string } }\nsecrets: { s: {} }", { work: "" })));
    const lines = await refused(
      caller({
        a: call("x", `with: { a: "\${{ env.A }}" }`),
        b: call("x", `with: { a: "\${{ secrets.A }}" }`),
        c: call("x", `secrets: { s: "\${{ env.A }}" }`),
      }),
    );
    expect(lines.map((line) => line.split(";")[0])).to.deep.equal([
      'test.yml:6: jobs.a.with.a: context "env" is not available here',
      'test.yml:9: jobs.b.with.a: context "secrets" is not available here',
      'test.yml:12: jobs.c.secrets.s: context "env" is not available here',
    ]);
  });

  it("finds the workflow, and that it may be called", async () => {
    const sha = fixture.commit(
      file("push", caller({ a: "runs-on: ubuntu-24.04\nsteps: [{ run: 'true' }]" })),
    );
    expect(await refused(caller({ a: call("none") }))).to.deep.equal([
      `test.yml:5: jobs.a.uses: there is no ".github/workflows/none.yml" at ${sha} of "local/udagram"`,
    ]);
    expect(await refused(caller({ a: call("push") }))).to.deep.equal([
      'test.yml:5: jobs.a.uses: "$/.github/workflows/push.yml" has no workflow_call in its "on"',
    ]);
    const elsewhere = (ref: string) => caller({ a: `uses: else/where/.github/workflows/push.yml@${ref}` });
    expect(await refused(elsewhere("v1"))).to.deep.equal([
      'test.yml:5: jobs.a.uses: repository "else/where" is not known to this runner; it has local/udagram',
    ]);
    const repositories = { "else/where": { gitDirectory: join(fixture.directory, "repository.git") } };
    expect(await refused(elsewhere("v1"), repositories)).to.deep.equal([
      'test.yml:5: jobs.a.uses: "else/where" has no branch, tag or commit "v1"',
    ]);
    expect(await refused(elsewhere(sha.slice(0, 7)), repositories)).to.deep.equal([
      `test.yml:5: jobs.a.uses: "else/where" has no branch, tag or commit "${sha.slice(0, 7)}"`,
    ]);
  });

  it("passes what the workflow declares, whatever its condition", async () => {
    fixture.commit(
      file(
        "strict",
        called(
          `inputs:
  must: { type: string, required: true }
  flag: { type: boolean }
  count: { type: number }
secrets:
  token: { required: true }
  other:`,
          { work: "" },
        ),
      ),
    );
    const uses = '"$/.github/workflows/strict.yml"';
    expect(await refused(caller({ a: call("strict", "if: false") }))).to.deep.equal([
      `test.yml:5: jobs.a.uses: input "must" of ${uses} is required`,
      `test.yml:5: jobs.a.uses: secret "token" of ${uses} is required`,
    ]);
    expect(
      await refused(
        caller({
          a: call(
            "strict",
            `with: { MUST: 1, flag: "true", count: "1", more: x }\nsecrets: { TOKEN: x, third: x }`,
          ),
        }),
      ),
    ).to.have.members([
      `test.yml:6: jobs.a.with.more: ${uses} has no input "more"; its inputs: must, flag, count`,
      'test.yml:6: jobs.a.with.flag: must be a boolean, not "true"',
      'test.yml:6: jobs.a.with.count: must be a number, not "1"',
      `test.yml:7: jobs.a.secrets.third: ${uses} has no secret "third"; its secrets: token, other`,
    ]);
  });

  it("grants what the workflow and each of its jobs asks for", async () => {
    fixture.commit({
      ...file(
        "job",
        called("", { work: "if: false\npermissions: { contents: write, id-token: write, packages: read }" }),
      ),
      ...file("whole", called("", { work: "" }, "permissions: { actions: write }")),
      ...file(
        "between",
        called("", { work: "" }).replace(
          / {2}work:[\s\S]*$/,
          "  next:\n    uses: $/.github/workflows/job.yml\n",
        ),
      ),
    });
    const asks = (name: string, who: string, asked: string, allowed: string): string =>
      `"$/.github/workflows/${name}.yml" may not have what it asks for: ${who} is requesting ${asked}, but is only allowed ${allowed}`;
    expect(await refused(caller({ a: call("job") }))).to.deep.equal([
      `test.yml:4: jobs.a.permissions: ${asks("job", 'its job "work"', "contents: write, id-token: write", "contents: read, id-token: none")}`,
    ]);
    expect(
      await refused(caller({ a: call("whole", "permissions: { actions: read }") }, "permissions: write-all")),
    ).to.deep.equal([
      `test.yml:4: jobs.a.permissions: ${asks("whole", "the workflow", "actions: write", "actions: read")}`,
    ]);
    const chain = caller({ a: call("between", "permissions: { contents: write, packages: read }") });
    expect(await refused(chain)).to.deep.equal([
      `between.yml:6: jobs.next.permissions: ${asks("job", 'its job "work"', "id-token: write", "id-token: none")}`,
    ]);
  });

  it("passes no secrets to another owner's workflow without naming them", async () => {
    const sha = fixture.commit(file("theirs", called("secrets: { A: {} }", { work: "" })));
    const repositories = { "else/where": { gitDirectory: join(fixture.directory, "repository.git") } };
    const uses = `uses: else/where/.github/workflows/theirs.yml@${sha}\n`;
    expect(await refused(caller({ a: `${uses}secrets: inherit` }), repositories)).to.deep.equal([
      'test.yml:5: jobs.a.secrets: secrets of "local" are not inherited by a workflow of "else"; pass them by name',
    ]);
    const named = await fixture.run(caller({ a: `${uses}secrets: { A: x }` }), { repositories });
    expect(named.conclusion).to.equal("success");
  });

  it("gives the outputs that the workflow declares, and no others", async () => {
    fixture.commit(
      file(
        "gives",
        called(`outputs: { made: { value: x }, lost: { value: '\${{ jobs.work.outputs.none }}' } }`, {
          work: "outputs: { some: x }",
        }),
      ),
    );
    const reads = (job: string, output: string): string =>
      prints(`\${{ needs.${job}.outputs.${output} }}`, `needs: ${job}`);
    expect(await refused(caller({ a: call("gives") }))).to.deep.equal([
      'gives.yml:3: on.workflow_call.outputs.lost.value: "jobs.work.outputs.none": "work" has no output "none"; its outputs: some',
    ]);
    fixture.commit(file("gives", called("outputs: { made: { value: x } }", { work: "" })));
    const plain = "runs-on: ubuntu-24.04\nsteps: []\noutputs: { one: x }";
    expect(
      await refused(
        caller({
          a: call("gives"),
          b: reads("a", "MADE"),
          c: reads("a", "mode"),
          d: plain,
          e: reads("d", "two"),
        }),
      ),
    ).to.deep.equal([
      'test.yml:14: jobs.c.steps[0].run: "needs.a.outputs.mode": "a" has no output "mode"; its outputs: made',
      'test.yml:22: jobs.e.steps[0].run: "needs.d.outputs.two": "d" has no output "two"; its outputs: one',
    ]);
  });

  it("ends: no workflow calls itself, and none is eleven levels or fifty-one workflows away", async () => {
    const calls = (name: string): string =>
      caller({ next: call(name) }).replace("on: push", "on: workflow_call");
    fixture.commit({ ...file("ping", calls("pong")), ...file("pong", calls("ping")) });
    const [loop] = await refused(caller({ a: call("ping") }));
    expect(loop).to.match(
      /^pong\.yml:5: jobs\.next\.uses: ".*ping\.yml" calls itself: .*test.yml → .*ping.yml → .*pong.yml → .*ping.yml$/,
    );

    const numbers = Array.from({ length: 51 }, (_, index) => index + 1);
    const leaf = called("", { work: "" });
    fixture.commit(
      Object.assign(
        {},
        ...numbers.map((n) => file(`wide${n}`, leaf)),
        ...numbers.map((n) => file(`deep${n}`, n === 51 ? leaf : calls(`deep${n + 1}`))),
      ),
    );
    expect(await refused(caller({ a: call("deep42") }))).to.deep.equal([
      "deep50.yml:5: jobs.next.uses: more than 10 levels of workflows",
    ]);
    const wide = Object.fromEntries(numbers.map((n) => [`job${n}`, call(`wide${n}`)]));
    expect(await refused(caller(wide))).to.deep.equal([
      "test.yml:155: jobs.job51.uses: more than 50 workflows are called",
    ]);
  });

  it("needs a file without mistakes, which is named with its repository where that is another", async () => {
    const wrong = `on:
  workflow_call:
    inputs: { a: {}, b: { type: choice }, c: { type: string, options: [x] }, d: { type: boolean, default: yes }, 1e: { type: string } }
    outputs: { a: {}, b: { value: "\${{ jobs.none.outputs.x }}" }, c: { value: "\${{ needs.work.result }}" } }
    tokens: {}
jobs:
  work: { runs-on: ubuntu-24.04, steps: [{ uses: $/actions/none }] }
`;
    const expected = (name: string) => [
      `${name}:3: on.workflow_call.inputs.a: type is missing: string, boolean or number`,
      `${name}:3: on.workflow_call.inputs.b.type: must be one of string, boolean, number, not "choice"`,
      `${name}:3: on.workflow_call.inputs.c.options: unknown key "options"; known here: description, type, required, default`,
      `${name}:3: on.workflow_call.inputs.d.default: must be a boolean, not "yes"`,
      `${name}:3: on.workflow_call.inputs.1e: "1e" is no input id; use letters, digits, - and _, starting with a letter or _`,
      `${name}:4: on.workflow_call.outputs.a: value is missing`,
      `${name}:4: on.workflow_call.outputs.a: must be a text, not a mapping`,
      `${name}:4: on.workflow_call.outputs.c.value: context "needs" is not available here; available here: github, inputs, vars, jobs`,
      `${name}:4: on.workflow_call.outputs.b.value: "jobs.none.outputs.x": there is no job "none"`,
      `${name}:5: on.workflow_call.tokens: unknown key "tokens"; known here: inputs, secrets, outputs`,
    ];
    const sha = fixture.commit(file("wrong", wrong));
    expect(await refused(caller({ a: call("wrong") }))).to.have.members(expected("wrong.yml"));
    const repositories = { "else/where": { gitDirectory: join(fixture.directory, "repository.git") } };
    const uses = `else/where/.github/workflows/wrong.yml@${sha}`;
    const lines = await refused(caller({ a: `uses: ${uses}` }), repositories);
    expect(lines.map((line) => line.replace("##[error]", ""))).to.have.members(expected(uses));
  });
});
