// biome-ignore-all lint/suspicious/noTemplateCurlyInString: workflow files hold ${{ }}
import { expect } from "chai";
import { createFixture, oneJob, type RunnerFixture } from "./runner-fixture.ts";

describe("steps", () => {
  let fixture: RunnerFixture;
  before(() => {
    fixture = createFixture();
    fixture.settings.secrets.PASSWORD = "correct horse";
    fixture.settings.variables.REGION = "here";
  });
  after(() => fixture[Symbol.dispose]());

  it("run their script by bash -e, and with pipefail where bash is asked for", async () => {
    const run = await fixture.run(
      oneJob(
        "- run: false | true; echo survived\n- run: false | true; echo not reached\n  shell: bash\n  continue-on-error: true\n- run: |\n    false\n    echo not reached either\n  continue-on-error: true\n- run: 'echo \"$0\" | grep -c bash || echo sh'\n  shell: sh",
      ),
    );
    expect(run.lines.filter((line) => !line.startsWith("##[")))
      .to.include("survived")
      .and.not.to.include("not reached");
    expect(run.lines).not.to.include("not reached either");
    expect(run.annotations).to.deep.equal([
      "error: Process completed with exit code 1.",
      "error: Process completed with exit code 1.",
    ]);
    expect(run.conclusion).to.equal("success");
  });

  it("take shell and folder from themselves, the job or the workflow", async () => {
    const text = oneJob(
      "- run: mkdir a b\n  working-directory: .\n- run: basename $PWD; false | true\n- run: basename $PWD\n  working-directory: b",
      "defaults: { run: { shell: 'bash -e {0}' } }",
    );
    const run = await fixture.run(`defaults: { run: { shell: bash, working-directory: a } }\n${text}`);
    expect(run.lines.filter((line) => !line.startsWith("##["))).to.include.members(["a", "b"]);
    expect(run.conclusion).to.equal("success");
    const lost = await fixture.run(oneJob("- run: 'true'\n  working-directory: nowhere"));
    expect(lost.annotations[0]).to.match(/^error: the working directory ".*\/nowhere" does not exist/);
  });

  it("know whether those before them succeeded", async () => {
    const run = await fixture.run(
      oneJob(
        "- { id: a, run: exit 1, continue-on-error: true }\n- run: echo ${{ steps.a.outcome }} ${{ steps.a.conclusion }} ${{ job.status }}\n- { id: b, run: exit 7 }\n- run: echo no\n- { if: failure(), run: 'echo after ${{ steps.b.outcome }} ${{ job.status }}' }\n- { if: always() && steps.b.outcome == 'failure', run: echo always }\n- { if: cancelled(), run: echo no }",
      ),
    );
    expect(run.lines).to.include.members(["failure success success", "after failure failure", "always"]);
    expect(run.lines).not.to.include("no");
    expect(run.conclusion).to.equal("failure");
  });

  it("fail when their condition or environment cannot be evaluated", async () => {
    const run = await fixture.run(oneJob("- { run: echo no, if: \"fromJSON('x')\" }"));
    expect(run.annotations[0]).to.match(
      /^error: \.github\/workflows\/test\.yml:\d+: jobs\.job\.steps\[0\]\.if: /,
    );
    expect(run.conclusion).to.equal("failure");
  });

  it("see env of the workflow, the job and their own, the nearest first", async () => {
    const text = oneJob(
      "- run: echo $A $B $C ${{ env.C }}\n  env: { C: step, D: '${{ env.B }}' }\n- run: echo $A $B $C ${{ env.D }}.",
      "env: { B: job, C: '${{ vars.REGION }}' }",
    );
    const run = await fixture.run(`env: { A: file, B: file, C: file }\n${text}`);
    expect(run.lines).to.include.members(["file job step step", "file job here ."]);
  });

  it("speak to later ones through the environment files", async () => {
    const run = await fixture.run(
      oneJob(
        '- id: s\n  run: |\n    echo "ONE=1" >> "$GITHUB_ENV"\n    { echo "MANY<<END"; echo a; echo b; echo END; } >> "$GITHUB_ENV"\n    echo "value=x=y" >> "$GITHUB_OUTPUT"\n    mkdir tools; printf "#!/bin/sh\\necho from the tool" > tools/mine; chmod +x tools/mine\n    echo "$PWD/tools" >> "$GITHUB_PATH"\n    echo "# Hello" >> "$GITHUB_STEP_SUMMARY"\n    echo "now: $ONE"\n- run: |\n    echo "$ONE ${{ env.ONE }} ${{ steps.s.outputs.value }}"; echo "$MANY"; mine',
      ),
    );
    expect(run.lines).to.include.members(["now: ", "1 1 x=y", "a", "b", "from the tool"]);
    expect(run.events).to.deep.include({ type: "summary", job: "job", step: 1, markdown: "# Hello\n" });
  });

  const refused: readonly (readonly [string, string, string])[] = [
    [
      "a line that is no pair",
      'echo nonsense >> "$GITHUB_ENV"',
      '$GITHUB_ENV cannot be read: invalid format "nonsense"',
    ],
    ["NODE_OPTIONS", 'echo NODE_OPTIONS=--inspect >> "$GITHUB_ENV"', "$GITHUB_ENV may not set NODE_OPTIONS"],
    ["set-env", "echo ::set-env name=a::b", "the set-env command is disabled; write to $GITHUB_ENV"],
  ];
  for (const [name, script, message] of refused) {
    it(`fail for ${name}`, async () => {
      const run = await fixture.run(oneJob(`- run: '${script}'`));
      expect(run.annotations.join("\n")).to.contain(message);
      expect(run.conclusion).to.equal("failure");
    });
  }

  it("lose a summary that is too large, and nothing else", async () => {
    const run = await fixture.run(
      oneJob('- run: head -c 1100000 /dev/zero | tr "\\0" x >> "$GITHUB_STEP_SUMMARY"'),
    );
    expect(run.annotations[0]).to.contain("supports content up to 1024k, got 1075k");
    expect(run.conclusion).to.equal("success");
  });

  it("speak to people through workflow commands", async () => {
    const run = await fixture.run(
      oneJob(
        "- run: |\n    echo '::warning file=a.ts,line=3,title=Careful::mind%0Athe gap'\n    echo '::group::Details'; echo inside; echo '::endgroup::'\n    echo '::debug::hidden'\n    echo '::stop-commands::abc123'; echo '::error::not a command'; echo '::abc123::'\n    echo '::unknown::as it is'\n- id: old\n  run: echo '::set-output name=a::1'\n- run: echo ${{ steps.old.outputs.a }}",
      ),
    );
    expect(run.events).to.deep.include({
      type: "annotation",
      job: "job",
      step: 1,
      level: "warning",
      title: "Careful",
      message: "mind\nthe gap",
      file: "a.ts",
      line: 3,
    });
    expect(run.lines).to.include.members([
      "##[warning]mind",
      "the gap",
      "##[group]Details",
      "inside",
      "::error::not a command",
      "::unknown::as it is",
      "1",
    ]);
    expect(run.lines.join("\n")).not.to.contain("hidden");
    expect(run.annotations.filter((text) => text.startsWith("error"))).to.deep.equal([]);
    expect(run.annotations.at(-1)).to.contain("the set-output command is deprecated");
    expect(run.conclusion).to.equal("success");
  });

  it("obey the older commands wherever they stand in a line, as GitHub's runner does", async () => {
    const run = await fixture.run(
      oneJob(
        "- run: |\n    echo 'the app says ##[warning file=a.ts;line=3]mind%0Athe gap'\n    echo 'text ##[stop-commands]abc123'; echo '::error::swallowed'; echo 'more ##[abc123]'\n    echo 'an ##[unknown]one'",
      ),
    );
    expect(run.annotations).to.deep.equal(["warning: mind\nthe gap"]);
    expect(run.lines).to.include.members(["::error::swallowed", "an ##[unknown]one"]);
    expect(run.lines).not.to.include("the app says ##[warning file=a.ts;line=3]mind%0Athe gap");
  });

  it("show 4,096 characters of an annotation", async () => {
    const run = await fixture.run(oneJob(`- run: echo "::warning::$(head -c 5000 /dev/zero | tr '\\0' x)"`));
    expect(run.annotations[0]).to.equal(`warning: ${"x".repeat(4096)}`);
  });

  it("show ten annotations of a level, and every line", async () => {
    const run = await fixture.run(oneJob('- run: for i in $(seq 12); do echo "::notice::n$i"; done'));
    expect(run.annotations).to.have.length(10);
    expect(run.lines).to.include("##[notice]n12");
  });

  it("show no secret anywhere", async () => {
    const run = await fixture.run(
      oneJob(
        "- name: With ${{ secrets.PASSWORD }}\n  run: |\n    echo \"${{ secrets.PASSWORD }}\" | tee -a $GITHUB_STEP_SUMMARY\n    echo '::warning title=correct horse::correct horse'\n    printf 'correct horse' | base64\n    echo \"::add-mask::$(echo fresh)-value\"\n    echo fresh-value; exit 1\n  env: { TOKEN: '${{ github.token }}' }",
      ),
    );
    const told = JSON.stringify(run.events);
    for (const secret of ["correct horse", "Y29ycmVjdCBob3Jz", "token-of-job"])
      expect(told).not.to.contain(secret);
    expect(run.lines).not.to.include("fresh-value");
    expect(Object.keys(run.steps)).to.include("With ***");
  });

  it("print as they go, from both streams", async () => {
    const run = fixture.start(oneJob("- run: printf 'half 1%%\\rhalf 2%%\\r'; echo problem >&2; sleep 5"));
    await run.line("problem");
    run.cancel.abort("cancel");
    expect((await run.done).lines).to.include.members(["half 1%", "half 2%", "problem"]);
  });

  it("end when their time is over, and fail", async () => {
    const run = await fixture.run(
      oneJob("- { run: sleep 5, name: Slow, timeout-minutes: 0.005 }\n- { if: failure(), run: echo next }"),
    );
    expect(run.annotations).to.deep.equal(["error: The action 'Slow' has timed out after 0.005 minutes."]);
    expect(run.lines).to.include("next");
    expect(run.jobs).to.deep.equal({ job: "failure" });
  });

  it("get what GitHub's variables promise, and nothing of the caller's", async () => {
    process.env.RUNNER_TEST_LEAK = "leak";
    const run = await fixture.run(
      oneJob("- id: me\n  run: env\n  env: { GITHUB_SHA: forged, RUNNER_OS: forged }").replace(
        "on: push",
        "name: Named\non: push",
      ),
      { event: { sender: { id: 5 }, action: "x" } },
    );
    delete process.env.RUNNER_TEST_LEAK;
    const env = Object.fromEntries(run.lines.map((line) => line.split(/=(.*)/s)));
    expect(env).to.include({
      CI: "true",
      GITHUB_ACTION: "me",
      GITHUB_ACTIONS: "true",
      GITHUB_ACTOR_ID: "5",
      GITHUB_JOB: "job",
      GITHUB_REF_NAME: "main",
      GITHUB_REF_TYPE: "branch",
      GITHUB_REPOSITORY_OWNER: "local",
      GITHUB_WORKFLOW: "Named",
      GITHUB_WORKFLOW_REF: "local/udagram/.github/workflows/test.yml@refs/heads/main",
      HOME: fixture.directory,
      RUNNER_OS: "Linux",
      RUNNER_ENVIRONMENT: "self-hosted",
    });
    expect(env.GITHUB_SHA).to.match(/^[0-9a-f]{40}$/);
    expect(env.PWD).to.equal(env.GITHUB_WORKSPACE);
    expect(env).not.to.have.property("RUNNER_TEST_LEAK");
  });

  it("find the event in its file", async () => {
    const run = await fixture.run(
      oneJob("- run: cat $GITHUB_EVENT_PATH\n- run: echo ${{ github.event.a.b }}"),
      {
        event: { a: { b: "deep" } },
      },
    );
    expect(run.lines).to.include.members(['    "b": "deep"', "deep"]);
  });

  it("see typed inputs", async () => {
    const text = oneJob(
      "- { run: echo typed, if: '${{ inputs.dry }}' }\n- { run: echo no, if: '${{ inputs.wet }}' }",
    );
    const run = await fixture.run(
      text.replace(
        "on: push",
        "on: { workflow_dispatch: { inputs: { dry: { type: boolean }, wet: { type: boolean } } } }",
      ),
      {
        inputs: { dry: true, wet: false },
      },
    );
    expect(run.lines).to.include("typed").and.not.to.include("no");
  });
});
