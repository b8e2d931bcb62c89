import { expect } from "chai";
import { ByteBudget } from "./byte-budget.ts";

describe("ByteBudget", () => {
  it("never has more bytes in memory than it may, but for one that is larger than all of it", async () => {
    const budget = new ByteBudget(100);
    const order: number[] = [];
    let taken = 0;
    const spend = (bytes: number) =>
      budget.spend(bytes, async () => {
        order.push(bytes);
        taken += bytes;
        expect(taken <= 100 || taken === bytes, `${taken} bytes at once`).to.equal(true);
        await new Promise((resolve) => setTimeout(resolve, 1));
        taken -= bytes;
      });
    await Promise.all([60, 30, 30, 500, 10, 100].map(spend));
    expect(order).to.deep.equal([60, 30, 30, 500, 10, 100]);
  });

  it("gives back what failed work took", async () => {
    const budget = new ByteBudget(10);
    const failed = budget
      .spend(10, () => Promise.reject(new Error("no")))
      .catch((error: Error) => error.message);
    expect(await Promise.all([failed, budget.spend(10, async () => "next")])).to.deep.equal(["no", "next"]);
  });
});
