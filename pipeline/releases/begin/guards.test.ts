import { expect } from "chai";
import type { Relation } from "../../github/commits.ts";
import { isSuperseded, refusal, type Situation } from "./guards.ts";

const live = { releaseId: "20261101T080000Z-aaaaaaa", commit: "a".repeat(40) };

function situation(changes: Partial<Situation>): Situation {
  return {
    environment: "production",
    candidate: { releaseId: "20261102T080000Z-bbbbbbb", commit: "b".repeat(40) },
    live,
    relation: "ahead",
    isBranchHead: false,
    missing: [],
    problems: [],
    dropped: "",
    ...changes,
  };
}

describe("release: guards of begin", () => {
  const table: readonly (readonly [Relation, boolean, string | undefined])[] = [
    ["identical", false, undefined],
    ["ahead", false, undefined],
    ["behind", false, "CommitOlder"],
    ["behind", true, "CommitOlder"],
    ["diverged", false, "CommitDiverged"],
    ["diverged", true, undefined],
    ["unknown", false, "CommitDiverged"],
    ["unknown", true, undefined],
  ];
  for (const [relation, isBranchHead, code] of table) {
    it(`a commit that is ${relation}${isBranchHead ? " and the head of its branch" : ""}: ${code ?? "goes on"}`, () => {
      expect(refusal(situation({ relation, isBranchHead }))?.code).to.equal(code);
    });
  }

  it("refuses while the live release could not be put back", () => {
    const refused = refusal(situation({ missing: ["releases/x/api.zip"] }));
    expect(refused?.code).to.equal("ReleaseMissing");
    expect(refused?.message).to.contain(live.releaseId);
  });

  it("refuses migrations that are not safe, naming each", () => {
    const refused = refusal(situation({ problems: ["drop-name contracts while add-title expands"] }));
    expect(refused?.code).to.equal("UnsafeMigrations");
    expect(refused?.message).to.contain("drop-name");
  });

  it("refuses what would stop having a tier of the live release", () => {
    const refused = refusal(situation({ dropped: 'release "b" has no API' }));
    expect(refused?.code).to.equal("TierDropped");
    expect(refused?.hint).to.contain("`drop-tiers`");
  });

  it("lets the first release of an environment begin", () => {
    expect(refusal(situation({ live: null, relation: "unknown" }))).to.equal(undefined);
  });

  it("names the way back for an older commit", () => {
    expect(refusal(situation({ relation: "behind" }))?.hint).to.contain("rollback.yml");
  });

  const push = { eventName: "push", event: { forced: false }, runAttempt: 1 };
  const runs: readonly (readonly [what: string, Relation, typeof push, boolean])[] = [
    ["an older commit that was pushed", "behind", push, true],
    ["a push that is run again", "behind", { ...push, runAttempt: 2 }, false],
    ["a dispatch", "behind", { ...push, eventName: "workflow_dispatch" }, false],
    ["a branch that is taken back to it", "behind", { ...push, event: { forced: true } }, false],
    ["a push beside what is live", "diverged", push, false],
    ["a push of what is live", "identical", push, false],
    ["a push after what is live", "ahead", push, false],
  ];
  for (const [what, relation, run, expected] of runs) {
    it(`${what} is ${expected ? "" : "not "}superseded`, () => {
      expect(isSuperseded(relation, run)).to.equal(expected);
    });
  }
});
