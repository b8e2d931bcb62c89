import { expect } from "chai";
import { markdownLines } from "./markdown-lines.ts";

describe("a comment as plain lines", () => {
  it("leaves out what only a browser understands", () => {
    const body =
      "<!-- marker -->\n### **Safe** to `merge`\n\n\n\n<details><summary>Files</summary>\n\n- a\n\n</details>\n";
    expect(markdownLines(body, 80)).deep.equal(["Safe to merge", "", "Files:", "", "- a"]);
  });

  it("aligns tables and wraps prose", () => {
    const body = "one two three four\n\n| tier | why |\n|---|:--|\n| `site` | a\\|b |\n| api | same |";
    expect(markdownLines(body, 12)).deep.equal([
      "one two",
      "three four",
      "",
      "tier  why",
      "site  a|b",
      "api   same",
    ]);
  });

  it("keeps wide tables within the width, at the cost of their widest columns", () => {
    const body = `| a | b |\n|---|---|\n| ${"x".repeat(60)} | short |`;
    expect(markdownLines(body, 30)).deep.equal([`a${" ".repeat(24)}b`, `${"x".repeat(22)}…  short`]);
  });

  it("of a table without end or cells still ends", () => {
    expect(markdownLines("|\n||\n|||||||||||||||||||||||||||||||||||||", 10).length).lessThan(4);
  });
});
