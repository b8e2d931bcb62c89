import { expect } from "chai";
import { AdaptiveLimit, forEachLimited } from "./adaptive-limit.ts";

const never = new AbortController().signal;
const tick = () => new Promise((resolve) => setTimeout(resolve, 1));

describe("AdaptiveLimit", () => {
  it("halves once for all answers to requests that were sent at the old rate", () => {
    const limit = new AdaptiveLimit(16, 64);
    for (let n = 0; n < 16; n++) limit.pushedBack();
    expect(limit.current).to.equal(8);
    limit.pushedBack();
    expect(limit.current).to.equal(4);
  });

  it("doubles with each window of successes, up to its most, until it is pushed back", () => {
    const limit = new AdaptiveLimit(4, 12);
    for (let n = 0; n < 4; n++) limit.succeeded();
    expect(limit.current).to.equal(8);
    for (let n = 0; n < 20; n++) limit.succeeded();
    expect(limit.current).to.equal(12);
  });

  it("grows by one per window of successes after that", () => {
    const limit = new AdaptiveLimit(8, 64);
    limit.pushedBack();
    for (let n = 0; n < 4; n++) limit.succeeded();
    expect(limit.current).to.equal(5);
  });
});

describe("forEachLimited", () => {
  it("does every item and never more at once than the limit", async () => {
    const done: number[] = [];
    let running = 0;
    let most = 0;
    await forEachLimited([1, 2, 3, 4, 5, 6], new AdaptiveLimit(2, 2), never, async (item) => {
      most = Math.max(most, ++running);
      await tick();
      running -= 1;
      done.push(item);
      return { pushedBack: false };
    });
    expect(done).to.have.members([1, 2, 3, 4, 5, 6]);
    expect(most).to.equal(2);
  });

  it("begins nothing after a failure and reports it", async () => {
    const begun: number[] = [];
    const result = forEachLimited([1, 2, 3, 4, 5], new AdaptiveLimit(2, 2), never, async (item) => {
      begun.push(item);
      await tick();
      throw new Error(`no ${item}`);
    }).then(
      () => "done",
      (error: AggregateError) => error.errors.map(({ message }) => message).join(),
    );
    expect(await result).to.equal("no 1,no 2");
    expect(begun).to.deep.equal([1, 2]);
  });

  it("begins nothing after an abort", async () => {
    const cancel = new AbortController();
    const begun: number[] = [];
    const result = forEachLimited([1, 2, 3], new AdaptiveLimit(1, 1), cancel.signal, async (item) => {
      begun.push(item);
      cancel.abort(new Error("cancelled"));
      return { pushedBack: false };
    }).catch((error: Error) => error.message);
    expect(await result).to.equal("cancelled");
    expect(begun).to.deep.equal([1]);
  });
});
