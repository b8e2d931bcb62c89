import { expect } from "chai";
import { ConcurrencyCancelled } from "../runner-services.ts";
import { createFixture, jobs, type RunnerFixture } from "./runner-fixture.ts";

describe("jobs with a concurrency group", () => {
  let fixture: RunnerFixture;
  before(() => {
    fixture = createFixture();
  });
  after(() => fixture[Symbol.dispose]());

  it("wait for it, and for the run's", async () => {
    const one = fixture.start(
      jobs({ a: "concurrency: lock\nsteps: [{ run: 'echo in; sleep 1' }]" }, "concurrency: whole"),
    );
    await one.line("in");
    const [first, second, third] = await Promise.all([
      one.done,
      fixture.run(jobs({ b: "concurrency: lock" })),
      fixture.run(jobs({ c: "" }, "concurrency: { group: whole, queue: max }")),
    ]);
    expect(first.events.some((event) => event.type === "job-waiting")).to.equal(false);
    expect(second.events).to.deep.include({
      type: "job-waiting",
      job: "b",
      reason: 'concurrency group "lock", 1 ahead',
    });
    expect(third.events[0]).to.deep.equal({ type: "run-waiting", group: "whole", behind: 1 });
    expect([first.conclusion, second.conclusion, third.conclusion]).to.deep.equal([
      "success",
      "success",
      "success",
    ]);
  });

  it("are cancelled when a newer one takes their place in it", async () => {
    const refuse = async ({ group }: { group: string }): Promise<never> => {
      throw new ConcurrencyCancelled(group);
    };
    const run = await fixture.run(jobs({ a: "concurrency: lock", b: "" }), {
      concurrency: refuse,
    });
    expect(run.jobs).to.deep.equal({ a: "cancelled", b: "success" });
    expect(run.annotations[0]).to.contain('a higher priority waiting request for "lock" exists');
    const whole = await fixture.run(jobs({ a: "" }, "concurrency: lock"), {
      concurrency: refuse,
    });
    expect(whole.conclusion).to.equal("cancelled");
    expect(whole.events.at(-1)).to.include({ type: "run-ended" }).and.to.have.property("reason");
  });

  it("fail instead of waiting for their own run", async () => {
    const run = await fixture.run(jobs({ a: "concurrency: Lock" }, "concurrency: lock"));
    expect(run.annotations).to.deep.equal([
      'error: deadlock: the run holds the concurrency group "Lock" that the job waits for',
    ]);
    expect(run.conclusion).to.equal("failure");
  });
});
