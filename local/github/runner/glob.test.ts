import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { expect } from "chai";
import { commonAncestor, findFiles, hashFiles } from "./glob.ts";

describe("file patterns", () => {
  const root = mkdtempSync(join(tmpdir(), "glob-"));
  before(() => {
    for (const file of [
      "a.txt",
      "b.md",
      "d/one.txt",
      "d/e/two.txt",
      "d/.env",
      "node.d/x.txt",
      ".hidden/y.txt",
    ]) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), file);
    }
    symlinkSync("..", join(root, "d", "up"));
  });
  after(() => rmSync(root, { recursive: true }));

  const find = (patterns: string, hidden = false): readonly string[] =>
    findFiles(patterns.split("\n"), { root, hidden }).files.map((file) => relative(root, file));

  const cases: readonly (readonly [string, readonly string[]])[] = [
    ["a.txt", ["a.txt"]],
    ["*.txt", ["a.txt"]],
    ["d/e", ["d/e/two.txt"]],
    ["d/e/", ["d/e/two.txt"]],
    ["**/two.*", ["d/e/two.txt"]],
    ["d/**\n!d/e/**\n!d/up", ["d/one.txt"]],
    ["?.md\nd/e/two.txt", ["b.md", "d/e/two.txt"]],
    ["# comment\n\n[ab].*", ["a.txt", "b.md"]],
    ["node?d", ["node.d/x.txt"]],
    ["nothing", []],
  ];
  for (const [patterns, files] of cases) {
    it(`${JSON.stringify(patterns)} finds ${JSON.stringify(files)}`, () => {
      expect(find(patterns)).to.deep.equal(files);
    });
  }

  it("hidden files are found when asked for", () => {
    expect(find("d/.env", true)).to.deep.equal(["d/.env"]);
    expect(find("d/.env")).to.deep.equal([]);
    expect(find(".hidden/*.txt", true)).to.deep.equal([".hidden/y.txt"]);
  });

  it("several paths have the deepest common folder", () => {
    expect(commonAncestor(["/a/b/c", "/a/b/d/e"])).to.equal("/a/b");
    expect(commonAncestor(["/a/b", "/a/b/c"])).to.equal("/a/b");
    expect(commonAncestor(["/a", "/b"])).to.equal("/");
  });

  it("hashFiles depends on contents, and is empty without files", () => {
    const hash = hashFiles(root, ["*.txt"]);
    expect(hash).to.match(/^[0-9a-f]{64}$/);
    expect(hashFiles(root, ["nothing"])).to.equal("");
    writeFileSync(join(root, "a.txt"), "changed");
    expect(hashFiles(root, ["*.txt"])).not.to.equal(hash);
  });
});
