import { expect } from "chai";
import { verdict } from "./verdict.ts";

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
