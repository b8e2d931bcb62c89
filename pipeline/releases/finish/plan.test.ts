import { expect } from "chai";
import type { Relation } from "../../github/commits.ts";
import { type Decision, decide, refusal, type Situation, verdict } from "./plan.ts";

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

  it("lets the first release of an environment begin", () => {
    expect(refusal(situation({ live: null, relation: "unknown" }))).to.equal(undefined);
  });

  it("names the way back for an older commit", () => {
    expect(refusal(situation({ relation: "behind" }))?.hint).to.contain("rollback.yml");
  });
});

describe("release: what finish does with an attempt", () => {
  const id = "20261102T080000Z-bbbbbbb";
  const table: readonly (readonly [string, Parameters<typeof decide>[0], Decision])[] = [
    ["live.json names it", attempt({ isLivePoint: true, moved: ["site"] }), "commit"],
    ["nothing moved", attempt({}), "unchanged"],
    ["only the schema moved", attempt({ moved: ["schema"] }), "put-back"],
    ["schema and API moved", attempt({ moved: ["schema", "api"] }), "put-back"],
    ["the site moved", attempt({ moved: ["schema", "api", "site"] }), "verify"],
    ["only the site moved", attempt({ moved: ["site"] }), "verify"],
    [
      "the site moved, and verification refused it",
      attempt({ moved: ["site"], isRefused: true }),
      "put-back",
    ],
    ["live already, refused", attempt({ liveReleaseId: id, isRefused: true }), "unchanged"],
    ["live.json names it, refused before", attempt({ isLivePoint: true, isRefused: true }), "commit"],
    ["its release is live already and nothing moved", attempt({ liveReleaseId: id }), "verify"],
    ["first deploy, API moved", attempt({ liveReleaseId: null, moved: ["api"] }), "put-back"],
  ];
  for (const [name, given, decision] of table) {
    it(`${name}: ${decision}`, () => {
      expect(decide(given)).to.equal(decision);
    });
  }

  function attempt(changes: Partial<Parameters<typeof decide>[0]>): Parameters<typeof decide>[0] {
    return {
      isLivePoint: false,
      releaseId: id,
      liveReleaseId: live.releaseId,
      moved: [],
      isRefused: false,
      ...changes,
    };
  }
});

describe("release: the verdict", () => {
  it("begins with what is live now", () => {
    const ends = ["live", "put-back", "unchanged"] as const;
    const texts = ends.map((outcome) =>
      verdict({
        environment: "production",
        outcome,
        releaseId: "NEW",
        liveReleaseId: outcome === "live" ? "NEW" : "OLD",
        reason: "because",
      }),
    );
    expect(texts[0]).to.match(/^NEW is live in production/);
    expect(texts[1]).to.match(/^OLD is live again in production; NEW was put back: because/);
    expect(texts[2]).to.match(/^OLD is live in production, untouched/);
  });

  it("says plainly that a failed first release has nothing to go back to", () => {
    const text = verdict({
      environment: "staging",
      outcome: "nothing-to-restore",
      releaseId: "NEW",
      liveReleaseId: null,
      reason: "the API broke",
    });
    expect(text).to.equal(
      "nothing is live in staging: NEW is its first release, and there is none to go back to: the API broke",
    );
  });
});
