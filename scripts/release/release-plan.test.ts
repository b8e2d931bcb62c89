import { expect } from "chai";
import { planRelease, type ReleaseFacts } from "./release-plan.ts";

const ready: ReleaseFacts = {
  version: "1.2.0",
  branch: "main",
  changed: [],
  tags: ["v1", "v1.1.0", "v1.0.9", "other"],
  packageVersion: "1.2.0",
  changelog:
    "# Changelog\n\n## Unreleased\n\n## 1.2.0 - 2026-12-01\n\n- Faster.\n\n## 1.1.0 - 2026-11-01\n\n- First.\n",
};

describe("npm run release", () => {
  it("tags what is ready, and moves the tag that callers follow", () => {
    expect(planRelease(ready)).to.deep.equal({ tag: "v1.2.0", moving: "v1", notes: "- Faster." });
    expect(planRelease({ ...ready, tags: [] })).to.have.property("tag", "v1.2.0");
  });

  const refused: readonly [what: string, change: Partial<ReleaseFacts>, problem: RegExp][] = [
    ["what is no version", { version: "v1.2" }, /"v1.2" is no version/],
    ["another branch", { branch: "side" }, /"side" is checked out/],
    ["a tree that is not clean", { changed: ["README.md"] }, /commit or put away README.md/],
    ["a version that is tagged", { tags: ["v1.2.0"] }, /does not come after 1.2.0/],
    ["one that is older, by number", { tags: ["v1.10.0"] }, /does not come after 1.10.0/],
    [
      "another version in package.json",
      { packageVersion: "0.1.0" },
      /package.json says 0.1.0: run npm version 1.2.0/,
    ],
    ["a changelog without it", { changelog: "## Unreleased\n" }, /has no "## 1.2.0 - <date>"/],
    [
      "a changelog that says nothing",
      { changelog: "## 1.2.0 - today\n\n## 1.1.0\n- x\n" },
      /says nothing under "1.2.0"/,
    ],
    [
      "what is left unreleased",
      { changelog: `## Unreleased\n\n- New.\n${ready.changelog}` },
      /under "Unreleased" still/,
    ],
  ];
  for (const [what, change, problem] of refused) {
    it(`refuses ${what}`, () => {
      const plan = planRelease({ ...ready, ...change });
      expect("problems" in plan ? plan.problems.join("; ") : "nothing").to.match(problem);
    });
  }
});
