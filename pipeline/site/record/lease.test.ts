import type { S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { until } from "../../../test/until.ts";
import { systemClock } from "../../kit/clock.ts";
import { recorded } from "../plan/plan-fixture.ts";
import { beforeWrites, first, outcome, SiteFixture, second } from "../site-fixture.ts";
import { Lease, leaseMs, refuseWhileHeld, renewEveryMs } from "./lease.ts";
import { readRecord } from "./read-record.ts";
import { RecordWriter } from "./record-writer.ts";

const run1 = "https://github.com/o/r/actions/runs/1";
const run2 = "https://github.com/o/r/actions/runs/2";
const config = { "config.json": '{"api":"http://api"}\n' };

describe("refuseWhileHeld", () => {
  const readAt = new Date("2026-11-23T12:00:00Z");
  const rows: [string, { by: string; attempt?: number }, number, boolean][] = [
    ["another run's lease", { by: run1, attempt: 1 }, 5_000, true],
    ["another run's lease that was just renewed", { by: run1, attempt: 1 }, 0, true],
    ["another run's lease that has expired", { by: run1, attempt: 1 }, leaseMs, false],
    ["what another run left without a lease", { by: run1 }, 5_000, false],
    ["the lease of an earlier attempt of this run", { by: run2, attempt: 1 }, 5_000, false],
    ["the lease of this very attempt", { by: run2, attempt: 2 }, 5_000, true],
  ];
  for (const [name, held, ageMs, refused] of rows) {
    it(`${refused ? "refuses" : "takes over"} ${name}`, () => {
      const record = { ...recorded({}), unfinished: { ...held, at: "12:00", objects: new Map() } };
      const modifiedAt = new Date(readAt.getTime() - ageMs);
      const act = () =>
        refuseWhileHeld({ record, etag: '"e"', modifiedAt, readAt }, { by: run2, attempt: 2 }, new Date(0));
      if (refused) expect(act).to.throw(held.by).with.property("code", "SiteBusy");
      else expect(act).not.to.throw();
    });
  }
});

describe("a site that syncs on its own share", () => {
  let fixture: SiteFixture;

  before(async () => {
    fixture = await SiteFixture.open();
  });
  after(() => fixture.close());
  beforeEach(() => fixture.newBucket());

  /** A client that runs `meanwhile` once, before it uploads the key. */
  function interrupted(at: string, meanwhile: () => Promise<unknown>): S3Client {
    const s3 = fixture.client();
    let done = false;
    beforeWrites(s3, async (request) => {
      if (done || request !== `PutObject ${at}`) return;
      done = true;
      await meanwhile();
    });
    return s3;
  }

  for (const key of ["app-2a2b3c4d.js", "index.html"]) {
    it(`is synced by one at a time: who comes before "${key}" is written is told whose turn it is`, async () => {
      await fixture.sync(first, { owner: { by: run1, leaseAttempt: 1 } });
      let other = "";
      const s3 = interrupted(key, async () => {
        other = await outcome(
          fixture.sync(first, { content: { config: "{}" }, owner: { by: run2, leaseAttempt: 1 } }),
        );
      });
      await fixture.sync(second, { target: { s3 }, owner: { by: run1, leaseAttempt: 1 } });
      s3.destroy();
      expect(other).to.equal("SiteBusy");
      expect(await fixture.served()).to.deep.include({ ...second, ...config });
    });
  }

  it("can be synced again at once after a sync that failed", async () => {
    fixture.aws.faults.add({
      service: "s3",
      operation: "PutObject",
      key: "index\\.html$",
      status: 403,
      code: "AccessDenied",
    });
    expect(await outcome(fixture.sync(first, { owner: { by: run1, leaseAttempt: 1 } }))).to.equal(
      "AccessDenied",
    );
    fixture.aws.faults.clear();
    expect(await fixture.sync(first, { owner: { by: run2, leaseAttempt: 1 } })).to.deep.include({
      changed: true,
    });
    expect(await fixture.sync(first, { owner: { by: run2, leaseAttempt: 1 } })).to.deep.include({
      requests: 2,
    });
  });

  it("is taken over from a killed run by a later attempt of that run, and by no other run", async () => {
    const { s3: killed } = fixture.watched(4);
    expect(
      await outcome(fixture.sync(first, { target: { s3: killed }, owner: { by: run1, leaseAttempt: 1 } })),
    ).not.to.equal("done");
    killed.destroy();
    expect(await outcome(fixture.sync(second, { owner: { by: run2, leaseAttempt: 1 } }))).to.equal(
      "SiteBusy",
    );
    await fixture.sync(second, { owner: { by: run1, leaseAttempt: 2 } });
    expect(await fixture.served()).to.deep.include({ ...second, ...config });
  });

  it("is left alone by a sync that slept until its lease was taken over", async () => {
    await fixture.sync(first);
    let sleptMs = 0;
    const clock = { ...systemClock, now: () => new Date(Date.now() + sleptMs) };
    const s3 = interrupted("new.html", async () => {
      await fixture.sync(first, { content: { config: "{}" }, owner: { by: run1, leaseAttempt: 2 } });
      sleptMs = leaseMs;
    });
    expect(
      await outcome(fixture.sync(second, { target: { s3 }, owner: { by: run1, leaseAttempt: 1 }, clock })),
    ).to.equal("SiteChangedMeanwhile");
    s3.destroy();
    expect((await fixture.served())["index.html"]).to.equal(first["index.html"]);
  });

  it("is held for as long as the sync lasts, by copying the record onto itself", async () => {
    const location = { bucket: "artifacts", key: `${fixture.bucket}/held.json` };
    const record = new RecordWriter({
      s3: fixture.s3,
      location,
      site: { bucket: fixture.bucket, prefix: "" },
      etag: undefined,
      preconditions: {},
    });
    const wake: (() => void)[] = [];
    const clock = {
      now: () => new Date(0),
      sleep: (ms: number) =>
        new Promise<void>((resolve) => {
          expect(ms).to.equal(renewEveryMs);
          wake.push(resolve);
        }),
    };
    using lease = new Lease(record, clock);
    const unfinished = { by: run1, attempt: 1, at: "", objects: new Map() };
    await record.write({ release: null, config: null, objects: new Map(), unfinished });
    const before = await readRecord(fixture.s3, location);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    wake.shift()?.();
    await until(() => wake.length > 0);
    const after = await readRecord(fixture.s3, location);
    expect(after?.record).to.deep.equal(before?.record);
    expect(after?.modifiedAt).to.be.above(before?.modifiedAt as Date);
    const other = { bucket: "artifacts", key: location.key };
    const thief = new RecordWriter({
      s3: fixture.s3,
      location: other,
      site: { bucket: "", prefix: "" },
      etag: after?.etag,
      preconditions: {},
    });
    await thief.write({ release: null, config: null, objects: new Map() });
    wake.shift()?.();
    await until(() => wake.length > 0);
    expect(lease.lost.aborted).to.equal(true);
  });
});
