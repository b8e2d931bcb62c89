import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { root } from "../root.ts";
import { suitePaths } from "../test/suite-paths.ts";
import { withSuitePaths } from "./workflow-paths.ts";

const stepOf = (suite: string, command: string): string =>
  [
    "      - uses: $/actions/test",
    "        with:",
    `          suite: ${suite}`,
    `          command: ${command}`,
    "          paths: |",
    "            old",
    "          github-token: x",
    "",
  ].join("\n");

describe("the paths of test suites in a workflow", () => {
  it("are those that the suite reads, and the rest of the file stays", () => {
    const text = withSuitePaths(stepOf("backend", "npm test --workspace backend -- --quick"));
    const paths = suitePaths("backend", true).map((path) => `            ${path}`);
    expect(text.split("\n").slice(5, -2)).to.deep.equal(paths);
    expect(text)
      .to.match(/^ {6}- uses: \$\/actions\/test\n/)
      .and.match(/\n {10}github-token: x\n$/);
  });

  it("stand so in this repository's workflows (else: npm run docs)", () => {
    const files = globSync(".github/workflows/*.yml", { cwd: root });
    const texts = files.map((file) => readFileSync(join(root, file), "utf8"));
    expect(texts.join("")).to.include("uses: $/actions/test\n");
    expect(texts.map(withSuitePaths)).to.deep.equal(texts);
  });

  it("cannot be derived for another suite or another command", () => {
    expect(() => withSuitePaths(stepOf("other", "npm test --workspace other"))).to.throw('"other"');
    expect(() => withSuitePaths(stepOf("backend", "make test"))).to.throw('"make test"');
  });
});
