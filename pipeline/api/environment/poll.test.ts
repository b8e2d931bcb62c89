import { expect } from "chai";
import { pauseMs } from "./poll.ts";

describe("pauseMs", () => {
  it("looks often at first and every five seconds in the end, with jitter", () => {
    expect(pauseMs(0, 0.5)).to.equal(300);
    expect(pauseMs(36_000, 0.5)).to.equal(3000);
    expect([pauseMs(3_600_000, 0), pauseMs(3_600_000, 1)]).to.deep.equal([3750, 6250]);
  });
});
