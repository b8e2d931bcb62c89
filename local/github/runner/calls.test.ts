import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { until } from "../../../test/until.ts";
import { call, called, caller, file, prints } from "./calls-fixture.ts";
import { createFixture, type FinishedRun, type RunnerFixture } from "./runner-fixture.ts";

/** https://docs.github.com/actions/how-tos/reuse-automations/reuse-workflows */
describe("a called workflow", () => {
  let fixture: RunnerFixture;
  before(() => {
    fixture = createFixture();
  });
  beforeEach(() => {
    Object.assign(fixture.settings, { variables: {}, secrets: {}, environmentSecrets: {} });
  });
  after(() => fixture[Symbol.dispose]());

  it("gets inputs of the types that it declares, and gives outputs", async () => {
    fixture.commit(
      file(
        "build",
        called(
          `inputs:
  text: { type: string, required: true }
  flag: { type: boolean }
  count: { type: number, default: 3 }
  ref: { type: string, default: "\${{ github.ref_name }}" }
  size: { type: string }
outputs:
  made: { description: What was made, value: "\${{ jobs.make.outputs.made }}, \${{ inputs.count > 2 && 'many' }}" }
  how: { value: "\${{ jobs.make.result }}" }`,
          {
            make: `outputs: { made: "\${{ steps.make.outputs.made }}" }
steps:
  - id: make
    run: echo "made=\${{ inputs.text }} \${{ inputs.flag == true }} \${{ inputs.count }} \${{ inputs.ref }} \${{ inputs.size }}" >> "$GITHUB_OUTPUT"`,
          },
        ),
      ),
    );
    const run = await fixture.run(
      caller({
        build: call(
          "build",
          `with: { TEXT: "\${{ github.event_name }}ed", flag: "\${{ github.ref_name == 'main' }}", size: 12 }`,
        ),
        after: prints(
          `\${{ needs.build.outputs.made }}; \${{ needs.build.outputs.how }}, \${{ needs.build.result }}`,
          "needs: build",
        ),
      }),
    );
    expect(run.annotations).to.deep.equal([]);
    expect(run.lines).to.include("pushed true 3 main 12, many; success, success");
    expect(run.lines).to.include.members([
      "  text: pushed",
      "  flag: true",
      "Complete job name: build / make",
    ]);
    expect(run.lines.find((line) => line.startsWith("Uses: "))).to.match(
      /^Uses: local\/udagram\/\.github\/workflows\/build\.yml@refs\/heads\/main \([0-9a-f]{40}\)$/,
    );
    expect(run.jobs).to.deep.equal({ "build/make": "success", after: "success" });
  });

  it("counts what is passed although it is empty, and knows nothing of its caller's inputs", async () => {
    fixture.commit(
      file(
        "show",
        called("inputs: { name: { type: string, default: none } }", {
          show: `steps: [{ run: 'echo "[\${{ inputs.name }}] [\${{ inputs.secret }}] [\${{ github.event.inputs.secret }}]"' }]`,
        }),
      ),
    );
    const run = await fixture.run(caller({ a: call("show", `with: { name: "\${{ vars.NOTHING }}" }`) }), {
      inputs: { secret: "x" },
      event: { inputs: { secret: "x" } },
    });
    expect(run.lines).to.include("[] [] [x]");
  });

  it("fails before its first job where an expression gives an input another type", async () => {
    fixture.commit(
      file("typed", called("inputs: { flag: { type: boolean }, count: { type: number } }", { never: "" })),
    );
    const run = await fixture.run(
      caller({
        flag: call("typed", `with: { flag: "\${{ github.ref_name }}" }`),
        count: call("typed", `with: { count: "\${{ github.event }}" }`),
      }),
    );
    expect(run.annotations).to.have.members([
      'error: input "flag" must be a boolean, not "main"',
      'error: input "count" must be a number, not a mapping or a list',
    ]);
    expect(run.jobs).to.deep.equal({ flag: "failure", count: "failure" });
  });

  it("is told as its caller's name, then its job's, where the calling job stood", async () => {
    fixture.commit(
      file("work", called("", { build: "name: Build it", test: "strategy: { matrix: { node: [22, 24] } }" })),
    );
    const run = await fixture.run(
      caller({ first: prints("x"), work: call("work", "name: All work\nneeds: first"), last: prints("y") }),
    );
    expect(run.events.find(({ type }) => type === "job-called")).to.deep.equal({
      type: "job-called",
      job: "work",
      jobs: [
        { id: "work/build", name: "All work / Build it" },
        { id: "work/test (22)", name: "All work / test (22)" },
        { id: "work/test (24)", name: "All work / test (24)" },
      ],
    });
    const started = run.events.find((event) => event.type === "job-started" && event.job === "work/build");
    expect(started).to.include({ name: "All work / Build it" });
  });

  it("has its own env and defaults, the github context of its caller, and says where it is from", async () => {
    const commit = fixture.commit(
      file(
        "where",
        called(
          "",
          {
            show: `steps:
  - run: |
      echo "env: $OWN [$OTHER] [\${{ env.OTHER }}] \${0##*/}"
      echo "caller: $GITHUB_WORKFLOW $GITHUB_JOB \${{ github.workflow_ref }} \${{ github.workflow_sha }}"
      echo "own: \${{ job.workflow_ref }} \${{ job.workflow_sha }} \${{ job.workflow_repository }} \${{ job.workflow_file_path }}"`,
          },
          "name: Where\nenv: { OWN: here }\ndefaults: { run: { shell: 'bash {0}' } }",
        ),
      ),
    );
    const run = await fixture.run(
      caller(
        { a: call("where"), b: prints(`plain: \${{ job.workflow_ref }}`) },
        "name: Caller\nenv: { OTHER: there }",
      ),
    );
    const [env, calls, own] = ["env:", "caller:", "own:"].map((start) =>
      run.lines.find((line) => line.startsWith(start)),
    );
    const workflows = "local/udagram/.github/workflows";
    expect(env).to.match(/^env: here \[\] \[\]/);
    expect(calls).to.equal(`caller: Caller show ${workflows}/test.yml@refs/heads/main ${commit}`);
    expect(own).to.equal(
      `own: ${workflows}/where.yml@refs/heads/main ${commit} local/udagram .github/workflows/where.yml`,
    );
    expect(run.lines).to.include(`plain: ${workflows}/test.yml@refs/heads/main`);
    expect(fixture.identities.map(({ workflowRef }) => workflowRef)).to.include(
      `${workflows}/where.yml@refs/heads/main`,
    );
  });

  it("is called under a condition, after other jobs, and once per combination of a matrix", async () => {
    fixture.commit(
      file(
        "one",
        called(
          `inputs: { of: { type: string } }\noutputs: { last: { value: '\${{ jobs.work.outputs.last }}' } }`,
          {
            work: `outputs: { last: "\${{ inputs.of != 'empty' && inputs.of || '' }}" }
steps: [{ run: 'echo "one of \${{ inputs.of }}"' }]`,
          },
        ),
      ),
    );
    const run = await fixture.run(
      caller({
        no: call("one", "if: github.ref_name == 'other'"),
        failing: "runs-on: ubuntu-24.04\nsteps: [{ run: 'false' }]",
        never: call("one", "needs: failing"),
        late: call("one", `needs: failing\nif: always()\nwith: { of: "\${{ needs.failing.result }}" }`),
        many: call(
          "one",
          `strategy: { max-parallel: 1, matrix: { of: [a, b, empty] } }\nwith: { of: "\${{ matrix.of }}" }`,
        ),
        after: prints(`last: \${{ needs.many.outputs.last }}`, "needs: many"),
      }),
    );
    expect(run.jobs).to.deep.equal({
      no: "skipped",
      failing: "failure",
      never: "skipped",
      "late/work": "success",
      "many (a)/work": "success",
      "many (b)/work": "success",
      "many (empty)/work": "success",
      after: "success",
    });
    expect(run.lines).to.include.members(["one of failure", "one of a", "one of b", "last: b"]);
  });

  it("fails its calling job with any of its jobs, and its conditions ask only for its own", async () => {
    fixture.commit(
      file(
        "risky",
        called("", {
          bad: "steps: [{ run: 'false' }]",
          after: "needs: bad",
          repair: "needs: bad\nif: failure()",
          forgiven: "continue-on-error: true\nsteps: [{ run: 'false' }]",
        }),
      ),
    );
    const run = await fixture.run(
      caller({
        broken: "runs-on: ubuntu-24.04\nsteps: [{ run: 'false' }]",
        risky: call("risky", "needs: broken\nif: always()"),
        after: prints(`risky: \${{ needs.risky.result }}`, "needs: risky\nif: failure()"),
      }),
    );
    expect(run.jobs).to.deep.include({
      "risky/bad": "failure",
      "risky/after": "skipped",
      "risky/repair": "success",
      "risky/forgiven": "failure",
    });
    expect(run.lines).to.include("risky: failure");
  });

  describe("with secrets", () => {
    const shows = (trigger: string, job = "") =>
      called(trigger, {
        show: `${job}
env: { A: "\${{ secrets.A }}", B: "\${{ secrets.B }}", E: "\${{ secrets.E }}", T: "\${{ secrets.GITHUB_TOKEN }}" }
steps: [{ run: "echo A=\${#A} B=\${#B} E=\${#E} T=\${T:+yes}" }]`,
      });
    const lengths = async (text: string): Promise<readonly string[]> => {
      const run = await fixture.run(text);
      return run.lines.filter((line) => /^A=/.test(line));
    };
    beforeEach(() => {
      Object.assign(fixture.settings, {
        secrets: { A: "aa", B: "bbb" },
        environmentSecrets: { E: "eeee", A: "aaaaa" },
      });
    });

    it("sees only those that are passed by name", async () => {
      fixture.commit(file("shows", shows("secrets: { A: { required: true }, E: {} }")));
      expect(
        await lengths(caller({ a: call("shows", `secrets: { a: "x\${{ secrets.A }}" }`) })),
      ).to.deep.equal(["A=3 B=0 E=0 T=yes"]);
    });

    it("sees all of its caller's with inherit, whether it declares them or not", async () => {
      fixture.commit(file("shows", shows("")));
      expect(await lengths(caller({ a: call("shows", "secrets: inherit") }))).to.deep.equal([
        "A=2 B=3 E=0 T=yes",
      ]);
    });

    it("fails its job where what it requires is not there to inherit", async () => {
      fixture.commit({
        ...file("shows", shows("secrets: { E: { required: true } }")),
        ...file("there", shows("secrets: { E: { required: true } }", "environment: production")),
      });
      const run = await fixture.run(
        caller({ a: call("shows", "secrets: inherit"), b: call("there", "secrets: inherit") }),
      );
      expect(run.annotations).to.deep.equal([
        'error: secret "E" of "$/.github/workflows/shows.yml" is required, and there is none to inherit',
      ]);
      expect(run.jobs).to.deep.equal({ "a/show": "failure", "b/show": "success" });
    });

    it("sees none of its environment's, unless it inherits or has one of that name", async () => {
      fixture.commit(file("shows", shows("secrets: { A: {}, B: {} }", "environment: production")));
      const given = `secrets: { A: "\${{ secrets.A }}", B: "\${{ secrets.B }}" }`;
      expect(await lengths(caller({ a: call("shows") }))).to.deep.equal(["A=0 B=0 E=0 T=yes"]);
      expect(await lengths(caller({ a: call("shows", given) }))).to.deep.equal(["A=5 B=3 E=0 T=yes"]);
      expect(await lengths(caller({ a: call("shows", "secrets: inherit") }))).to.deep.equal([
        "A=5 B=3 E=4 T=yes",
      ]);
    });

    it("passes on to the next only what it passes itself", async () => {
      fixture.commit({
        ...file("shows", shows("secrets: { B: {} }")),
        ...file(
          "between",
          caller({ next: call("shows", `secrets: { B: "\${{ secrets.A }}" }`), bare: call("shows") }).replace(
            "on: push",
            "on: { workflow_call: { secrets: { A: {} } } }",
          ),
        ),
      });
      const run = await lengths(caller({ a: call("between", `secrets: { A: "\${{ secrets.A }}" }`) }));
      expect(run).to.have.members(["A=0 B=2 E=0 T=yes", "A=0 B=0 E=0 T=yes"]);
    });

    it("masks what is passed under another name", async () => {
      fixture.commit(
        file(
          "leak",
          called("secrets: { X: {} }", { leak: `steps: [{ run: "echo is \${{ secrets.X }}." }]` }),
        ),
      );
      const run = await fixture.run(caller({ a: call("leak", `secrets: { X: "pre-\${{ secrets.B }}" }`) }));
      expect(run.lines).to.include("is ***.");
    });
  });

  it("reads the variables of the repository, and of the environment of its job", async () => {
    Object.assign(fixture.settings.variables, { COLOR: "blue" });
    fixture.commit(
      file(
        "vars",
        called("inputs: { at: { type: string } }", {
          show: `environment: "\${{ inputs.at }}"\nsteps: [{ run: "echo \${{ vars.COLOR }} \${{ vars.WHERE }}" }]`,
        }),
      ),
    );
    const run = await fixture.run(caller({ a: call("vars", "with: { at: production }") }));
    expect(run.lines).to.include("blue production");
    expect(run.events.find(({ type }) => type === "job-started")).to.deep.include({
      environment: { name: "production", deployment: true },
    });
  });

  it("has the permissions of its caller at most, those of its file, or those of its job", async () => {
    fixture.commit({
      ...file("plain", called("", { none: "", own: "permissions: { contents: read }" })),
      ...file("less", called("", { none: "" }, "permissions: { actions: read }")),
    });
    fixture.identities.length = 0;
    await fixture.run(
      caller(
        {
          whole: call("plain"),
          job: call("plain", "permissions: { contents: write, id-token: write }"),
          less: call("less"),
        },
        "permissions: { contents: read, actions: write }",
      ),
    );
    const granted = Object.fromEntries(fixture.identities.map(({ job, permissions }) => [job, permissions]));
    expect(granted).to.deep.equal({
      "whole/none": { contents: "read", actions: "write" },
      "whole/own": { contents: "read" },
      "job/none": { contents: "write", "id-token": "write" },
      "job/own": { contents: "read" },
      "less/none": { actions: "read" },
    });
  });

  it("waits for its concurrency group and for the calling job's, and holds both", async () => {
    fixture.commit(
      file(
        "slow",
        called(
          "inputs: { lock: { type: string }, until: { type: string } }",
          { work: `steps: [{ run: 'echo in; until [ -e "\${{ inputs.until }}" ]; do sleep 0.1; done' }]` },
          `concurrency: "\${{ inputs.lock }}"`,
        ),
      ),
    );
    const over = join(fixture.directory, "over");
    const one = fixture.start(
      caller({ a: call("slow", `concurrency: outer\nwith: { lock: inner, until: "${over}" }`) }),
    );
    await one.line("in");
    const others = [
      "with: { lock: inner, until: / }",
      "concurrency: outer\nwith: { lock: other, until: / }",
    ].map((rest, index) => fixture.start(caller({ [index === 0 ? "b" : "c"]: call("slow", rest) })));
    const waits = (run: { readonly events: FinishedRun["events"] }) =>
      run.events.filter(({ type }) => type === "job-waiting");
    await until(() => others.every((run) => waits(run).length > 0));
    writeFileSync(over, "");
    const [first, second, third] = await Promise.all([one, ...others].map(({ done }) => done));
    expect([first, second, third].map((run) => run && waits(run))).to.deep.equal([
      [],
      [{ type: "job-waiting", job: "b", reason: 'concurrency group "inner", 1 ahead' }],
      [{ type: "job-waiting", job: "c", reason: 'concurrency group "outer", 1 ahead' }],
    ]);
  });

  it("fails instead of waiting for a group that its caller holds", async () => {
    fixture.commit({
      ...file("locked", called("", { work: "" }, `concurrency: "\${{ github.workflow }}"`)),
      ...file("job", called("", { work: "concurrency: call" })),
    });
    const message = (group: string) =>
      `error: deadlock: the run holds the concurrency group "${group}" that the job waits for`;
    const whole = await fixture.run(caller({ a: call("locked") }, "name: Same\nconcurrency: same"));
    expect(whole.annotations).to.deep.equal([message("Same")]);
    const ofCall = await fixture.run(caller({ a: call("job", "concurrency: call") }));
    expect(ofCall.annotations).to.deep.equal([message("call")]);
    expect(ofCall.jobs).to.deep.equal({ "a/work": "failure" });
  });

  it("calls others, up to ten levels", async () => {
    const level = (number: number): Readonly<Record<string, string>> =>
      file(
        `level${number}`,
        number === 10
          ? called(`outputs: { deep: { value: '\${{ jobs.last.outputs.deep }}' } }`, {
              last: "outputs: { deep: ten }",
            })
          : caller({ next: call(`level${number + 1}`) }).replace(
              "on: push",
              `on: { workflow_call: { outputs: { deep: { value: '\${{ jobs.next.outputs.deep }}' } } } }`,
            ),
      );
    fixture.commit(Object.assign({}, ...[2, 3, 4, 5, 6, 7, 8, 9, 10].map(level)));
    const run = await fixture.run(
      caller({ a: call("level2"), b: prints(`deep: \${{ needs.a.outputs.deep }}`, "needs: a") }),
    );
    expect(run.lines).to.include("deep: ten");
    expect(run.jobs).to.have.property(`a${"/next".repeat(8)}/last`, "success");
  });

  it("goes on after a cancel as far as its jobs' own conditions hold", async () => {
    fixture.commit(
      file(
        "long",
        called("", {
          work: "steps: [{ run: 'echo working; sleep 30' }]",
          next: "needs: work",
          finish: "needs: work\nif: always()\nsteps: [{ run: 'echo finished' }]",
        }),
      ),
    );
    const started = fixture.start(caller({ a: call("long"), b: call("long", "needs: a") }));
    await started.line("working");
    started.cancel.abort("cancel");
    const run = await started.done;
    expect(run.conclusion).to.equal("cancelled");
    expect(run.lines).to.include("finished");
    expect(run.jobs).to.deep.equal({
      "a/work": "cancelled",
      "a/next": "skipped",
      "a/finish": "success",
      b: "skipped",
    });
  });

  it("is called after a cancel where its caller's condition holds, and knows of the cancel", async () => {
    fixture.commit(
      file("tidy", called("", { plain: "", finish: "if: always()\nsteps: [{ run: 'echo finished' }]" })),
    );
    const started = fixture.start(
      caller({
        work: "runs-on: ubuntu-24.04\nsteps: [{ run: 'echo working; sleep 30' }]",
        tidy: call("tidy", "needs: work\nif: always()\nconcurrency: tidy"),
      }),
    );
    await started.line("working");
    started.cancel.abort("cancel");
    const run = await started.done;
    expect(run.lines).to.include("finished");
    expect(run.jobs).to.deep.equal({
      work: "cancelled",
      "tidy/plain": "cancelled",
      "tidy/finish": "success",
    });
  });

  describe("of another repository", () => {
    const manifest = "name: x\ndescription: x\nruns: { using: node24, main: m.mjs }\n";
    let other: RunnerFixture;
    const commit = (says: string): string =>
      other.commit({
        "actions/say/action.yml": manifest,
        "actions/say/m.mjs": `console.log("says ${says}");\n`,
        ...file("deploy", called("", { go: "steps: [{ uses: $/actions/say }]", more: "" })),
        ...file("own", called("", { go: `steps: [{ run: "echo ${says} \${{ job.workflow_ref }}" }]` })),
        ...file("chain", caller({ next: call("own") }).replace("on: push", "on: workflow_call")),
      });
    before(() => {
      other = createFixture();
    });
    after(() => other[Symbol.dispose]());

    it("is that of the tag, branch or commit, and so are the actions and workflows that it names by $/", async () => {
      const old = commit("old");
      other.git("tag", "--annotate", "--message=One", "v1");
      commit("new");
      other.git("branch", "v1");
      const repositories = { "Else/Where": { gitDirectory: join(other.directory, "repository.git") } };
      const run = async (name: string, ref: string) => {
        const uses = `uses: else/where/.github/workflows/${name}.yml@${ref}`;
        const { lines, annotations, events } = await fixture.run(caller({ a: uses }), { repositories });
        const started = events.find((event) => event.type === "run-started");
        const referenced = started?.type === "run-started" ? started.referencedWorkflows : [];
        return {
          said: [...lines.filter((line) => /^(says|old|new)/.test(line)), ...annotations].join(),
          referenced,
        };
      };
      const path = "Else/Where/.github/workflows";
      expect(await run("deploy", "v1")).to.deep.equal({
        said: "says old",
        referenced: [{ path: `${path}/deploy.yml@v1`, sha: old, ref: "refs/tags/v1" }],
      });
      expect((await run("deploy", "main")).said).to.equal("says new");
      expect(await run("deploy", old)).to.deep.equal({
        said: "says old",
        referenced: [{ path: `${path}/deploy.yml@${old}`, sha: old }],
      });
      expect((await run("chain", "v1")).said).to.equal(`old ${path}/own.yml@refs/tags/v1`);
      expect((await run("chain", old)).said).to.equal(`old ${path}/own.yml@${old}`);
    });

    it("is what a checkout has at HEAD, for main and everything like v1, where that is all there is of it", async () => {
      commit("head");
      const repositories = {
        "owner/pipeline": { gitDirectory: join(other.directory, "source/.git"), isCheckout: true },
      };
      const said = async (ref: string) => {
        const uses = `uses: owner/pipeline/.github/workflows/own.yml@${ref}`;
        const { lines, annotations } = await fixture.run(caller({ a: uses }), { repositories });
        return [...lines.filter((line) => line.startsWith("head")), ...annotations].join();
      };
      const path = "owner/pipeline/.github/workflows/own.yml";
      expect(await said("v7.2")).to.equal(`head ${path}@refs/tags/v7.2`);
      expect(await said("main")).to.equal(`head ${path}@refs/heads/main`);
      expect(await said("topic")).to.contain('"owner/pipeline" has no branch, tag or commit "topic"');
    });
  });

  it("of a fork's pull request gets no variables, no secrets but its token, and cannot write", async () => {
    Object.assign(fixture.settings, { variables: { COLOR: "blue" }, secrets: { A: "aa" } });
    fixture.commit(
      file(
        "fork",
        called("inputs: { color: { type: string } }", {
          show: `environment: production
steps: [{ run: 'echo "[\${{ vars.COLOR }}\${{ vars.WHERE }}\${{ inputs.color }}] [\${{ secrets.A }}] $ACTIONS_ID_TOKEN_REQUEST_URL."' }]`,
        }),
      ),
    );
    fixture.identities.length = 0;
    const run = await fixture.run(
      caller({
        a: call(
          "fork",
          `with: { color: "\${{ vars.COLOR }}" }\nsecrets: inherit\npermissions: { contents: write, id-token: write }`,
        ),
      }),
      { fromFork: true },
    );
    expect(run.lines).to.include("[] [] .");
    expect(fixture.identities[0]?.permissions).to.deep.equal({ contents: "read", "id-token": "none" });
  });
});
