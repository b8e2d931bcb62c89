import { expect } from "chai";
import { until } from "../../../test/until.ts";
import { formatManifest } from "../../bundle/manifest.ts";
import { openAttempt } from "./attempt.ts";
import type { BeginEntry } from "./entries.ts";
import { freezeEnvironment, liftFreeze, readFreeze } from "./freeze.ts";
import { formatHandle, keys } from "./keys.ts";
import { appendEntry, movedTiers, readAttempt } from "./ledger.ts";
import { acquireLock } from "./lock.ts";
import { lockTtlMs } from "./lock-expiry.ts";
import { bucket, codeOf, manifest, run, storeBench } from "./store-fixture.ts";

describe("release store", () => {
  const bench = storeBench();

  describe("freeze", () => {
    it("keeps the first reason, and is lifted once", async () => {
      const freeze = { schema: 1, by: "ada", reason: "empty feed", since: "now", run } as const;
      await freezeEnvironment(bench.store, bench.environment, freeze);
      expect(
        (await freezeEnvironment(bench.store, bench.environment, { ...freeze, reason: "other" })).reason,
      ).to.equal("empty feed");
      const held = await readFreeze(bench.store, bench.environment);
      if (!held) throw new Error("not frozen");
      expect(await liftFreeze(bench.store, bench.environment, held)).to.equal(true);
      expect(await readFreeze(bench.store, bench.environment)).to.equal(undefined);
    });
  });

  describe("attempt", () => {
    async function begun(changes: Partial<BeginEntry> = {}): Promise<string> {
      const { token } = await acquireLock(bench.store, bench.environment, bench.lockRequest());
      await appendEntry(
        bench.store,
        bench.environment,
        1,
        "begin",
        bench.beginEntry(1, { lock: token, ...changes }),
      );
      return formatHandle({ bucket, environment: bench.environment, seq: 1 });
    }

    it("gives the tiers the release's manifest, and records their moves in order", async () => {
      const attempt = await openAttempt(bench.store.s3, await begun(), bench.context());
      expect(attempt.manifest).to.deep.equal(manifest);
      await attempt.move("schema", { pending: ["one"] });
      await attempt.move("site", { release: null });
      const record = await readAttempt(bench.store, bench.environment, 1);
      expect(record.moved.map(({ tier, from }) => ({ tier, from }))).to.deep.equal([
        { tier: "schema", from: { pending: ["one"] } },
        { tier: "site", from: { release: null } },
      ]);
    });

    it("records a tier once, with the state before the first move", async () => {
      const attempt = await openAttempt(bench.store.s3, await begun(), bench.context());
      await attempt.move("api", { version: "old" });
      await attempt.move("api", { version: "half" });
      expect(
        (await readAttempt(bench.store, bench.environment, 1)).moved.map(({ from }) => from),
      ).to.deep.equal([{ version: "old" }]);
    });

    it("lets the last tier say that nothing of it had to move, once, and no other tier", async () => {
      const { site: _, ...parts } = manifest;
      const alone = { ...parts, schema: 2 as const, id: "20261101T080000Z-a1a1a1a" };
      await bench.put(keys.manifest(alone.id), formatManifest(alone));
      const attempt = await openAttempt(
        bench.store.s3,
        await begun({ releaseId: alone.id }),
        bench.context(),
      );
      const read = () => readAttempt(bench.store, bench.environment, 1);
      await attempt.arrive("schema");
      expect((await read()).isInPlace).to.equal(false);
      await attempt.move("schema", { pending: [] });
      await attempt.arrive("api");
      await attempt.arrive("api");
      const record = await read();
      expect([record.isInPlace, movedTiers(record)]).to.deep.equal([true, ["schema"]]);
    });

    it("lets a site that stays as it is say so, as one without release.json may", async () => {
      const attempt = await openAttempt(bench.store.s3, await begun(), bench.context());
      await attempt.move("api", { version: "old" });
      await attempt.arrive("site");
      const record = await readAttempt(bench.store, bench.environment, 1);
      expect([record.isInPlace, movedTiers(record)]).to.deep.equal([true, ["api"]]);
    });

    it("lets a tier that moved, or is not the last, say nothing more", async () => {
      const attempt = await openAttempt(bench.store.s3, await begun(), bench.context());
      await attempt.move("api", { version: "old" });
      await attempt.arrive("api");
      const record = await readAttempt(bench.store, bench.environment, 1);
      expect([record.isInPlace, movedTiers(record)]).to.deep.equal([false, ["api"]]);
    });

    it("holds a tier that had nothing to move to the barrier too", async () => {
      const { site: _, migrations: __, ...parts } = manifest;
      const alone = { ...parts, schema: 2 as const, id: "20261101T080000Z-a2a2a2a" };
      await bench.put(keys.manifest(alone.id), formatManifest(alone));
      const attempt = await openAttempt(
        bench.store.s3,
        await begun({ releaseId: alone.id }),
        bench.context(),
      );
      const freeze = { schema: 1, by: "bob", reason: "bad", since: "now", run } as const;
      await freezeEnvironment(bench.store, bench.environment, freeze);
      expect(await codeOf(attempt.arrive("api"))).to.equal("EnvironmentFrozen");
      expect((await readAttempt(bench.store, bench.environment, 1)).isInPlace).to.equal(false);
    });

    it("stops a deploy at its next barrier when somebody freezes the environment", async () => {
      const attempt = await openAttempt(bench.store.s3, await begun(), bench.context());
      await freezeEnvironment(bench.store, bench.environment, {
        schema: 1,
        by: "bob",
        reason: "bad",
        since: "now",
        run,
      });
      expect(await codeOf(attempt.move("api", null))).to.equal("EnvironmentFrozen");
      expect(movedTiers(await readAttempt(bench.store, bench.environment, 1))).to.deep.equal([]);
    });

    it("lets a rollback move in the bench.environment that it froze itself", async () => {
      const attempt = await openAttempt(bench.store.s3, await begun({ kind: "rollback" }), bench.context());
      await freezeEnvironment(bench.store, bench.environment, {
        schema: 1,
        by: "bob",
        reason: "bad",
        since: "now",
        run,
      });
      await attempt.move("site", null);
      expect(movedTiers(await readAttempt(bench.store, bench.environment, 1))).to.deep.equal(["site"]);
    });

    it("stops a tier whose lock was taken", async () => {
      const attempt = await openAttempt(bench.store.s3, await begun(), bench.context());
      bench.passOnS3(lockTtlMs + 1);
      await acquireLock(bench.store, bench.environment, bench.lockRequest({ run: { ...run, id: 8 } }));
      expect(await codeOf(attempt.move("api", null))).to.equal("LockLost");
    });

    it("stops a tier that loses its lock between the announcement and the first change", async () => {
      const { store, environment } = bench;
      const attempt = await openAttempt(store.s3, await begun(), bench.context());
      const { faults } = bench.aws;
      const announcement = faults.add({
        operation: "PutObject",
        key: `${environment}/.*moved-site`,
        hold: "before",
      });
      const moving = codeOf(attempt.move("site", null));
      await until(() => faults.list()[0]?.held === 1);
      await acquireLock(store, environment, bench.lockRequest());
      faults.remove(announcement.id);
      expect(await moving).to.equal("LockLost");
    });

    it("is over once it has an end; a move that came too late is void", async () => {
      const handle = await begun();
      const attempt = await openAttempt(bench.store.s3, handle, bench.context());
      const { tail } = await readAttempt(bench.store, bench.environment, 1);
      const late = { schema: 1, tier: "api", from: null, at: "late", previous: tail } as const;
      await appendEntry(
        bench.store,
        bench.environment,
        1,
        "end",
        bench.endEntry(tail, { outcome: "unchanged" }),
      );
      await appendEntry(bench.store, bench.environment, 1, "moved-api", late);
      const record = await readAttempt(bench.store, bench.environment, 1);
      expect(record.end?.outcome).to.equal("unchanged");
      expect(record.moved).to.deep.equal([]);
      expect(await codeOf(openAttempt(bench.store.s3, handle, bench.context()))).to.equal("AttemptOver");
      expect(attempt.handle).to.equal(handle);
    });

    it("names what a handle should look like", async () => {
      expect(await codeOf(openAttempt(bench.store.s3, "ledger/1", bench.context()))).to.equal(
        "InvalidInputs",
      );
    });
  });
});
