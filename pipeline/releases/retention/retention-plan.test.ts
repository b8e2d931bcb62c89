import { expect } from "chai";
import fc from "fast-check";
import { graceHours, type Needs, planBlobs, planReleases, type StoredRelease } from "./retention-plan.ts";

const now = new Date("2026-11-23T12:00:00Z");
const hoursAgo = (hours: number): Date => new Date(now.getTime() - hours * 3_600_000);

function release(
  id: string,
  changes: { pinned?: boolean; torn?: boolean; hours?: number } = {},
): StoredRelease {
  const names = ["api.zip", "migrations.tgz"];
  if (!changes.torn) names.push("release.json");
  if (changes.pinned) names.push("pin.json");
  return { id, keys: names.map((name) => `releases/${id}/${name}`), modified: hoursAgo(changes.hours ?? 48) };
}

const needs = (changes: Partial<Needs> = {}): Needs => ({
  environment: "production",
  liveReleaseId: null,
  previousReleaseId: null,
  wasLive: [],
  unfinished: [],
  ...changes,
});

describe("retention plan", () => {
  it("says of every release why it stays or goes", () => {
    const releases = ["a", "b", "c", "d", "e", "f"].map((id) => release(id));
    const judged = planReleases(
      [...releases, release("g", { pinned: true }), release("h", { hours: 1 }), release("i", { torn: true })],
      [
        needs({ liveReleaseId: "f", previousReleaseId: "b", wasLive: ["f", "e", "d"] }),
        needs({ environment: "staging", liveReleaseId: "f", unfinished: ["c"] }),
      ],
      { keep: 2, now },
    );
    expect(
      judged.map((one) => `${one.keep ? "keep" : "drop"} ${one.release.id} ${one.reason}`),
    ).to.deep.equal([
      "drop a not among the last 2 that were live in any environment",
      "keep b what `previous` leads to in production",
      "keep c of an unfinished attempt in staging",
      "drop d not among the last 2 that were live in any environment",
      "keep e one of the last 2 that were live in production",
      "keep f live in production",
      "keep g pinned",
      `keep h less than ${graceHours} h in the store`,
      "drop i incomplete: it was never stored whole, or is half taken out",
    ]);
  });

  it("never drops what is live, pinned or being moved, and drops nothing twice", () => {
    const ids = ["a", "b", "c", "d", "e", "f"];
    const id = fc.constantFrom(...ids);
    const arbitraryNeeds = fc.record({
      environment: fc.constantFrom("production", "staging"),
      liveReleaseId: fc.option(id),
      previousReleaseId: fc.option(id),
      wasLive: fc.uniqueArray(id),
      unfinished: fc.uniqueArray(id),
    });
    const arbitraryReleases = fc.tuple(
      ...ids.map((one) =>
        fc
          .record({ pinned: fc.boolean(), torn: fc.boolean(), hours: fc.integer({ min: 0, max: 72 }) })
          .map((changes) => release(one, changes)),
      ),
    );
    fc.assert(
      fc.property(
        arbitraryReleases,
        fc.array(arbitraryNeeds),
        fc.integer({ min: 1, max: 4 }),
        (all, every, keep) => {
          const judged = planReleases(all, every, { keep, now });
          const dropped = judged.filter((one) => !one.keep).map((one) => one.release.id);
          const needed = every.flatMap((one) => [
            one.liveReleaseId,
            one.previousReleaseId,
            ...one.unfinished,
            ...one.wasLive.slice(0, keep),
          ]);
          expect(dropped.filter((one) => needed.includes(one))).to.deep.equal([]);
          expect(judged.map((one) => one.release.id)).to.deep.equal(ids);
          const left = judged.filter((one) => one.keep).map((one) => one.release);
          expect(planReleases(left, every, { keep, now }).every((one) => one.keep)).to.equal(true);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("takes blobs that nobody names, and none that has just been stored", () => {
    const blobs = [
      { key: "blobs/named", modified: hoursAgo(48) },
      { key: "blobs/new", modified: hoursAgo(1) },
      { key: "blobs/old", modified: hoursAgo(48) },
    ];
    expect(planBlobs(blobs, new Set(["blobs/named"]), now)).to.deep.equal(["blobs/old"]);
  });
});
