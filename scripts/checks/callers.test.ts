import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { root } from "../root.ts";

/** How many lines a repository's own workflows may have: rollback.yml holds the form and the run's name, which only it can. */
const most = { "deploy.yml": 20, "pull-request.yml": 20, "rollback.yml": 35 };

describe("a repository's own workflows", () => {
  for (const [file, limit] of Object.entries(most)) {
    it(`${file} has at most ${limit} lines that are neither blank nor comment`, () => {
      const lines = readFileSync(join(root, ".github/workflows", file), "utf8").split("\n");
      expect(lines.filter((line) => !/^\s*(#|$)/.test(line)).length).to.be.at.most(limit);
    });
  }
});
