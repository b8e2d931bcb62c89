import { expect } from "chai";
import { parseKeyValues, parsePathLines } from "./environment-file.ts";

describe("environment files", () => {
  const cases: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
    ["", []],
    ["a=1\n", [["a", "1"]]],
    [
      "a=1\n\nb=2=3",
      [
        ["a", "1"],
        ["b", "2=3"],
      ],
    ],
    ["a=<<x\n", [["a", "<<x"]]],
    [
      "a<<E\none\ntwo=2\nE\nb=1\n",
      [
        ["a", "one\ntwo=2"],
        ["b", "1"],
      ],
    ],
    ["a<<E\nE\n", [["a", ""]]],
    ["a<<E\n\n\nE\n", [["a", "\n"]]],
    [
      "a=1\na=2\n",
      [
        ["a", "1"],
        ["a", "2"],
      ],
    ],
  ];
  for (const [text, values] of cases) {
    it(`${JSON.stringify(text)} sets ${JSON.stringify(values)}`, () => {
      expect(parseKeyValues(text)).to.deep.equal(values);
    });
  }

  const wrong: readonly (readonly [string, string])[] = [
    ["nonsense\n", 'invalid format "nonsense": expected name=value'],
    ["=1\n", 'invalid format "=1": expected name=value'],
    ["a<<\n", 'invalid format "a<<": neither name nor delimiter may be empty'],
    ["a<<E\nb\n", '"a": the closing delimiter "E" was not found'],
  ];
  for (const [text, message] of wrong) {
    it(`${JSON.stringify(text)} is refused`, () => {
      expect(() => parseKeyValues(text)).to.throw(message);
    });
  }

  it("GITHUB_PATH has one folder per line", () => {
    expect(parsePathLines("/a\n\n/b c\r\n")).to.deep.equal(["/a", "/b c"]);
  });
});
