import { expect } from "chai";
import { cacheRules, headersByRule } from "./headers.ts";

const year = "public, max-age=31536000, immutable";
const minutes = "public, max-age=300, must-revalidate";

describe("headersByRule", () => {
  const rows: [string, string, string][] = [
    ["index.html", "text/html; charset=utf-8", "no-cache"],
    ["docs/index.html", "text/html; charset=utf-8", "no-cache"],
    ["assets/app-5XQ2L7AB.js", "text/javascript; charset=utf-8", year],
    ["assets/app-ABCDEFGH.css", "text/css; charset=utf-8", year],
    ["assets/index-DiwrgTda3.js", "text/javascript; charset=utf-8", minutes],
    ["assets/index-Diwr1Tda.js", "text/javascript; charset=utf-8", year],
    ["app.3f2a9c01.js", "text/javascript; charset=utf-8", year],
    ["app.3f2a9c01.js.map", "application/json; charset=utf-8", year],
    ["jquery-migration.js", "text/javascript; charset=utf-8", minutes],
    ["photo-vacation.jpg", "image/jpeg", minutes],
    ["font.woff2", "font/woff2", minutes],
    ["logo.svg", "image/svg+xml; charset=utf-8", minutes],
    ["site.webmanifest", "application/manifest+json; charset=utf-8", "no-cache"],
    ["sw.js", "text/javascript; charset=utf-8", "no-cache"],
    ["LICENSE", "application/octet-stream", minutes],
  ];
  for (const [key, contentType, cacheControl] of rows) {
    it(`serves ${key} as ${contentType} with ${cacheControl}`, () => {
      expect(headersByRule([])(key)).to.deep.equal({ contentType, cacheControl });
    });
  }

  it("takes the first rule that matches", () => {
    const headers = headersByRule(cacheRules("# comment\nimages/**  max-age=60\n**/*.png max-age=9"));
    expect(headers("images/a/b.png").cacheControl).to.equal("max-age=60");
    expect(headers("icons/b.png").cacheControl).to.equal("max-age=9");
    expect(headers("b.txt").cacheControl).to.equal(minutes);
  });

  it("names the line of a rule without a value", () => {
    expect(() => cacheRules("images/**")).to.throw(/without a value: "images\/\*\*"/);
  });
});
