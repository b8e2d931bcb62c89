import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { type AwsServer, startAws } from "../../../local/aws/server.ts";
import type { ActionContext } from "../action.ts";
import { s3Client } from "../aws/s3.ts";
import { formatManifest, type Manifest, sha256 } from "../bundle.ts";
import type { Clock } from "../clock.ts";
import { ActionError } from "../errors.ts";
import { openAttempt } from "./attempt.ts";
import type { BeginEntry, EndEntry } from "./entries.ts";
import { freezeEnvironment, liftFreeze, readFreeze } from "./freeze.ts";
import { attemptsBackwards, newestAttempt, readLedger } from "./history.ts";
import { formatHandle, keys } from "./keys.ts";
import { appendEntry, movedTiers, readAttempt } from "./ledger.ts";
import { liveAfter, writeLive } from "./live.ts";
import {
  acquireLock,
  type Lock,
  type LockRequest,
  lockTtlMs,
  readLock,
  releaseLock,
  renewLock,
} from "./lock.ts";
import { createText, readText, replaceText, type Store } from "./objects.ts";
import { readOverview } from "./overview.ts";

const run = { id: 7, attempt: 1, url: "http://127.0.0.1/runs/7" };
const bucket = "artifacts";
const manifest: Manifest = {
  schema: 1,
  id: "20261101T080000Z-aaaaaaa",
  commit: "a".repeat(40),
  committedAt: "2026-11-01T08:00:00Z",
  api: { version: "a".repeat(12), sha256: "a".repeat(64), bytes: 1, node: ">=24" },
  site: { files: {} },
  migrations: [],
};

/** A runner's clock, which moves by sleeping; and jumps. */
function runnerClock(): Clock & { jump(ms: number): void } {
  let now = Date.parse("2026-11-01T08:00:00Z");
  return {
    now: () => new Date(now),
    sleep: async (ms) => {
      now += ms;
      await new Promise((resolve) => setImmediate(resolve));
    },
    jump: (ms) => {
      now += ms;
    },
  };
}

async function codeOf(act: Promise<unknown>): Promise<string> {
  try {
    await act;
    return "none";
  } catch (error) {
    if (error instanceof ActionError) return error.code;
    throw error;
  }
}

describe("release store", () => {
  let directory: string;
  let aws: AwsServer;
  let store: Store;
  let clock: ReturnType<typeof runnerClock>;
  let tests = 0;
  /** S3's own clock, by which locks expire. */
  let s3AheadMs = 0;
  /** A fresh one for each test. */
  let environment: string;

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "release-store-"));
    aws = await startAws({
      directory,
      port: 0,
      region: "us-east-1",
      accountId: "000000000000",
      services: [],
      clock: { now: () => new Date(Date.now() + s3AheadMs) },
    });
    aws.provisionBucket({ name: bucket });
    const { region, endpoint, credentials } = aws;
    const s3 = s3Client({ region, endpoint, credentials: async () => credentials, maxAttempts: 3 });
    store = { s3, bucket };
    await put(keys.manifest(manifest.id), formatManifest(manifest));
  });
  after(async () => {
    store.s3.destroy();
    await aws.close();
    rmSync(directory, { recursive: true });
  });
  beforeEach(() => {
    environment = `env-${++tests}`;
    clock = runnerClock();
    s3AheadMs = 0;
    aws.faults.clear();
  });

  function passOnS3(ms: number): void {
    s3AheadMs += ms;
  }

  async function put(key: string, text: string): Promise<void> {
    await store.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: text }));
  }

  function context(): ActionContext {
    return { clock, run: { runId: 7, runAttempt: 1, url: run.url } } as unknown as ActionContext;
  }

  function lockRequest(changes: Partial<LockRequest> = {}): LockRequest {
    return {
      by: "ada",
      operation: "deploy",
      run,
      waitSeconds: 0,
      clock,
      signal: new AbortController().signal,
      onWait: () => undefined,
      ...changes,
    };
  }

  function beginEntry(seq: number, changes: Partial<BeginEntry> = {}): BeginEntry {
    return {
      schema: 1,
      at: clock.now().toISOString(),
      previous: null,
      seq,
      kind: "deploy",
      releaseId: manifest.id,
      commit: manifest.commit,
      apiVersion: manifest.api.version,
      subject: "subject",
      live: null,
      goesBackTo: null,
      by: "ada",
      run,
      lock: "token",
      reason: "",
      ...changes,
    };
  }

  const endEntry = (previous: string, changes: Partial<EndEntry> = {}): EndEntry => ({
    schema: 1,
    at: clock.now().toISOString(),
    previous,
    outcome: "live",
    reason: "verified",
    liveReleaseId: manifest.id,
    previousReleaseId: null,
    ...changes,
  });

  describe("conditional writes", () => {
    it("create what does not exist, and nothing else", async () => {
      expect(await createText(store, `${environment}/a`, "one")).to.not.equal(undefined);
      expect(await createText(store, `${environment}/a`, "two")).to.equal(undefined);
      expect((await readText(store, `${environment}/a`))?.text).to.equal("one");
    });

    it("count as done when only the answer was lost", async () => {
      aws.faults.add({ operation: "PutObject", key: `${environment}/a`, times: 1, drop: "after" });
      const created = await createText(store, `${environment}/a`, "one");
      expect(created?.text).to.equal("one");
      aws.faults.add({ operation: "PutObject", key: `${environment}/a`, times: 1, drop: "after" });
      expect((await replaceText(store, `${environment}/a`, "two", created?.etag ?? ""))?.text).to.equal(
        "two",
      );
    });

    it("replace only what was read", async () => {
      const read = await createText(store, `${environment}/a`, "one");
      await put(`${environment}/a`, "somebody else's");
      expect(await replaceText(store, `${environment}/a`, "two", read?.etag ?? "")).to.equal(undefined);
    });

    it("name a bucket that does not exist", async () => {
      expect(await codeOf(readText({ ...store, bucket: "nowhere" }, "a"))).to.equal("StoreMissing");
    });
  });

  describe("a clock that jumps", () => {
    it("back to what S3's is, does not fail the next request", async () => {
      for (const ahead of [0, 7_200_000, 0, -7_200_000, 0]) {
        s3AheadMs = ahead;
        const written = await createText(store, `${environment}/${ahead}`, "one");
        expect(written?.text).to.equal("one");
        expect(await readText(store, `${environment}/${ahead}`)).to.include({ text: "one" });
      }
    });
  });

  describe("ledger", () => {
    async function attempt(seq: number, previous: string | null): Promise<string> {
      const begun = await appendEntry(store, environment, seq, "begin", beginEntry(seq, { previous }));
      return appendEntry(store, environment, seq, "end", endEntry(begun));
    }

    it("is empty before the first attempt, and counts them", async () => {
      expect(await newestAttempt(store, environment)).to.equal(undefined);
      await attempt(2, await attempt(1, null));
      expect((await newestAttempt(store, environment))?.seq).to.equal(2);
      const { attempts } = await readLedger(store, environment, 10);
      expect(attempts.map(({ seq, end }) => `${seq} ${end?.outcome}`)).to.deep.equal(["2 live", "1 live"]);
    });

    it("has one entry per name: the second writer is refused", async () => {
      await appendEntry(store, environment, 1, "begin", beginEntry(1));
      const other = appendEntry(store, environment, 1, "begin", beginEntry(1, { by: "bob" }));
      expect(await codeOf(other)).to.equal("AttemptTaken");
    });

    const damages: readonly (readonly [string, (at: string) => Promise<unknown>])[] = [
      [
        "an altered begin",
        (at) => put(keys.entry(at, 1, "begin"), JSON.stringify(beginEntry(1, { by: "eve" }))),
      ],
      ["a torn end", (at) => put(keys.entry(at, 1, "end"), '{"schema":1,')],
      [
        "a missing begin",
        (at) => store.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: keys.entry(at, 1, "begin") })),
      ],
    ];
    for (const [name, damage] of damages) {
      it(`names ${name}`, async () => {
        await attempt(1, null);
        await damage(environment);
        let message = "";
        await readAttempt(store, environment, 1).catch((error: Error) => {
          message = error.message;
        });
        expect(message).to.contain(`environments/${environment}/ledger/000001/`);
      });
    }

    it("names attempts that are missing in the middle, and goes on around them", async () => {
      await attempt(4, await attempt(1, null));
      const { attempts, problems } = await readLedger(store, environment, 10);
      expect(attempts.map(({ seq }) => seq)).to.deep.equal([4, 1]);
      expect(problems.map(({ message }) => message)).to.deep.equal([
        `attempts 2 to 3 are missing in the ledger: there is no "environments/${environment}/ledger/000002/begin.json"`,
      ]);
    });

    it("is read backwards by two requests an attempt and one listing, past what is torn", async () => {
      let previous: string | null = null;
      for (let seq = 1; seq <= 50; seq++) previous = await attempt(seq, previous);
      await put(keys.entry(environment, 45, "end"), "{");
      const before = aws.requests.counts();
      const read: number[] = [];
      const damage: string[] = [];
      for await (const { seq } of attemptsBackwards(store, environment, 50, (one) =>
        damage.push(one.message),
      )) {
        read.push(seq);
        if (read.length === 19) break;
      }
      const after = aws.requests.counts();
      const asked = (name: string) => (after[`s3:${name}`] ?? 0) - (before[`s3:${name}`] ?? 0);
      expect(read).to.deep.equal([
        50,
        49,
        48,
        47,
        46,
        ...Array.from({ length: 14 }, (_, index) => 44 - index),
      ]);
      expect(damage.join()).to.contain("000045/end.json");
      expect([asked("ListObjectsV2"), asked("GetObject")]).to.deep.equal([1, 40]);
    });

    it("is not told as damaged when an attempt ends while it is being read", async () => {
      aws.faults.add({ operation: "GetObject", key: `${environment}/live.json$`, times: 1, delayMs: 400 });
      const reading = readOverview(store, environment, 10);
      await new Promise((resolve) => setTimeout(resolve, 150));
      const begin = beginEntry(1);
      const begun = await appendEntry(store, environment, 1, "begin", begin);
      await writeLive(store, environment, liveAfter(begin, manifest, clock.now(), null), undefined);
      await appendEntry(store, environment, 1, "end", endEntry(begun));
      const { problems, live } = await reading;
      expect(problems).to.deep.equal([]);
      expect(live?.seq).to.equal(1);
    });

    it("names the attempt whose predecessor was altered", async () => {
      const end = await attempt(1, null);
      await attempt(2, end);
      const begun = await readText(store, keys.entry(environment, 1, "begin"));
      const { tail } = await readAttempt(store, environment, 1);
      expect(tail).to.equal(end);
      await put(
        keys.entry(environment, 1, "end"),
        JSON.stringify(endEntry("x", { previous: sha256(begun?.text ?? "") })),
      );
      const { problems } = await readLedger(store, environment, 10);
      expect(problems.map(({ code }) => code)).to.deep.equal(["LedgerDamaged"]);
      expect(problems[0]?.message).to.contain('000002/begin.json" does not follow on attempt 1');
    });
  });

  describe("lock", () => {
    it("is free, then held, then free again", async () => {
      const { token } = await acquireLock(store, environment, lockRequest());
      expect((await readLock(store, environment))?.by).to.equal("ada");
      expect(await releaseLock(store, environment, token)).to.equal(true);
      expect(await readLock(store, environment)).to.equal(undefined);
    });

    it("is given to exactly one of many at once", async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          codeOf(acquireLock(store, environment, lockRequest({ run: { ...run, id: 100 + index } }))),
        ),
      );
      expect(outcomes.filter((code) => code === "none")).to.have.length(1);
      expect(outcomes.filter((code) => code === "EnvironmentBusy")).to.have.length(7);
    });

    it("makes others wait, telling whom for, and names the holder in the end", async () => {
      await acquireLock(store, environment, lockRequest());
      const told: string[] = [];
      const other = lockRequest({
        run: { ...run, id: 8 },
        waitSeconds: 60,
        onWait: (lock) => told.push(lock.by),
      });
      let message = "";
      await acquireLock(store, environment, other).catch((error: Error) => {
        message = error.message;
      });
      expect(message).to.contain("is still locked after 60 s by ada (deploy) since 2026-11-01T08:00:00.000Z");
      expect(told).to.deep.equal(["ada", "ada"]);
    });

    it("goes on when the holder gives it back", async () => {
      const { token } = await acquireLock(store, environment, lockRequest());
      const waiting = acquireLock(
        store,
        environment,
        lockRequest({
          run: { ...run, id: 8 },
          waitSeconds: 600,
          onWait: () => void releaseLock(store, environment, token),
        }),
      );
      expect((await waiting).takenFrom).to.equal(undefined);
    });

    it("is taken over when it has expired, and its old owner notices", async () => {
      const { token } = await acquireLock(store, environment, lockRequest());
      passOnS3(lockTtlMs + 1);
      const taken = await acquireLock(store, environment, lockRequest({ run: { ...run, id: 8 } }));
      expect(taken.takenFrom?.by).to.equal("ada");
      expect(await codeOf(renewLock(store, environment, token, clock))).to.equal("LockLost");
      expect(await releaseLock(store, environment, token)).to.equal(false);
      expect((await readLock(store, environment))?.token).to.equal(taken.token);
    });

    it("renewed, it does not expire", async () => {
      const { token } = await acquireLock(store, environment, lockRequest());
      passOnS3(lockTtlMs - 1000);
      await renewLock(store, environment, token, clock);
      passOnS3(lockTtlMs - 1000);
      const other = lockRequest({ run: { ...run, id: 8 } });
      expect(await codeOf(acquireLock(store, environment, other))).to.equal("EnvironmentBusy");
    });

    it("is judged by S3's clock, however far the runners' clocks are apart or jump", async () => {
      const { token } = await acquireLock(store, environment, lockRequest());
      const hours = 3_600_000;
      for (const jump of [5 * hours, -12 * hours]) {
        clock.jump(jump);
        const other = lockRequest({ run: { ...run, id: 8 }, waitSeconds: 5 });
        expect(await codeOf(acquireLock(store, environment, other))).to.equal("EnvironmentBusy");
        await renewLock(store, environment, token, clock);
      }
      passOnS3(lockTtlMs + 1000);
      const taken = await acquireLock(store, environment, lockRequest({ run: { ...run, id: 8 } }));
      expect(taken.takenFrom?.token).to.equal(token);
      expect(await codeOf(renewLock(store, environment, token, clock))).to.equal("LockLost");
    });

    it("is waited for as long as was asked, though the clock jumps meanwhile", async () => {
      await acquireLock(store, environment, lockRequest());
      for (const jump of [3_600_000, -3_600_000]) {
        let sleptMs = 0;
        const jumping: Clock = {
          now: clock.now,
          sleep: async (ms, signal) => {
            sleptMs += ms;
            await clock.sleep(ms, signal);
            if (sleptMs > 20_000) clock.jump(jump);
          },
        };
        const other = lockRequest({ run: { ...run, id: 8 }, waitSeconds: 60, clock: jumping });
        expect(await codeOf(acquireLock(store, environment, other))).to.equal("EnvironmentBusy");
        expect(sleptMs).to.equal(60_000);
      }
    });

    it("passes at once to another job of its run, and from a run that is over", async () => {
      await acquireLock(store, environment, lockRequest());
      expect((await acquireLock(store, environment, lockRequest())).takenFrom?.run.id).to.equal(run.id);
      const isOver = async (lock: Lock): Promise<boolean> => lock.run.id === run.id;
      const other = lockRequest({ run: { ...run, id: 8 }, isOver });
      expect((await acquireLock(store, environment, other)).takenFrom?.run.id).to.equal(run.id);
    });
  });

  describe("freeze", () => {
    it("keeps the first reason, and is lifted once", async () => {
      const freeze = { schema: 1, by: "ada", reason: "empty feed", since: "now", run } as const;
      await freezeEnvironment(store, environment, freeze);
      expect((await freezeEnvironment(store, environment, { ...freeze, reason: "other" })).reason).to.equal(
        "empty feed",
      );
      const held = await readFreeze(store, environment);
      if (!held) throw new Error("not frozen");
      expect(await liftFreeze(store, environment, held)).to.equal(true);
      expect(await readFreeze(store, environment)).to.equal(undefined);
    });
  });

  describe("attempt", () => {
    async function begun(changes: Partial<BeginEntry> = {}): Promise<string> {
      const { token } = await acquireLock(store, environment, lockRequest());
      await appendEntry(store, environment, 1, "begin", beginEntry(1, { lock: token, ...changes }));
      return formatHandle({ bucket, environment, seq: 1 });
    }

    it("gives the tiers the release's manifest, and records their moves in order", async () => {
      const attempt = await openAttempt(store.s3, await begun(), context());
      expect(attempt.manifest).to.deep.equal(manifest);
      await attempt.move("schema", { pending: ["one"] });
      await attempt.move("site", { release: null });
      const record = await readAttempt(store, environment, 1);
      expect(record.moved.map(({ tier, from }) => ({ tier, from }))).to.deep.equal([
        { tier: "schema", from: { pending: ["one"] } },
        { tier: "site", from: { release: null } },
      ]);
    });

    it("records a tier once, with the state before the first move", async () => {
      const attempt = await openAttempt(store.s3, await begun(), context());
      await attempt.move("api", { version: "old" });
      await attempt.move("api", { version: "half" });
      expect((await readAttempt(store, environment, 1)).moved.map(({ from }) => from)).to.deep.equal([
        { version: "old" },
      ]);
    });

    it("stops a deploy at its next barrier when somebody freezes the environment", async () => {
      const attempt = await openAttempt(store.s3, await begun(), context());
      await freezeEnvironment(store, environment, { schema: 1, by: "bob", reason: "bad", since: "now", run });
      expect(await codeOf(attempt.move("api", null))).to.equal("EnvironmentFrozen");
      expect(movedTiers(await readAttempt(store, environment, 1))).to.deep.equal([]);
    });

    it("lets a rollback move in the environment that it froze itself", async () => {
      const attempt = await openAttempt(store.s3, await begun({ kind: "rollback" }), context());
      await freezeEnvironment(store, environment, { schema: 1, by: "bob", reason: "bad", since: "now", run });
      await attempt.move("site", null);
      expect(movedTiers(await readAttempt(store, environment, 1))).to.deep.equal(["site"]);
    });

    it("stops a tier whose lock was taken", async () => {
      const attempt = await openAttempt(store.s3, await begun(), context());
      passOnS3(lockTtlMs + 1);
      await acquireLock(store, environment, lockRequest({ run: { ...run, id: 8 } }));
      expect(await codeOf(attempt.move("api", null))).to.equal("LockLost");
    });

    it("is over once it has an end; a move that came too late is void", async () => {
      const handle = await begun();
      const attempt = await openAttempt(store.s3, handle, context());
      const { tail } = await readAttempt(store, environment, 1);
      const late = { schema: 1, tier: "api", from: null, at: "late", previous: tail } as const;
      await appendEntry(store, environment, 1, "end", endEntry(tail, { outcome: "unchanged" }));
      await appendEntry(store, environment, 1, "moved-api", late);
      const record = await readAttempt(store, environment, 1);
      expect(record.end?.outcome).to.equal("unchanged");
      expect(record.moved).to.deep.equal([]);
      expect(await codeOf(openAttempt(store.s3, handle, context()))).to.equal("AttemptOver");
      expect(attempt.handle).to.equal(handle);
    });

    it("names what a handle should look like", async () => {
      expect(await codeOf(openAttempt(store.s3, "ledger/1", context()))).to.equal("InvalidInputs");
    });
  });
});
