import type { RestEndpointMethodTypes } from "@octokit/rest";
import { expect } from "chai";
import type { artifactShape } from "./artifact.ts";
import type { commentShape } from "./comment.ts";
import type { commitShape, fileShape } from "./commit.ts";
import type { deploymentShape, deploymentStatusShape } from "./deployment.ts";
import type { fullPullRequest } from "./pull-request.ts";
import type { repositoryShape } from "./repository.ts";
import type { jobShape, runShape } from "./run.ts";

type Methods = RestEndpointMethodTypes;
type Data<Group extends keyof Methods, Name extends keyof Methods[Group]> = Methods[Group][Name] extends {
  response: { data: infer Answer };
}
  ? Answer
  : never;

/** Fields that the published type of the answer has and ours lacks, or has otherwise: `never` when there are none. */
type Missing<Ours, Published> = {
  [Field in keyof Published]-?: undefined extends Published[Field]
    ? never
    : Field extends keyof Ours
      ? Ours[Field] extends Published[Field]
        ? never
        : Field
      : Field;
}[keyof Published];

/** Compiles only for `never`. */
const none = <_Field extends never>(): true => true;

describe("the shapes of the REST API", () => {
  it("have every field that GitHub publishes for them, of its type", () => {
    const checks = [
      none<Missing<ReturnType<typeof deploymentShape>, Data<"repos", "getDeployment">>>(),
      none<Missing<ReturnType<typeof deploymentStatusShape>, Data<"repos", "getDeploymentStatus">>>(),
      none<Missing<ReturnType<typeof commentShape>, Data<"issues", "getComment">>>(),
      none<Missing<ReturnType<typeof commitShape>, Data<"repos", "listCommits">[number]>>(),
      none<Missing<ReturnType<typeof fileShape>, NonNullable<Data<"repos", "getCommit">["files"]>[number]>>(),
      none<Missing<ReturnType<typeof artifactShape>, Data<"actions", "getArtifact">>>(),
      none<Missing<ReturnType<typeof runShape>, Data<"actions", "getWorkflowRun">>>(),
      none<Missing<ReturnType<typeof jobShape>, Data<"actions", "getJobForWorkflowRun">>>(),
      none<Missing<ReturnType<typeof repositoryShape>, Data<"repos", "get">>>(),
      none<Missing<ReturnType<typeof fullPullRequest>, Data<"pulls", "get">>>(),
    ];
    expect(checks).not.include(false);
  });
});
