import { expect } from "chai";
import { ConcurrencyCancelled, type ConcurrencyLease } from "../../runner-services.ts";
import { Concurrency } from "./concurrency.ts";

interface Entrant {
  readonly name: string;
  readonly lease: Promise<ConcurrencyLease>;
  readonly cancel: AbortController;
  /** What it was told: how many are ahead, and when it was asked to go. */
  readonly heard: (number | string)[];
}

describe("concurrency groups", () => {
  let concurrency: Concurrency;
  const log: string[] = [];
  beforeEach(() => {
    concurrency = new Concurrency();
    log.length = 0;
  });

  function enter(
    name: string,
    options: { group?: string; queue?: "single" | "max"; cancelInProgress?: boolean } = {},
  ): Entrant {
    const heard: (number | string)[] = [];
    const cancel = new AbortController();
    const lease = concurrency.enter({
      group: options.group ?? "deploy",
      queue: options.queue ?? "single",
      cancelInProgress: options.cancelInProgress ?? false,
      signal: cancel.signal,
      onWait: (ahead) => heard.push(ahead),
      cancelHolder: () => heard.push("cancel"),
      by: name,
    });
    lease.then(
      () => log.push(`${name} runs`),
      (error: unknown) =>
        log.push(
          `${name} ${error instanceof ConcurrencyCancelled ? `is replaced${error.message.split("exists")[1]}` : `gives up: ${error}`}`,
        ),
    );
    return { name, lease, cancel, heard };
  }
  const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

  it("let one run at a time; names differ only by more than their case", async () => {
    const first = enter("first", { group: "Prod" });
    enter("second", { group: "prod" });
    enter("other", { group: "staging" });
    await nextTurn();
    expect(log).deep.equal(["first runs", "other runs"]);
    (await first.lease).release();
    await nextTurn();
    expect(log).deep.equal(["first runs", "other runs", "second runs"]);
  });

  it("with queue: single keep one waiting, the newest", async () => {
    const first = enter("first");
    const second = enter("second");
    enter("third");
    await nextTurn();
    expect(log).deep.equal(["first runs", "second is replaced: third"]);
    expect(second.heard).deep.equal([1]);
    (await first.lease).release();
    await nextTurn();
    expect(log.at(-1)).equal("third runs");
  });

  it("with queue: max keep all waiting, in order, and tell each how many are ahead", async () => {
    const entrants = ["a", "b", "c", "d"].map((name) => enter(name, { queue: "max" }));
    await nextTurn();
    expect(entrants.at(-1)?.heard.at(-1)).equal(3);
    for (const { lease } of entrants) {
      (await lease).release();
      await nextTurn();
    }
    expect(log).deep.equal(["a runs", "b runs", "c runs", "d runs"]);
    expect(entrants.at(-1)?.heard).deep.equal([3, 2, 1]);
  });

  it("with queue: max cancel whoever comes when a hundred wait", async () => {
    for (let index = 0; index <= 100; index += 1) enter(`run ${index}`, { queue: "max" });
    enter("one too many", { queue: "max" });
    await nextTurn();
    expect(log).deep.equal(["run 0 runs", "one too many is replaced"]);
  });

  it("with cancel-in-progress ask the holder to go and replace whoever waits", async () => {
    const first = enter("first", { cancelInProgress: true });
    enter("second", { cancelInProgress: true });
    enter("third", { cancelInProgress: true });
    await nextTurn();
    expect(first.heard).deep.equal(["cancel", "cancel"]);
    (await first.lease).release();
    await nextTurn();
    expect(log).deep.equal(["first runs", "second is replaced: third", "third runs"]);
  });

  it("let go of a waiting run that is cancelled", async () => {
    const first = enter("first", { queue: "max" });
    const second = enter("second", { queue: "max" });
    const third = enter("third", { queue: "max" });
    second.cancel.abort("cancel");
    await nextTurn();
    expect(third.heard.at(-1)).equal(1);
    (await first.lease).release();
    await nextTurn();
    expect(log).deep.equal(["first runs", "second gives up: cancel", "third runs"]);
  });

  it("ignore a lease that is given back twice", async () => {
    const lease = await enter("first").lease;
    enter("second");
    lease.release();
    lease.release();
    enter("third");
    await nextTurn();
    expect(log).deep.equal(["first runs", "second runs"]);
  });
});
