import { expect } from "chai";
import { checkOneDoor, waysRound } from "./one-door.ts";

describe("the one door for foreign text", () => {
  it("is gone round nowhere", () => {
    expect(checkOneDoor()).to.deep.equal([]);
  });

  for (const way of [
    "console.log(line)",
    "process.stdout.write(line)",
    'import { info } from "@actions/core";',
    'spawn("npm", [], { stdio: "inherit" })',
    'spawn("npm", [], { stdio: ["ignore", "inherit", "inherit"] })',
    "appendFileSync(env.GITHUB_STEP_SUMMARY, text)",
    "octokit.rest.issues.createComment({ body })",
  ]) {
    it(`would be seen to be gone round by ${way}`, () => {
      expect(waysRound("pipeline/api/x.ts", way)).to.have.length(1);
    });
  }

  it("is not gone round by a comment that speaks of it", () => {
    expect(
      waysRound("pipeline/api/x.ts", "// no console.log here\n/* process.stdout */ run();"),
    ).to.deep.equal([]);
  });
});
