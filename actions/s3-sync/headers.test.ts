import { expect } from "chai";
import { cacheRules, headersByRule } from "./headers.ts";

describe("headersByRule", () => {
  it("takes the first rule that matches", () => {
    const headers = headersByRule(cacheRules("# comment\nimages/**  max-age=60\n**/*.png max-age=9"));
    expect(headers("images/a/b.png").cacheControl).to.equal("max-age=60");
    expect(headers("icons/b.png").cacheControl).to.equal("max-age=9");
    expect(headers("b.txt").cacheControl).to.equal("public, max-age=300, must-revalidate");
  });

  it("names the line of a rule without a value", () => {
    expect(() => cacheRules("images/**")).to.throw(/without a value: "images\/\*\*"/);
  });
});
