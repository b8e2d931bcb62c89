import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { root } from "../root.ts";
import { there } from "./stand-in-feature.ts";
import { standInPage, standIns, unheldFeatures } from "./stand-in-page.ts";

describe("the page of the stand-ins", () => {
  it("names tests that are there, and none that is skipped", () => {
    const read = (file: string): string | undefined =>
      existsSync(join(root, file)) ? readFileSync(join(root, file), "utf8") : undefined;
    expect(unheldFeatures(standIns, read)).to.deep.equal([]);
  });

  it("would see a test that is gone, renamed or skipped", () => {
    const row = (text: string | undefined, title: string, name?: string): readonly string[] =>
      unheldFeatures(
        [
          {
            name: "X",
            spec: "SPEC.md",
            tests: [{ file: "x.test.ts", features: [there("feature", title, name)] }],
          },
        ],
        () => text,
      );
    const text = '["one", 1];\nit("holds", () => {});\nit(`of $' + "{name}`, async () => {});\n";
    const parameter = "of $" + "{name}";
    expect(row(text, "holds")).to.deep.equal([]);
    expect(row(text, parameter, "one")).to.deep.equal([]);
    expect(row(text, parameter, "two")).to.deep.equal(['x.test.ts: feature: no case "two"']);
    expect(row(text, "hold")).to.deep.equal(['x.test.ts: feature: no it "hold"']);
    expect(row(text.replace('it("', 'it.skip("'), "holds")).to.deep.equal(["x.test.ts: skips"]);
    expect(row(undefined, "holds")).to.deep.equal(["x.test.ts: there is no such file"]);
  });

  it("has no feature twice, and a source for whatever it says of others", () => {
    for (const { name, tests } of standIns) {
      const features = tests.flatMap((test) => test.features.map(({ feature }) => feature));
      expect([...new Set(features)], name).to.deep.equal(features);
    }
    const [, beside = ""] = standInPage().split("## Beside act and agent-ci");
    const cells = beside
      .split("\n")
      .filter((line) => /^\| (?!feature)/.test(line))
      .flatMap((line) => line.slice(2, -2).split(" | ").slice(2));
    expect(cells.filter((cell) => !/^not looked up$|^\[.+\]\(https:\/\/\S+\)$/.test(cell))).to.deep.equal([]);
  });
});
