import { expect } from "chai";
import { branchOf, callingWorkflows, tiersOf } from "./calling-workflows.ts";

const workflow = (on: string, uses: string): string =>
  `on: ${on}\njobs:\n  pipeline:\n    uses: ${uses}\n    with: { site-directory: dist }\n`;
const deploy = "acme/pipeline/.github/workflows/pipeline-deploy.yml@v1";

describe("workflow files that call the pipeline's", () => {
  it("are found by what they call, whatever their name", () => {
    const found = callingWorkflows(
      new Map([
        [
          "back.yaml",
          workflow("workflow_dispatch", "acme/pipeline/.github/workflows/pipeline-rollback.yml@main"),
        ],
        ["ci.yml", "on: push\njobs: { lint: { runs-on: ubuntu-24.04, steps: [] } }\n"],
        ["half.yml", "on: [push\n"],
        ["live.yml", workflow("{ push: { branches: [main] } }", deploy)],
        ["own.yml", workflow("pull_request", "$/.github/workflows/pipeline-pull-request.yml")],
        ["x.yml", workflow("push", "acme/pipeline/.github/workflows/other.yml@v1")],
      ]),
    );
    const inputs = { "site-directory": "dist" };
    expect(found).to.deep.equal({
      rollback: { file: "back.yaml", pipeline: "acme/pipeline", ref: "main", inputs, branches: [] },
      deploy: { file: "live.yml", pipeline: "acme/pipeline", ref: "v1", inputs, branches: ["main"] },
      "pull-request": { file: "own.yml", pipeline: undefined, ref: undefined, inputs, branches: [] },
    });
  });

  for (const [on, branch] of [
    ["push", "main"],
    ["[push, workflow_dispatch]", "main"],
    ["{ push: }", "main"],
    ["{ push: { branches: main } }", "main"],
    ['{ push: { branches: ["**"] } }', "main"],
    ["{ push: { paths: [src/**] } }", "main"],
    ["{ push: { branches: [master] } }", "master"],
    ["{ push: { branches: [trunk, dev] } }", "dev"],
    ["{ push: { branches: [trunk, next] } }", "trunk"],
    ['{ push: { branches: ["d*"] } }', "dev"],
    ['{ push: { branches: ["release/**"] } }', undefined],
    ["{ push: { tags: [v*] } }", undefined],
    ["workflow_dispatch", undefined],
  ] as const) {
    it(`with "on: ${on}" and dev checked out, ${branch ?? "no branch"} is what is pushed`, () => {
      const { deploy: found } = callingWorkflows(new Map([["deploy.yml", workflow(on, deploy)]]));
      expect(found && branchOf(found, "dev")).to.equal(branch);
    });
  }

  it("say which parts the app has", () => {
    const { deploy: found } = callingWorkflows(new Map([["deploy.yml", workflow("push", deploy)]]));
    expect(tiersOf(found)).to.deep.equal({ hasSite: true, hasApi: false });
  });
});
