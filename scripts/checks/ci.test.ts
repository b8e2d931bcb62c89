import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { root } from "../root.ts";

const read = (file: string): string => readFileSync(join(root, file), "utf8");

describe("GitHub's checks", () => {
  it("run every suite of npm test, the static checks and the linters, each in a job", () => {
    const { jobs } = parse(read(".github/workflows/checks.yml")) as {
      jobs: { suite: { strategy: { matrix: { suite: readonly string[] } } } };
    };
    const suites = [...read("scripts/test.ts").matchAll(/\bname: "(\w+)"/g)].map(([, name]) => name);
    expect(suites).to.have.length.above(3);
    expect(jobs.suite.strategy.matrix.suite).to.have.members([...suites, "check", "linters"]);
  });

  it("are needed by no deploy", () => {
    expect(read(".github/workflows/deploy.yml")).not.to.include("checks");
  });
});
