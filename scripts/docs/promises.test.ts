import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { root } from "../root.ts";
import { noPromises, promises } from "./promises.ts";
import { unheldSentences } from "./unheld-sentences.ts";

describe("what pages promise", () => {
  for (const [page, rows] of Object.entries(promises)) {
    const text = readFileSync(join(root, page), "utf8");

    it(`${page}: each has a test that is there`, () => {
      const broken = rows.filter(({ file, title }) => {
        const test = existsSync(join(root, file)) ? readFileSync(join(root, file), "utf8") : "";
        return ![`it("${title}", `, `it(\`${title}\`, `].some((start) => test.includes(start));
      });
      expect(broken.map(({ file, title }) => `${file}: ${title}`)).to.deep.equal([]);
    });

    it(`${page}: stands there in these words`, () => {
      const line = text.replace(/\s+/g, " ");
      expect(rows.map(({ words }) => words).filter((words) => !line.includes(words))).to.deep.equal([]);
    });

    it(`${page}: none is without a test`, () => {
      expect(unheldSentences(text, rows, noPromises)).to.deep.equal([]);
    });
  }

  it("are found in prose, lists and tables, and not in code", () => {
    const found = (text: string): readonly string[] => unheldSentences(text, [], []);
    expect(found("It is so. Nothing is ever\nlost here, believe me. Good.")).to.deep.equal([
      "Nothing is ever lost here, believe me.",
    ]);
    expect(found("| a | it never loses a file |\n|---|---|")).to.deep.equal(["it never loses a file"]);
    expect(found("- one\n- it never loses a file")).to.deep.equal(["- it never loses a file"]);
    expect(found("```\nit never loses a file\n```\n")).to.deep.equal([]);
  });
});
