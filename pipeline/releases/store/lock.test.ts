import { expect } from "chai";
import type { Clock } from "../../kit/clock.ts";
import { acquireLock, confirmLock, releaseLock, renewLock } from "./lock.ts";
import { lockTtlMs } from "./lock-expiry.ts";
import { codeOf, run, storeBench } from "./store-fixture.ts";
import { type Lock, readLock } from "./stored-lock.ts";

describe("release store", () => {
  const bench = storeBench();

  describe("lock", () => {
    it("is free, then held, then free again", async () => {
      const { token } = await acquireLock(bench.store, bench.environment, bench.lockRequest());
      expect((await readLock(bench.store, bench.environment))?.by).to.equal("ada");
      expect(await releaseLock(bench.store, bench.environment, token)).to.equal(true);
      expect(await readLock(bench.store, bench.environment)).to.equal(undefined);
    });

    it("is given to exactly one of many at once", async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          codeOf(
            acquireLock(
              bench.store,
              bench.environment,
              bench.lockRequest({ run: { ...run, id: 100 + index } }),
            ),
          ),
        ),
      );
      expect(outcomes.filter((code) => code === "none")).to.have.length(1);
      expect(outcomes.filter((code) => code === "EnvironmentBusy")).to.have.length(7);
    });

    it("makes others wait, telling whom for, and names the holder in the end", async () => {
      await acquireLock(bench.store, bench.environment, bench.lockRequest());
      const told: string[] = [];
      const other = bench.lockRequest({
        run: { ...run, id: 8 },
        waitSeconds: 60,
        onWait: (lock) => told.push(lock.by),
      });
      let message = "";
      await acquireLock(bench.store, bench.environment, other).catch((error: Error) => {
        message = error.message;
      });
      expect(message).to.contain("is still locked after 60 s by ada (deploy) since 2026-11-01T08:00:00.000Z");
      expect(told).to.deep.equal(["ada", "ada"]);
    });

    it("goes on when the holder gives it back", async () => {
      const { token } = await acquireLock(bench.store, bench.environment, bench.lockRequest());
      const waiting = acquireLock(
        bench.store,
        bench.environment,
        bench.lockRequest({
          run: { ...run, id: 8 },
          waitSeconds: 600,
          onWait: () => void releaseLock(bench.store, bench.environment, token),
        }),
      );
      expect((await waiting).takenFrom).to.equal(undefined);
    });

    it("is taken over when it has expired, and its old owner notices", async () => {
      const { token } = await acquireLock(bench.store, bench.environment, bench.lockRequest());
      bench.passOnS3(lockTtlMs + 1);
      const taken = await acquireLock(
        bench.store,
        bench.environment,
        bench.lockRequest({ run: { ...run, id: 8 } }),
      );
      expect(taken.takenFrom?.by).to.equal("ada");
      expect(await codeOf(renewLock(bench.store, bench.environment, token, bench.clock))).to.equal(
        "LockLost",
      );
      expect(await releaseLock(bench.store, bench.environment, token)).to.equal(false);
      expect((await readLock(bench.store, bench.environment))?.token).to.equal(taken.token);
    });

    it("renewed, it does not expire", async () => {
      const { token } = await acquireLock(bench.store, bench.environment, bench.lockRequest());
      // S3 knows times by the second, and the test itself takes some.
      bench.passOnS3(lockTtlMs - 10_000);
      await renewLock(bench.store, bench.environment, token, bench.clock);
      bench.passOnS3(lockTtlMs - 10_000);
      const other = bench.lockRequest({ run: { ...run, id: 8 } });
      expect(await codeOf(acquireLock(bench.store, bench.environment, other))).to.equal("EnvironmentBusy");
    });

    it("that was renewed a moment ago is only read to confirm it; an old one is renewed", async () => {
      const { store, environment, clock } = bench;
      const { token } = await acquireLock(store, environment, bench.lockRequest());
      const writes = () => bench.aws.requests.counts()["s3:PutObject"] ?? 0;
      const before = writes();
      await confirmLock(store, environment, token, clock);
      expect(writes() - before).to.equal(0);
      bench.passOnS3(lockTtlMs - 60_000);
      await confirmLock(store, environment, token, clock);
      bench.passOnS3(lockTtlMs - 60_000);
      await confirmLock(store, environment, token, clock);
      expect(await codeOf(confirmLock(store, environment, "another", clock))).to.equal("LockLost");
    });

    it("is judged by S3's clock, however far the runners' clocks are apart or jump", async () => {
      const { token } = await acquireLock(bench.store, bench.environment, bench.lockRequest());
      const hours = 3_600_000;
      for (const jump of [5 * hours, -12 * hours]) {
        bench.clock.jump(jump);
        const other = bench.lockRequest({ run: { ...run, id: 8 }, waitSeconds: 5 });
        expect(await codeOf(acquireLock(bench.store, bench.environment, other))).to.equal("EnvironmentBusy");
        await renewLock(bench.store, bench.environment, token, bench.clock);
      }
      bench.passOnS3(lockTtlMs + 1000);
      const taken = await acquireLock(
        bench.store,
        bench.environment,
        bench.lockRequest({ run: { ...run, id: 8 } }),
      );
      expect(taken.takenFrom?.token).to.equal(token);
      expect(await codeOf(renewLock(bench.store, bench.environment, token, bench.clock))).to.equal(
        "LockLost",
      );
    });

    it("is waited for as long as was asked, though the clock jumps meanwhile", async () => {
      await acquireLock(bench.store, bench.environment, bench.lockRequest());
      for (const jump of [3_600_000, -3_600_000]) {
        let sleptMs = 0;
        const jumping: Clock = {
          now: bench.clock.now,
          sleep: async (ms, signal) => {
            sleptMs += ms;
            await bench.clock.sleep(ms, signal);
            if (sleptMs > 20_000) bench.clock.jump(jump);
          },
        };
        const other = bench.lockRequest({ run: { ...run, id: 8 }, waitSeconds: 60, clock: jumping });
        expect(await codeOf(acquireLock(bench.store, bench.environment, other))).to.equal("EnvironmentBusy");
        expect(sleptMs).to.equal(60_000);
      }
    });

    it("passes at once to another job of its run, and from a run that is over", async () => {
      await acquireLock(bench.store, bench.environment, bench.lockRequest());
      expect(
        (await acquireLock(bench.store, bench.environment, bench.lockRequest())).takenFrom?.run.id,
      ).to.equal(run.id);
      const isOver = async (lock: Lock): Promise<boolean> => lock.run.id === run.id;
      const other = bench.lockRequest({ run: { ...run, id: 8 }, isOver });
      expect((await acquireLock(bench.store, bench.environment, other)).takenFrom?.run.id).to.equal(run.id);
    });
  });
});
