import { expect } from "chai";
import type { ShownRelease } from "../views/shown-releases.ts";
import { refusedPromotion } from "./promotion.ts";

describe("release: whether one may go on from the environment before", () => {
  const shown = (...entries: readonly string[]): readonly ShownRelease[] =>
    entries.map((entry) => {
      const [kind = "", releaseId = "", state = ""] = entry.split(" ");
      return { kind, releaseId, state };
    });
  const why = (...entries: readonly string[]): string =>
    refusedPromotion("b", "staging", shown(...entries))?.message ?? "may go on";

  const table: readonly (readonly [string, readonly string[], string | RegExp])[] = [
    ["it is live there", ["deploy b success"], "may go on"],
    ["a newer deploy failed there", ["deploy c failure", "deploy b success"], "may go on"],
    ["a newer deploy is under way there", ["deploy c in_progress", "deploy b success"], "may go on"],
    ["it was repaired there", ["repair b success", "deploy b inactive"], "may go on"],
    ["a newer one is live there", ["deploy c success", "deploy b inactive"], /c is live there now$/],
    [
      "it was rolled back there",
      ["rollback a success", "deploy b inactive"],
      /rolled back there, and a is live$/,
    ],
    [
      "a rollback from it was put back there",
      ["rollback a failure", "deploy b success"],
      /somebody rolled back/,
    ],
    [
      "somebody rolled back to it there",
      ["rollback b success"],
      /somebody rolled back there, and b is live$/,
    ],
    ["what was rolled back was repaired", ["repair a success", "rollback a error"], /somebody rolled back/],
    ["it went live again after resume", ["deploy b success", "rollback a inactive"], "may go on"],
    ["a rollback is open there", ["rollback a in_progress", "deploy b success"], /is not settled$/],
    ["nothing is whole there", ["deploy c error", "deploy b success"], /is not settled$/],
    ["nothing was ever live there", [], /shows no release that is live there$/],
  ];
  for (const [name, entries, expected] of table) {
    it(`${name}: ${expected === "may go on" ? expected : "refused"}`, () => {
      if (typeof expected === "string") expect(why(...entries)).to.equal(expected);
      else expect(why(...entries)).to.match(expected);
    });
  }

  it("names the way on with the environment that it is about", () => {
    const refused = refusedPromotion("b", "staging", shown("rollback a success"));
    expect(refused?.hint).to.contain("npm run resume -- --environment staging");
  });
});
