import { expect } from "chai";
import { ClientLeft, createFairQueue, QueueFull } from "./fair-queue.ts";

/** Work that ends when the test says so. */
function manual() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const work = (name: string) => () => {
    begun.push(name);
    return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
  };
  /** Ends everything that has begun, again and again, until nothing begins any more. */
  const drain = async () => {
    for (let seen = -1; seen < begun.length; ) {
      seen = begun.length;
      for (const name of begun) ends.get(name)?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { begun, work, drain };
}

const bounds = { atOnce: 1, mostPerAddress: 8, most: 12 };

describe("the queue of hashes", () => {
  it("takes turns between logins and registrations, and between addresses", async () => {
    const { begun, work, drain } = manual();
    const queue = createFairQueue(bounds);
    const all = ["r1 a", "r2 a", "r3 a", "r4 a", "r1 b", "l1 a", "l2 a", "l1 c"].map((name) =>
      queue.run({ kind: name[0] ?? "", address: name.at(-1) ?? "" }, work(name)),
    );
    await drain();
    await Promise.all(all);
    expect(begun).to.eql(["r1 a", "r2 a", "l1 a", "r1 b", "l1 c", "r3 a", "l2 a", "r4 a"]);
  });

  it("refuses an address that has too many waiting, and no other", async () => {
    const { work, drain } = manual();
    const queue = createFairQueue(bounds);
    const flood = Array.from({ length: 12 }, (_, n) =>
      queue.run({ kind: "r", address: "flood" }, work(`f${n}`)).catch((error: unknown) => error),
    );
    const other = queue.run({ kind: "r", address: "other" }, work("other"));
    await drain();
    expect((await Promise.all(flood)).filter((one) => one instanceof QueueFull)).to.have.lengthOf(3);
    expect(await other).to.equal("other");
  });

  it("has whoever waits most give way when it is full", async () => {
    const { work, drain } = manual();
    const queue = createFairQueue(bounds);
    const outcomes = ["a", "b"].flatMap((address) =>
      Array.from({ length: 7 }, (_, n) =>
        queue.run({ kind: "r", address }, work(`${address}${n}`)).catch((error: Error) => error.name),
      ),
    );
    const late = queue.run({ kind: "l", address: "c" }, work("late"));
    await drain();
    expect(await late).to.equal("late");
    expect((await Promise.all(outcomes)).filter((one) => one === "QueueFull")).to.have.lengthOf(2);
  });

  it("gives up what its client has left", async () => {
    const { begun, work, drain } = manual();
    const queue = createFairQueue(bounds);
    const left = new AbortController();
    const first = queue.run({ kind: "r", address: "a" }, work("first"));
    const gone = queue
      .run({ kind: "r", address: "a", signal: left.signal }, work("gone"))
      .catch((error: unknown) => error);
    left.abort();
    expect(await gone).to.be.instanceOf(ClientLeft);
    await drain();
    await first;
    expect(begun).to.eql(["first"]);
  });

  it("goes on after work that failed", async () => {
    const queue = createFairQueue(bounds);
    const failing = queue.run({ kind: "r", address: "a" }, async () => {
      throw new Error("no");
    });
    const next = queue.run({ kind: "r", address: "a" }, async () => "yes");
    expect(await failing.catch((error: Error) => error.message)).to.equal("no");
    expect(await next).to.equal("yes");
  });
});
