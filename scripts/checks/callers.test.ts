import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { root } from "../root.ts";

/** How many lines a repository's own workflows may have: rollback.yml holds the form and the run's name, which only it can. */
const most = { "deploy.yml": 20, "pull-request.yml": 20, "rollback.yml": 35 };

const read = (file: string): string => readFileSync(join(root, file), "utf8");

describe("a repository's own workflows", () => {
  for (const folder of [".github/workflows", "docs/callers"]) {
    for (const [file, limit] of Object.entries(most)) {
      it(`${folder}/${file} has at most ${limit} lines that are neither blank nor comment`, () => {
        const lines = read(`${folder}/${file}`).split("\n");
        expect(lines.filter((line) => !/^\s*(#|$)/.test(line)).length).to.be.at.most(limit);
      });
    }
  }
});

interface Called {
  readonly on: { readonly workflow_call: { readonly inputs: Readonly<Record<string, object>> } };
  readonly jobs: Readonly<Record<string, object>>;
}

describe("the called workflows", () => {
  const called = (name: string): Called => parse(read(`.github/workflows/pipeline-${name}.yml`)) as Called;

  for (const job of ["build", "test"]) {
    it(`${job} a pull request as what is pushed, so that one finds what the other has made`, () => {
      const { concurrency: _, ...ofPullRequest } = called("pull-request").jobs[job] as {
        concurrency?: unknown;
      };
      expect(ofPullRequest).to.deep.equal(called("deploy").jobs[job]);
    });
  }

  it("mean the same by an input of the same name", () => {
    const [deploy, ...others] = ["deploy", "pull-request", "rollback"].map(
      (name) => called(name).on.workflow_call.inputs,
    );
    const isWords = ([name]: readonly [string, object]): boolean =>
      !["environment", "config", "runs-on"].includes(name);
    for (const inputs of others) {
      const shared = Object.entries(inputs).filter(([name]) => name in (deploy ?? {}));
      expect(shared).to.have.length.above(3);
      for (const entry of shared.filter(isWords))
        expect(entry[1], entry[0]).to.deep.equal(deploy?.[entry[0]]);
    }
  });
});
