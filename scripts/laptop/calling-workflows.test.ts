import { expect } from "chai";
import { callingWorkflows, includesMain } from "./calling-workflows.ts";

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

  for (const [on, isStarted] of [
    ["push", true],
    ["[push, workflow_dispatch]", true],
    ["{ push: }", true],
    ["{ push: { branches: main } }", true],
    ['{ push: { branches: ["**"] } }', true],
    ["{ push: { paths: [src/**] } }", true],
    ["{ push: { branches: [master] } }", false],
    ["{ push: { tags: [v*] } }", false],
    ["workflow_dispatch", false],
  ] as const) {
    it(`with "on: ${on}", a push of main ${isStarted ? "starts it" : "does not"}`, () => {
      const { deploy: found } = callingWorkflows(new Map([["deploy.yml", workflow(on, deploy)]]));
      expect(includesMain(found?.branches)).to.equal(isStarted);
    });
  }
});
