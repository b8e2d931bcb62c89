import { expect } from "chai";
import { startTestAws, type TestAws } from "../../local/aws/aws-fixture.ts";
import { failureOf } from "../kit/failure-fixture.ts";
import { readSecret } from "./secrets-manager.ts";

const name = "app-production-database";

describe("a secret of Secrets Manager", () => {
  let aws: TestAws;
  let arn: string;
  beforeEach(async () => {
    aws = await startTestAws();
    arn = aws.server.secrets.put(name, "first");
  });
  afterEach(() => aws.stop());

  const read = (id: string, credentials: object = aws.server.credentials, maxAttempts = 2): Promise<string> =>
    readSecret(id, {
      region: aws.server.region,
      endpoint: aws.server.endpoint,
      maxAttempts,
      credentials: async () => credentials as { accessKeyId: string; secretAccessKey: string },
    });

  /** Credentials of a role that may do what the statements say. */
  function role(...statements: object[]): object {
    const reader = aws.server.iam.putRole({
      name: "reader",
      trustPolicy: { Statement: { Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" } },
      policies: statements.length === 0 ? {} : { own: { Version: "2012-10-17", Statement: statements } },
    });
    return { ...aws.server.iam.startSession(reader, "run", 3600, new Date()) };
  }

  const allow = (Resource: string, more: object = {}): object => ({
    Effect: "Allow",
    Action: "secretsmanager:GetSecretValue",
    Resource,
    ...more,
  });

  it("is read by name and by ARN, and is the current value after a rotation", async () => {
    expect(await read(name)).to.equal("first");
    aws.server.secrets.put(name, "second");
    expect(await read(arn)).to.equal("second");
  });

  it("is read by a role that may read its current value only", async () => {
    const current = { "ForAnyValue:StringEquals": { "secretsmanager:VersionStage": "AWSCURRENT" } };
    expect(await read(name, role(allow(arn, { Condition: current })))).to.equal("first");
  });

  it("that is not there is named with the region", async () => {
    const error = await failureOf(read("gone"));
    expect(error.code).to.equal("SecretNotFound");
    expect(error.message).to.equal('the secret "gone" does not exist in region "us-east-1"');
    expect(error.hint).to.include("DATABASE_SECRET");
  });

  it("that is marked for deletion is to be restored", async () => {
    aws.server.secrets.markForDeletion(name);
    const error = await failureOf(read(name));
    expect(error.code).to.equal("SecretNotFound");
    expect(error.hint).to.include("restore-secret");
    expect(error.details.reason).to.include("marked for deletion");
  });

  it("that the role may not read says which action on which ARN its policy lacks", async () => {
    const other = role(allow("arn:aws:secretsmanager:us-east-1:000000000000:secret:other-*"));
    for (const id of [name, arn]) {
      const error = await failureOf(read(id, other));
      expect(error.code).to.equal("AccessDenied");
      expect(error.message).to.equal(`the role may not read the secret "${id}"`);
      expect(error.hint).to.include(`allow secretsmanager:GetSecretValue on "${arn}"`);
    }
    const gone = await failureOf(read("gone", other));
    expect(gone.hint).to.include(
      '"arn:aws:secretsmanager:us-east-1:000000000000:secret:gone-??????" in the role\'s policy',
    );
  });

  it("whose key the role may not use needs another permission", async () => {
    const rule = { service: "secretsmanager", operation: "GetSecretValue", key: name, times: 1, status: 400 };
    aws.server.faults.add({ ...rule, code: "DecryptionFailure" });
    const error = await failureOf(read(name));
    expect(error.code).to.equal("AccessDenied");
    expect(error.hint).to.include("kms:Decrypt");
  });

  it("is asked for again while Secrets Manager is busy, and then it is said that it is", async () => {
    const rule = { service: "secretsmanager", operation: "GetSecretValue", key: name, status: 400 };
    aws.server.faults.add({ ...rule, code: "ThrottlingException", times: 1 });
    expect(await read(name)).to.equal("first");
    aws.server.faults.add({ ...rule, code: "ThrottlingException", times: 2 });
    expect((await failureOf(read(name))).code).to.equal("ServiceUnavailable");
    aws.server.faults.add({ ...rule, code: "InternalServiceError", times: 2, status: 500 });
    expect((await failureOf(read(name))).code).to.equal("ServiceUnavailable");
  });

  it("is not read without credentials, and the message says which input is missing", async () => {
    const nobody = readSecret(name, {
      region: aws.server.region,
      endpoint: aws.server.endpoint,
      maxAttempts: 1,
      credentials: () =>
        Promise.reject(Object.assign(new Error("none found"), { name: "CredentialsProviderError" })),
    });
    const error = await failureOf(nobody);
    expect(error.code).to.equal("CredentialsMissing");
    expect(error.hint).to.include("role-to-assume");
  });
});
