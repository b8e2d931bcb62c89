// biome-ignore-all lint/suspicious/noTemplateCurlyInString: workflow files hold ${{ }}
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { createFixture, jobs, oneJob, type RunnerFixture } from "./runner-fixture.ts";

describe("jobs", () => {
  let fixture: RunnerFixture;
  before(() => {
    fixture = createFixture();
  });
  after(() => fixture[Symbol.dispose]());

  it("run in the order of their needs, with the outputs of those before", async () => {
    const run = await fixture.run(
      jobs({
        last: 'needs: [first, second]\nsteps: [{ run: "echo got ${{ needs.first.outputs.a }} ${{ needs.second.result }}" }]',
        second: "needs: first",
        first:
          "outputs: { a: '${{ steps.x.outputs.a }}' }\nsteps: [{ id: x, run: 'echo a=1 >> $GITHUB_OUTPUT' }]",
      }),
    );
    expect(run.conclusion).to.equal("success");
    expect(run.lines).to.include("got 1 success");
    expect(run.outputsOf("first")).to.deep.equal({ a: "1" });
    const started = run.events.flatMap((event) => (event.type === "job-started" ? [event.job] : []));
    expect(started).to.deep.equal(["first", "second", "last"]);
  });

  it("run at the same time, but no more than four", async () => {
    const counting = 'steps: [{ run: "ls $RUNNER_TEMP/../.. | wc -l; sleep 0.3" }]';
    const run = await fixture.run(jobs(Object.fromEntries([..."abcdef"].map((id) => [id, counting]))));
    let open = 0;
    let most = 0;
    for (const event of run.events) {
      if (event.type === "job-started") most = Math.max(most, ++open);
      if (event.type === "job-ended") open--;
    }
    expect(most).to.equal(4);
    expect(run.events.filter((event) => event.type === "job-waiting")).to.have.length(2);
  });

  it("are skipped after a failure, and what needs them as well, unless they ask for it", async () => {
    const run = await fixture.run(
      jobs({
        broken: "steps: [{ run: exit 1 }]",
        next: "needs: broken",
        later: "needs: next",
        onFailure: "needs: later\nif: failure()",
        whatever: "needs: broken\nif: always() && needs.broken.result != 'skipped'",
        afterWhatever: "needs: whatever",
        never: "needs: broken\nif: cancelled()",
      }),
    );
    expect(run.jobs).to.deep.equal({
      broken: "failure",
      next: "skipped",
      later: "skipped",
      onFailure: "success",
      whatever: "success",
      afterWhatever: "skipped",
      never: "skipped",
    });
    expect(run.conclusion).to.equal("failure");
  });

  it("forgive a failure with continue-on-error", async () => {
    const run = await fixture.run(
      jobs({
        broken: "continue-on-error: true\nsteps: [{ run: exit 1 }]",
        next: 'needs: broken\nsteps: [{ run: "echo ${{ needs.broken.result }}" }]',
      }),
    );
    expect(run.conclusion).to.equal("success");
    expect(run.jobs).to.deep.equal({ broken: "failure", next: "success" });
    expect(run.lines).to.include("success");
  });

  it("multiply by their matrix", async () => {
    const run = await fixture.run(
      jobs({
        first: 'outputs: { list: \'["x", "y"]\' }',
        many: 'needs: first\nname: Do ${{ matrix.v }}\nstrategy:\n  matrix:\n    v: ${{ fromJSON(needs.first.outputs.list) }}\n    n: [1, 2]\n    exclude: [{ v: x, n: 2 }]\n    include: [{ v: y, extra: more }, { v: z }]\nsteps: [{ run: "echo ${{ matrix.v }}-${{ matrix.n }}-${{ matrix.extra }}-${{ strategy.job-total }}" }]',
      }),
    );
    expect(run.lines.filter((line) => line.endsWith("-4")).sort()).to.deep.equal([
      "x-1--4",
      "y-1-more-4",
      "y-2-more-4",
      "z---4",
    ]);
    expect(Object.keys(run.jobs)).to.include("many (y, 2, more)");
    expect(run.events.find((event) => event.type === "run-started")).to.deep.include({
      jobs: [
        { id: "first", name: "first" },
        { id: "many", name: "many" },
      ],
    });
  });

  it("cancel the rest of a matrix when one of it fails", async () => {
    const matrix = (failFast: boolean, seconds: number): string =>
      jobs({
        many: `strategy:\n  fail-fast: ${failFast}\n  matrix: { n: [1, 2] }\nsteps: [{ run: "exit 1", if: matrix.n == 1 }, { run: sleep ${seconds} }]`,
      });
    expect((await fixture.run(matrix(true, 10))).jobs).to.deep.equal({
      "many (1)": "failure",
      "many (2)": "cancelled",
    });
    expect((await fixture.run(matrix(false, 0.2))).jobs).to.deep.equal({
      "many (1)": "failure",
      "many (2)": "success",
    });
  });

  it("are told what they may do, and no more", async () => {
    fixture.identities.length = 0;
    const run = await fixture.run(
      jobs(
        {
          a: 'permissions: { id-token: write }\nenvironment: production\nsteps: [{ run: "echo $ACTIONS_ID_TOKEN_REQUEST_URL $WHERE ${{ vars.WHERE }}" }]',
          b: 'steps: [{ run: "echo none:$ACTIONS_ID_TOKEN_REQUEST_URL:${{ vars.WHERE }}" }]',
        },
        "permissions: {}",
      ),
    );
    expect(run.lines).to.include("http://127.0.0.1:9/token?x=1 production").and.to.include("none::");
    const told = fixture.identities.map(({ job, environment, permissions }) => ({
      job,
      environment,
      permissions,
    }));
    // Either may start first.
    expect(told).to.have.deep.members([
      { job: "a", environment: "production", permissions: { "id-token": "write" } },
      { job: "b", environment: undefined, permissions: {} },
    ]);
    await fixture.run(jobs({ c: "" }));
    expect(fixture.identities.at(-1)?.permissions).to.deep.equal({ contents: "read", packages: "read" });
  });

  it("tell their environment and its address", async () => {
    const run = await fixture.run(
      jobs({
        a: "environment: { name: \"${{ vars.E || 'production' }}\", url: 'http://x/${{ steps.s.outputs.p }}', deployment: false }\nsteps: [{ id: s, run: 'echo p=1 >> $GITHUB_OUTPUT' }]",
      }),
    );
    expect(run.events.find((event) => event.type === "job-started")).to.deep.include({
      environment: { name: "production", deployment: false },
    });
    expect(run.events.find((event) => event.type === "job-ended")).to.include({
      environmentUrl: "http://x/1",
    });
  });

  it("drop outputs that hold a secret, and say so", async () => {
    fixture.settings.secrets.KEY = "hush-hush";
    const run = await fixture.run(
      jobs({
        a: "outputs: { bad: 'x${{ steps.s.outputs.v }}', good: fine }\nsteps: [{ id: s, run: 'echo v=hush-hush >> $GITHUB_OUTPUT' }]",
      }),
    );
    expect(run.outputsOf("a")).to.deep.equal({ good: "fine" });
    expect(run.annotations).to.deep.equal(["warning: Skip output 'bad' since it may contain secret."]);
    expect(JSON.stringify(run.events)).not.to.contain("hush-hush");
  });

  it("fail with a reason when their expressions cannot be evaluated", async () => {
    const run = await fixture.run(
      jobs({ a: "strategy: { matrix: \"${{ fromJSON('nope') }}\" }", b: "if: fromJSON('nope')", c: "" }),
    );
    expect(run.jobs).to.deep.equal({ a: "failure", b: "failure", c: "success" });
    expect(run.annotations.join("\n")).to.match(
      /test\.yml:\d+: jobs\.a\.strategy\.matrix: .*Error parsing JSON/,
    );
  });

  it("end with the step that exceeds their time, and still run what always runs", async () => {
    const run = await fixture.run(
      oneJob(
        "- run: sleep 5\n- run: echo skipped\n- run: echo cleaned\n  if: always()",
        "timeout-minutes: 0.005",
      ),
    );
    expect(run.jobs).to.deep.equal({ job: "cancelled" });
    expect(run.conclusion).to.equal("cancelled");
    expect(run.lines).to.include("cleaned").and.not.to.include("skipped");
    expect(run.annotations).to.include(
      "error: The job has exceeded the maximum execution time of 0.005 minutes",
    );
  });

  it("nothing of an invalid file runs", async () => {
    const run = await fixture.run(`${jobs({ a: "" })}x: 1\n`);
    expect(run.conclusion).to.equal("failure");
    expect(run.events.filter((event) => event.type === "step-started")).to.have.length(1);
    expect(run.annotations[0]).to.match(/^error: x: unknown key "x"/);
    expect(run.events.find((event) => event.type === "annotation")).to.include({
      file: ".github/workflows/test.yml",
      line: 8,
    });
  });

  it("leave nothing behind, and an empty one is over in a blink", async () => {
    // In units of what it takes this machine, now, to start the shell that the step runs in.
    const shells: number[] = [];
    for (let attempt = 0; attempt < 3; attempt++) {
      const begun = performance.now();
      spawnSync("bash", ["-c", "true"]);
      const shellSeconds = (performance.now() - begun) / 1000;
      const { events } = await fixture.run(oneJob("- run: 'true'"));
      const ended = events.at(-1);
      shells.push(ended?.type === "run-ended" ? ended.seconds / shellSeconds : Number.NaN);
    }
    expect(Math.min(...shells)).to.be.below(100);
    expect(readdirSync(join(fixture.workDirectory, "jobs"))).to.deep.equal([]);
  });
});
