import { expect } from "chai";
import { call, refusalOf } from "./call.ts";

describe("call", () => {
  const error = (name: string, message = "", more = {}): Error =>
    Object.assign(new Error(message), { name, ...more });
  const rows: [Error, string][] = [
    [
      error(
        "InvalidParameterValue",
        "Environment named x is in an invalid state for this operation. Must be Ready.",
      ),
      "busy",
    ],
    [error("InvalidParameterValue", "Application Version v1 already exists."), "version-exists"],
    [error("InvalidParameterValue", "No Application Version named 'v1' found."), "no-version"],
    [error("TemporaryMaintainanceException"), "maintenance"],
    [error("InvalidRequestException"), "basic-health"],
    [error("TooManyApplicationVersionsException"), "quota"],
    [error("OperationInProgressException", "", { Code: "OperationInProgressFailure" }), "other"],
    [error("SourceBundleDeletionException", "", { Code: "SourceBundleDeletionFailure" }), "other"],
    [error("ValidationError"), "other"],
  ];
  for (const [given, refusal] of rows) {
    it(`takes ${given.name} "${given.message}" for ${refusal}`, () =>
      expect(refusalOf(given)).to.equal(refusal));
  }

  const clock = { now: () => new Date(), sleep: async () => {} };
  const worded: [Error, string][] = [
    [
      error("AccessDenied", "User: x is not authorized to perform: elasticbeanstalk:UpdateEnvironment"),
      "AccessDenied",
    ],
    [error("InsufficientPrivilegesException"), "AccessDenied"],
    [error("ExpiredToken"), "RoleNotAssumable"],
    [error("InvalidParameterValue", "No Application named 'x' found."), "EnvironmentNotFound"],
    [
      error("InvalidParameterValue", "Unable to download from S3 location (Bucket: b Key: k)."),
      "VersionUnusable",
    ],
    [error("S3LocationNotInServiceRegionException"), "VersionUnusable"],
    [error("InvalidClientTokenId"), "RoleNotAssumable"],
    [error("SignatureDoesNotMatch"), "RoleNotAssumable"],
    [error("UnrecognizedClientException"), "RoleNotAssumable"],
    [error("AccessDeniedException"), "AccessDenied"],
    [error("Forbidden", "", { $metadata: { httpStatusCode: 403 } }), "AccessDenied"],
    [error("Error", "The specified key does not exist."), "VersionUnusable"],
    [error("InvalidParameterValue", "Description is too long."), "InvalidInputs"],
    [error("InvalidParameterCombination"), "InvalidInputs"],
    [error("MissingParameter"), "InvalidInputs"],
    [error("ValidationError"), "InvalidInputs"],
    [error("ConfigurationValidationException", "Invalid option specification"), "InvalidInputs"],
    [error("RequestLimitExceeded"), "ServiceUnavailable"],
    [error("InternalFailure"), "ServiceUnavailable"],
    [error("SourceBundleDeletionException"), "ServiceUnavailable"],
    [error("TooManyApplicationVersionsException"), "VersionUnusable"],
    [error("OperationInProgressException", "", { Code: "OperationInProgressFailure" }), "ServiceUnavailable"],
    [error("Throttling", "Rate exceeded"), "ServiceUnavailable"],
    [error("TemporaryMaintainanceException"), "ServiceUnavailable"],
  ];
  for (const [given, code] of worded) {
    it(`words ${given.name} as ${code}`, async () => {
      const thrown = await call("UpdateEnvironment", clock, () => Promise.reject(given)).catch(
        (caught) => caught,
      );
      expect(thrown).to.have.property("code", code);
    });
  }

  it("repeats a call through maintenance", async () => {
    let calls = 0;
    const answer = await call("DescribeEnvironments", clock, async () => {
      calls += 1;
      if (calls < 3) throw error("TemporaryMaintainanceException");
      return "answer";
    });
    expect([answer, calls]).to.deep.equal(["answer", 3]);
  });
});
