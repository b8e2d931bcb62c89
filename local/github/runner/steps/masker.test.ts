import { expect } from "chai";
import { Masker } from "./masker.ts";

const masking = (...secrets: string[]): Masker => {
  const masker = new Masker();
  for (const secret of secrets) masker.add(secret);
  return masker;
};

describe("masking", () => {
  const secret = 'p@ss "word"/1\'s';
  const forms: readonly (readonly [string, string])[] = [
    ["as it is", secret],
    ["in JSON", JSON.stringify({ a: secret })],
    ["in an address", `https://x/?p=${encodeURIComponent(secret)}`],
    ["in Base64", Buffer.from(secret).toString("base64")],
    ["in Base64 of a longer text", Buffer.from(`user:${secret}\n`).toString("base64")],
    ["in Base64 at another offset", Buffer.from(`ab:${secret} and more`).toString("base64")],
  ];
  for (const [name, text] of forms) {
    it(`hides a secret ${name}`, () => {
      const masked = masking(secret).mask(`before ${text} after`);
      expect(masked)
        .to.contain("***")
        .and.to.match(/^before .*after$/);
      expect(masked)
        .not.to.contain("word")
        .and.not.to.contain(Buffer.from(secret).toString("base64").slice(4, 14));
    });
  }

  it("hides each line of a secret of several lines", () => {
    const masker = masking("-----BEGIN-----\nabc123\n-----END-----\n");
    expect(masker.mask("x abc123 y")).to.equal("x *** y");
    expect(masker.mask("-----BEGIN-----\nabc123\n-----END-----\n")).to.equal("***");
  });

  it("leaves no end of a secret that overlaps another", () => {
    expect(masking("abcd", "cdef").mask("xabcdefx")).to.equal("x***x");
  });

  it("refuses a blank secret, which would hide everything", () => {
    expect(new Masker().add(" \n")).to.equal(false);
  });
});
