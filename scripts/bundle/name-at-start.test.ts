import { expect } from "chai";
import { transform } from "esbuild";
import { nameAtStart } from "./name-at-start.ts";

describe("names in the bundles", () => {
  it("are kept by functions at the start and by classes always, not by closures made later", async () => {
    const source = `
      const functionAtTheStart = () => 1;
      const make = () => { const closure = async () => 2; return closure; };
      const first = make();
      for (let made = 0; made < 10_000; made += 1) make();
      const later = make();
      class ClassMadeLater {}
      export const names = [functionAtTheStart, make, first, later, ClassMadeLater].map(({ name }) => name);`;
    const { code } = await transform(source, {
      minify: true,
      keepNames: true,
      format: "esm",
      target: "node24",
    });
    const { names } = await import(`data:text/javascript,${encodeURIComponent(nameAtStart(code) ?? "")}`);
    const [start, make, first, later, made] = names as string[];
    expect([start, make, first, made]).to.deep.equal([
      "functionAtTheStart",
      "make",
      "closure",
      "ClassMadeLater",
    ]);
    expect(later).not.to.equal("closure");
  });

  it("says when esbuild names things in another way", () => {
    expect(nameAtStart("var a=1;")).to.equal(undefined);
  });
});
