import { expect } from "chai";
import { pipelineRepository, withPipelineUses } from "./pipeline-uses.ts";

describe("the name of the pipeline's repository", () => {
  it("is what package.json says", () => {
    expect(pipelineRepository('{ "repository": "github:acme/pipeline" }')).to.equal("acme/pipeline");
    expect(() => pipelineRepository("{}")).to.throw('no "repository"');
  });

  it("stands wherever a workflow or an action of it is used, and nowhere else", () => {
    const uses = [
      "- uses: OWNER/REPO/actions/s3-sync@v1",
      "  uses: other/name.x/.github/workflows/pipeline-deploy.yml@v1",
      "- uses: actions/checkout@v7",
      "- uses: $/actions/test",
      "  uses: other/name/.github/workflows/build.yml@v1",
    ];
    expect(withPipelineUses(uses.join("\n"), "acme/pipeline").split("\n")).to.deep.equal([
      "- uses: acme/pipeline/actions/s3-sync@v1",
      "  uses: acme/pipeline/.github/workflows/pipeline-deploy.yml@v1",
      ...uses.slice(2),
    ]);
  });
});
