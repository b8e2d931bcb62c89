import { expect } from "chai";
import { type Decision, decide } from "./decision.ts";

describe("release: what finish does with an attempt", () => {
  const id = "20261102T080000Z-bbbbbbb";
  const liveId = "20261101T080000Z-aaaaaaa";
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
    [
      "an API without a site moved",
      attempt({ tiers: ["schema", "api"], moved: ["schema", "api"] }),
      "verify",
    ],
    [
      "before an API without a site the schema moved",
      attempt({ tiers: ["schema", "api"], moved: ["schema"] }),
      "put-back",
    ],
    ["migrations alone moved", attempt({ tiers: ["schema"], moved: ["schema"] }), "verify"],
    ["an API alone was in place", attempt({ tiers: ["api"], isInPlace: true }), "verify"],
    [
      "an API alone was in place, and refused",
      attempt({ tiers: ["api"], isInPlace: true, isRefused: true }),
      "unchanged",
    ],
    ["an API alone did not get there", attempt({ tiers: ["api"] }), "unchanged"],
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
      liveReleaseId: liveId,
      tiers: ["schema", "api", "site"],
      moved: [],
      isInPlace: false,
      isRefused: false,
      ...changes,
    };
  }
});
