import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { until } from "../../../test/until.ts";
import { sha256 } from "../../kit/sha256.ts";
import { readOverview } from "../views/overview.ts";
import { attemptsBackwards, newestAttempt, readLedger } from "./history.ts";
import { keys } from "./keys.ts";
import { appendEntry, readAttempt } from "./ledger.ts";
import { liveAfter, writeLive } from "./live.ts";
import { readText } from "./objects.ts";
import { bucket, codeOf, manifest, storeBench } from "./store-fixture.ts";

describe("release store", () => {
  const bench = storeBench();

  describe("ledger", () => {
    async function attempt(seq: number, previous: string | null): Promise<string> {
      const begun = await appendEntry(
        bench.store,
        bench.environment,
        seq,
        "begin",
        bench.beginEntry(seq, { previous }),
      );
      return appendEntry(bench.store, bench.environment, seq, "end", bench.endEntry(begun));
    }

    it("is empty before the first attempt, and counts them", async () => {
      expect(await newestAttempt(bench.store, bench.environment)).to.equal(undefined);
      await attempt(2, await attempt(1, null));
      expect((await newestAttempt(bench.store, bench.environment))?.seq).to.equal(2);
      const { attempts } = await readLedger(bench.store, bench.environment, 10);
      expect(attempts.map(({ seq, end }) => `${seq} ${end?.outcome}`)).to.deep.equal(["2 live", "1 live"]);
    });

    it("has one entry per name: the second writer is refused", async () => {
      await appendEntry(bench.store, bench.environment, 1, "begin", bench.beginEntry(1));
      const other = appendEntry(
        bench.store,
        bench.environment,
        1,
        "begin",
        bench.beginEntry(1, { by: "bob" }),
      );
      expect(await codeOf(other)).to.equal("AttemptTaken");
    });

    const damages: readonly (readonly [string, (at: string) => Promise<unknown>])[] = [
      [
        "an altered begin",
        (at) => bench.put(keys.entry(at, 1, "begin"), JSON.stringify(bench.beginEntry(1, { by: "eve" }))),
      ],
      ["a torn end", (at) => bench.put(keys.entry(at, 1, "end"), '{"schema":1,')],
      [
        "a missing begin",
        (at) =>
          bench.store.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: keys.entry(at, 1, "begin") })),
      ],
    ];
    for (const [name, damage] of damages) {
      it(`names ${name}`, async () => {
        await attempt(1, null);
        await damage(bench.environment);
        let message = "";
        await readAttempt(bench.elsewhere(), bench.environment, 1).catch((error: Error) => {
          message = error.message;
        });
        expect(message).to.contain(`environments/${bench.environment}/ledger/000001/`);
      });
    }

    it("names attempts that are missing in the middle, and goes on around them", async () => {
      await attempt(4, await attempt(1, null));
      const { attempts, problems } = await readLedger(bench.store, bench.environment, 10);
      expect(attempts.map(({ seq }) => seq)).to.deep.equal([4, 1]);
      expect(problems.map(({ message }) => message)).to.deep.equal([
        `attempts 2 to 3 are missing in the ledger: there is no "environments/${bench.environment}/ledger/000002/begin.json"`,
      ]);
    });

    it("is read backwards by two requests an attempt and one listing, past what is torn", async () => {
      let previous: string | null = null;
      for (let seq = 1; seq <= 50; seq++) previous = await attempt(seq, previous);
      await bench.put(keys.entry(bench.environment, 45, "end"), "{");
      const before = bench.aws.requests.counts();
      const read: number[] = [];
      const damage: string[] = [];
      for await (const { seq } of attemptsBackwards(bench.elsewhere(), bench.environment, 50, (one) =>
        damage.push(one.message),
      )) {
        read.push(seq);
        if (read.length === 19) break;
      }
      const after = bench.aws.requests.counts();
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
      bench.aws.faults.add({
        operation: "GetObject",
        key: `${bench.environment}/live.json$`,
        times: 1,
        hold: "before",
      });
      const reading = readOverview(bench.store, bench.environment, 10);
      await until(() => bench.aws.faults.list()[0]?.held === 1);
      const begin = bench.beginEntry(1);
      const begun = await appendEntry(bench.store, bench.environment, 1, "begin", begin);
      await writeLive(
        bench.store,
        bench.environment,
        liveAfter(begin, manifest, bench.clock.now(), null),
        undefined,
      );
      await appendEntry(bench.store, bench.environment, 1, "end", bench.endEntry(begun));
      bench.aws.faults.clear();
      const { problems, live } = await reading;
      expect(problems).to.deep.equal([]);
      expect(live?.seq).to.equal(1);
    });

    it("names the attempt whose predecessor was altered", async () => {
      const end = await attempt(1, null);
      await attempt(2, end);
      const begun = await readText(bench.store, keys.entry(bench.environment, 1, "begin"));
      const { tail } = await readAttempt(bench.store, bench.environment, 1);
      expect(tail).to.equal(end);
      await bench.put(
        keys.entry(bench.environment, 1, "end"),
        JSON.stringify(bench.endEntry("x", { previous: sha256(begun?.text ?? "") })),
      );
      const { problems } = await readLedger(bench.elsewhere(), bench.environment, 10);
      expect(problems.map(({ code }) => code)).to.deep.equal(["LedgerDamaged"]);
      expect(problems[0]?.message).to.contain('000002/begin.json" does not follow on attempt 1');
    });
  });
});
