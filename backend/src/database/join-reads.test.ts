import { setImmediate as turn } from "node:timers/promises";
import { expect } from "chai";
import { joinReads } from "./join-reads.ts";

describe("joined reads", () => {
  it("share a query that has not been sent, each by its own name", async () => {
    const sent: string[] = [];
    const read = joinReads(
      async (key: string) => {
        sent.push(key);
        return `${key} ${sent.length}`;
      },
      (key) => key,
    );
    expect(await Promise.all([read("a"), read("b"), read("a")])).to.eql(["a 1", "b 2", "a 1"]);
  });

  it("see what was written before they asked, however busy it is", async () => {
    let stored = 0;
    let running = 0;
    const read = joinReads(
      async (_key: null) => {
        running += 1;
        const seen = stored;
        for (let turns = 0; turns < 3; turns += 1) await turn();
        return seen;
      },
      () => "",
    );
    const checks: Promise<void>[] = [];
    for (let step = 0; step < 200; step += 1) {
      const written = ++stored;
      checks.push(read(null).then((seen) => void expect(seen).to.be.at.least(written)));
      if (step % 3 === 0) await turn();
    }
    await Promise.all(checks);
    expect(running).to.be.lessThan(200);
  });

  it("share a failure, and read anew after it", async () => {
    let attempts = 0;
    const read = joinReads(
      async (_key: null) => {
        attempts += 1;
        if (attempts === 1) throw new Error("first");
        return attempts;
      },
      () => "",
    );
    const outcomes = await Promise.allSettled([read(null), read(null)]);
    expect(outcomes.map(({ status }) => status)).to.eql(["rejected", "rejected"]);
    expect(await read(null)).to.equal(2);
  });
});
