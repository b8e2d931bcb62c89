import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { stringify } from "yaml";
import { root } from "../root.ts";
import { suitePaths } from "../test/suite-paths.ts";
import { suiteFiles } from "./suite-files.ts";

const caller = (suite: string, command: string): string =>
  stringify({
    jobs: { pipeline: { with: { suites: JSON.stringify([{ suite, command, "paths-file": "x" }]) } } },
  });

describe("the paths of test suites", () => {
  it("are those that the suite reads, below a line that says whose they are", () => {
    const command = "npm test --workspace backend -- --quick";
    const [[file, text] = ["", ""]] = suiteFiles(caller("backend", command));
    const [comment, ...paths] = text.trimEnd().split("\n");
    expect(file).to.equal("x");
    expect(comment).to.match(/^# /).and.to.contain(command);
    expect(paths).to.deep.equal(suitePaths("backend", true));
  });

  it("stand so in the files that this repository's workflows name (else: npm run docs)", () => {
    const workflows = globSync(".github/workflows/*.yml", { cwd: root });
    const read = (file: string): string => readFileSync(join(root, file), "utf8");
    const files = workflows.flatMap((file) => suiteFiles(read(file)));
    expect(files).to.have.length(4);
    for (const [file, text] of files) expect(read(file), file).to.equal(text);
  });

  it("cannot be derived for another suite or another command", () => {
    expect(() => suiteFiles(caller("other", "npm test --workspace other"))).to.throw('"other"');
    expect(() => suiteFiles(caller("backend", "make test"))).to.throw('"make test"');
  });
});
