import { expect } from "chai";
import { disagreement } from "./agreement.ts";
import type { BeginEntry, EndEntry, Outcome } from "./entries.ts";
import type { Live } from "./live.ts";

const live = (releaseId: string, seq: number): Live => ({ releaseId, seq }) as Live;

function newest(seq: number, releaseId: string, before: string | null, outcome?: Outcome) {
  const liveReleaseId = outcome === "live" ? releaseId : before;
  return {
    seq,
    begin: { releaseId, live: before === null ? null : { releaseId: before, seq: seq - 1 } } as BeginEntry,
    end: outcome && ({ outcome, liveReleaseId } as EndEntry),
  };
}

describe("live.json and the ledger", () => {
  const cases: readonly (readonly [string, Live | null, ReturnType<typeof newest> | undefined, boolean])[] = [
    ["nothing has ever happened", null, undefined, true],
    ["a live.json without a ledger", live("a", 1), undefined, false],
    ["the newest went live", live("b", 2), newest(2, "b", "a", "live"), true],
    [
      "the newest went live, live.json still names the one before",
      live("a", 1),
      newest(2, "b", "a", "live"),
      false,
    ],
    ["the newest went live, live.json is gone", null, newest(2, "b", "a", "live"), false],
    ["the same release, by another attempt", live("b", 1), newest(2, "b", "b", "live"), false],
    ["the newest was put back", live("a", 1), newest(2, "b", "a", "put-back"), true],
    ["the newest was put back, live.json names it", live("b", 2), newest(2, "b", "a", "put-back"), false],
    ["the first failed", null, newest(1, "a", null, "nothing-to-restore"), true],
    ["unfinished, before its commit point", live("a", 1), newest(2, "b", "a"), true],
    ["unfinished, after its commit point", live("b", 2), newest(2, "b", "a"), true],
    ["unfinished, live.json names a third", live("c", 1), newest(2, "b", "a"), false],
    [
      "live.json names an attempt that the ledger has not",
      live("a", 9),
      newest(2, "b", "a", "put-back"),
      false,
    ],
  ];
  for (const [name, named, attempt, agrees] of cases) {
    it(`${agrees ? "agree" : "contradict each other"}: ${name}`, () => {
      const problem = disagreement("production", named, attempt);
      expect(problem?.code).to.equal(agrees ? undefined : "LedgerDamaged");
      if (problem) expect(problem.message).to.contain("environments/production/live.json");
    });
  }
});
