import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { createFixture, oneJob, type RunnerFixture } from "./runner-fixture.ts";

const quick = { interruptMs: 300, terminateMs: 300, outputMs: 300 };

function isAlive(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}

// The scripts below wait for a child in the background: bash drops a SIGINT that comes while it waits for a command in
// the foreground which then ends by itself (wait_sigint_handler), as on the real runner.
describe("cancelling", () => {
  let fixture: RunnerFixture;
  before(() => {
    fixture = createFixture();
  });
  after(() => fixture[Symbol.dispose]());

  it("interrupts the running step; what always runs still does, in this job and the next", async () => {
    const run = fixture.start(`on: push
jobs:
  work:
    runs-on: ubuntu-24.04
    steps:
      - name: Long
        run: |
          sleep 600 > /dev/null & trap 'echo interrupted; kill $!; exit 1' INT
          echo ready
          wait
      - run: echo skipped
      - { if: always(), run: echo cleaned up }
      - { if: cancelled(), run: echo was cancelled }
  waiting: { needs: work, runs-on: ubuntu-24.04, steps: [{ run: echo skipped }] }
  finish: { needs: work, if: always(), runs-on: ubuntu-24.04, steps: [{ run: echo finished }] }
`);
    await run.line("ready");
    run.cancel.abort("cancel");
    const { lines, steps, jobs, conclusion, annotations } = await run.done;
    expect(lines).to.include.members(["interrupted", "cleaned up", "was cancelled", "finished"]);
    expect(lines).not.to.include("skipped");
    expect(steps.Long).to.equal("cancelled");
    expect(jobs).to.deep.equal({ work: "cancelled", waiting: "skipped", finish: "success" });
    expect(annotations).to.include("error: The operation was canceled.");
    expect(conclusion).to.equal("cancelled");
  });

  it("lets a job and a step go on that run whatever happens", async () => {
    const run = fixture.start(`on: push
jobs:
  job: { if: always(), runs-on: ubuntu-24.04, steps: [{ run: echo ready; sleep 0.3; echo to the end }, { run: echo next }] }
`);
    await run.line("ready");
    run.cancel.abort("cancel");
    const { lines, jobs, conclusion } = await run.done;
    expect(lines).to.include.members(["to the end", "next"]);
    expect(jobs).to.deep.equal({ job: "success" });
    expect(conclusion).to.equal("success");
    const step = fixture.start(oneJob("- { if: always(), run: echo ready; sleep 0.3; echo to the end }"));
    await step.line("ready");
    step.cancel.abort("cancel");
    const ended = await step.done;
    expect(ended.lines).to.include("to the end");
    expect(ended.jobs).to.deep.equal({ job: "cancelled" });
  });

  it("asks, then insists, then kills", async () => {
    const run = fixture.start(
      oneJob(
        "- run: |\n    trap 'echo got INT' INT; trap 'echo got TERM' TERM\n    sleep 600 & echo ready\n    while true; do wait || true; done",
      ),
      { patience: { ...quick, interruptMs: 600, terminateMs: 600 } },
    );
    await run.line("ready");
    const started = performance.now();
    run.cancel.abort("cancel");
    const { lines, jobs } = await run.done;
    expect(lines.filter((line) => line.startsWith("got"))).to.deep.equal(["got INT", "got TERM"]);
    expect(performance.now() - started, "both patiences").to.be.at.least(1150);
    expect(jobs).to.deep.equal({ job: "cancelled" });
  });

  it("a shutdown kills everything at once, and starts nothing more", async () => {
    const run = fixture.start(
      oneJob(
        "- run: trap '' INT TERM; echo ready; sleep 600\n- { if: always(), run: echo cleaned up }",
      ).concat(
        "  finish: { needs: job, if: always(), runs-on: ubuntu-24.04, steps: [{ run: echo finished }] }\n",
      ),
    );
    await run.line("ready");
    run.cancel.abort("shutdown");
    const { lines, conclusion } = await run.done;
    expect(lines).not.to.include("cleaned up").and.not.to.include("finished");
    expect(conclusion).to.equal("cancelled");
  });

  it("a shutdown also ends a run that is being cancelled", async () => {
    const run = fixture.start(oneJob("- run: trap '' INT TERM; echo ready; sleep 600"));
    await run.line("ready");
    run.cancel.abort("cancel");
    run.shutdown.abort();
    expect((await run.done).conclusion).to.equal("cancelled");
  });

  it("a run that waits for its group ends at once", async () => {
    const grouped = oneJob("- run: echo ready; sleep 600").replace(
      "on: push",
      "on: push\nconcurrency: group",
    );
    const first = fixture.start(grouped);
    await first.line("ready");
    const second = fixture.start(grouped);
    second.cancel.abort("cancel");
    expect((await second.done).conclusion).to.equal("cancelled");
    first.cancel.abort("cancel");
    await first.done;
  });

  it("processes that a step leaves running end with the job, and no other does", async () => {
    const run = fixture.start(
      oneJob(`- run: |
    sleep 60 > /dev/null 2>&1 &
    echo "same group $!"
    setsid bash -c 'echo $$ > pid; exec sleep 60' > /dev/null 2>&1 &
    while [ ! -s pid ]; do sleep 0.02; done
    echo "own group $(cat pid)"`),
      { patience: quick },
    );
    const { lines, conclusion, events } = await run.done;
    expect(conclusion).to.equal("success");
    const pids = lines.flatMap((line) => /group (\d+)$/.exec(line)?.[1] ?? []).map(Number);
    expect(pids).to.have.length(2);
    expect(pids.map(isAlive)).to.deep.equal([false, false]);
    expect(
      lines.filter((line) => /^Terminate orphan process: pid \(\d+\) \(sleep\)$/.test(line)),
    ).to.have.length(2);
    expect(events.at(-1)).to.include({ type: "run-ended" });
    expect(JSON.parse(readFileSync(join(fixture.directory, "processes.json"), "utf8"))).to.deep.equal([]);
  });

  it("a background process that holds the output does not hold the step", async () => {
    const run = await fixture.start(oneJob("- run: sleep 60 & echo started\n- run: echo next"), {
      patience: quick,
    }).done;
    expect(run.lines).to.include.members(["started", "next"]);
    expect(run.conclusion).to.equal("success");
  });
});
