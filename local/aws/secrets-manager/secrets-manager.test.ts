import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  GetSecretValueCommand,
  type GetSecretValueCommandInput,
  ListSecretsCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { expect } from "chai";
import { failure, startTestAws, type TestAws } from "../aws-fixture.ts";

const name = "udagram-local-database";
const value = JSON.stringify({ username: "owner", password: "first" });
const notFound = {
  name: "ResourceNotFoundException",
  status: 400,
  message: "Secrets Manager can't find the specified secret.",
};

describe("Secrets Manager", () => {
  let aws: TestAws;
  let arn: string;
  let clients: SecretsManagerClient[];
  beforeEach(async () => {
    aws = await startTestAws();
    arn = aws.server.secrets.put(name, value);
    clients = [];
  });
  afterEach(async () => {
    for (const client of clients) client.destroy();
    await aws.stop();
  });

  function clientOf(
    credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string } = {
      ...aws.server.credentials,
    },
    region = aws.server.region,
  ): SecretsManagerClient {
    const { endpoint } = aws.server;
    const client = new SecretsManagerClient({ region, endpoint, credentials, maxAttempts: 1 });
    clients.push(client);
    return client;
  }

  const get = (input: GetSecretValueCommandInput, client = clientOf()) =>
    client.send(new GetSecretValueCommand(input));

  /** A session of a role that may do what the statements say. */
  function roleClient(...statements: object[]): SecretsManagerClient {
    const role = aws.server.iam.putRole({
      name: "reader",
      trustPolicy: { Statement: { Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" } },
      policies: statements.length === 0 ? {} : { own: { Version: "2012-10-17", Statement: statements } },
    });
    return clientOf({ ...aws.server.iam.startSession(role, "run", 3600, new Date()) });
  }

  const allow = (Resource: string, more: object = {}): object => ({
    Effect: "Allow",
    Action: "secretsmanager:GetSecretValue",
    Resource,
    ...more,
  });

  const denied = (resource: string, why: string) => ({
    name: "AccessDeniedException",
    status: 400,
    message:
      "User: arn:aws:sts::000000000000:assumed-role/reader/run is not authorized to perform: " +
      `secretsmanager:GetSecretValue on resource: ${resource} ${why}`,
  });
  const notAllowed = "because no identity-based policy allows the secretsmanager:GetSecretValue action";

  it("gives a secret's current value by name, ARN and partial ARN", async () => {
    expect(arn).match(
      /^arn:aws:secretsmanager:us-east-1:000000000000:secret:udagram-local-database-[A-Za-z0-9]{6}$/,
    );
    for (const SecretId of [name, arn, arn.slice(0, -7)]) {
      const { $metadata, CreatedDate, VersionId, ...answer } = await get({ SecretId });
      expect(answer).deep.equal({
        ARN: arn,
        Name: name,
        SecretString: value,
        VersionStages: ["AWSCURRENT"],
      });
      expect(VersionId).match(/^[0-9a-f-]{36}$/);
      expect(Date.now() - Number(CreatedDate)).within(0, 60_000);
      expect($metadata.httpStatusCode).equal(200);
      expect($metadata.requestId).match(/^[0-9a-f-]{36}$/);
    }
  });

  it("knows no secret by its name with the suffix, another ARN, or half a name", async () => {
    const suffix = arn.slice(-7);
    const otherRegion = arn.replace("us-east-1", "eu-west-1");
    for (const SecretId of [name + suffix, `${arn.slice(0, -1)}_`, otherRegion, "udagram", "gone"]) {
      expect(await failure(get({ SecretId })), SecretId).deep.equal(notFound);
    }
  });

  it("takes a partial ARN that ends like a suffix for a whole one", async () => {
    const trap = aws.server.secrets.put("owner-secret", value);
    expect(await failure(get({ SecretId: trap.slice(0, -7) }))).deep.equal(notFound);
    expect(await get({ SecretId: trap })).property("Name", "owner-secret");
    expect(await get({ SecretId: "owner-secret" })).property("ARN", trap);
  });

  it("keeps the value before a rotation as AWSPREVIOUS, and none before that", async () => {
    const first = await get({ SecretId: name });
    const none = await failure(get({ SecretId: name, VersionStage: "AWSPREVIOUS" }));
    expect(none).deep.equal({
      ...notFound,
      message: "Secrets Manager can't find the specified secret value for staging label: AWSPREVIOUS",
    });

    expect(aws.server.secrets.put(name, "second")).equal(arn);
    expect(await get({ SecretId: name })).include({ SecretString: "second", ARN: arn });
    const previous = await get({ SecretId: name, VersionStage: "AWSPREVIOUS" });
    expect(previous).include({ SecretString: value, VersionId: first.VersionId });
    expect(previous.VersionStages).deep.equal(["AWSPREVIOUS"]);
    expect(await get({ SecretId: name, VersionId: first.VersionId })).include({ SecretString: value });

    aws.server.secrets.put(name, "third");
    expect(await get({ SecretId: name, VersionStage: "AWSPREVIOUS" })).include({ SecretString: "second" });
    expect(await failure(get({ SecretId: name, VersionId: first.VersionId }))).deep.equal({
      ...notFound,
      message: `Secrets Manager can't find the specified secret value for VersionId: ${first.VersionId}`,
    });
  });

  it("changes nothing when the value is the current one", async () => {
    const before = await get({ SecretId: name });
    aws.server.secrets.put(name, value);
    const { VersionId, CreatedDate } = await get({ SecretId: name });
    expect({ VersionId, CreatedDate }).deep.equal({
      VersionId: before.VersionId,
      CreatedDate: before.CreatedDate,
    });
  });

  it("refuses an id and a staging label of two versions", async () => {
    const { VersionId } = await get({ SecretId: name });
    expect(await get({ SecretId: name, VersionId, VersionStage: "AWSCURRENT" })).include({ VersionId });
    expect(await failure(get({ SecretId: name, VersionId, VersionStage: "AWSPREVIOUS" }))).deep.equal({
      name: "InvalidRequestException",
      status: 400,
      message: "You provided a VersionStage that is not associated to the provided VersionId.",
    });
  });

  it("reads no secret that is marked for deletion", async () => {
    aws.server.secrets.markForDeletion(name);
    expect(await failure(get({ SecretId: name }))).deep.equal({
      name: "InvalidRequestException",
      status: 400,
      message: "You can't perform this operation on the secret because it was marked for deletion.",
    });
    aws.server.secrets.put(name, value);
    expect(await get({ SecretId: arn })).include({ SecretString: value });
  });

  it("refuses what is no name, no version and no label", async () => {
    const refused = async (input: object) => {
      const error = await failure(get(input as GetSecretValueCommandInput));
      return `${error.status} ${error.name}: ${error.message}`;
    };
    const constraint = (member: string, given: string, rule: string) =>
      `400 ValidationException: 1 validation error detected: Value ${given} at '${member}' failed to satisfy constraint: Member must ${rule}`;
    expect(await refused({})).equal(constraint("secretId", "null", "not be null"));
    expect(await refused({ SecretId: "" })).equal(
      constraint("secretId", "''", "have length greater than or equal to 1"),
    );
    expect(await refused({ SecretId: name, VersionId: "short" })).equal(
      constraint("versionId", "'short'", "have length greater than or equal to 32"),
    );
    expect(await refused({ SecretId: name, VersionStage: "" })).equal(
      constraint("versionStage", "''", "have length greater than or equal to 1"),
    );
    const badName =
      "400 ValidationException: Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!";
    for (const SecretId of ["my secret", "a:b", `${arn}#password`]) {
      expect(await refused({ SecretId })).equal(badName);
    }
    expect(await refused({ SecretId: 5 })).match(/^400 SerializationException/);
  });

  it("lets roles read what their policies name, with the suffix", async () => {
    const byArn = roleClient(allow(arn));
    expect(await get({ SecretId: name }, byArn)).include({ SecretString: value });
    const byPattern = roleClient(allow(`${arn.slice(0, -7)}-??????`));
    expect(await get({ SecretId: arn.slice(0, -7) }, byPattern)).include({ SecretString: value });

    const withoutSuffix = roleClient(allow(arn.slice(0, -7)));
    expect(await failure(get({ SecretId: name }, withoutSuffix))).deep.equal(denied(arn, notAllowed));
    const other = roleClient(allow("arn:aws:secretsmanager:us-east-1:000000000000:secret:other-*"));
    expect(await failure(get({ SecretId: arn }, other))).deep.equal(denied(arn, notAllowed));
    const none = roleClient();
    expect(await failure(get({ SecretId: arn }, none))).deep.equal(denied(arn, notAllowed));
    const forbidden = roleClient(allow("*"), { ...allow(arn), Effect: "Deny" });
    expect(await failure(get({ SecretId: arn }, forbidden))).deep.equal(
      denied(arn, "with an explicit deny in an identity-based policy"),
    );
  });

  it("tells those who may not read a secret nothing about it", async () => {
    aws.server.secrets.markForDeletion(name);
    const reader = roleClient(allow("arn:aws:secretsmanager:us-east-1:000000000000:secret:other-*"));
    expect(await failure(get({ SecretId: name }, reader))).deep.equal(denied(arn, notAllowed));
    expect(await failure(get({ SecretId: "gone" }, reader))).deep.equal(denied("gone", notAllowed));
    expect(await failure(get({ SecretId: "gone" }, roleClient(allow("*"))))).deep.equal(notFound);
  });

  it("holds a policy on staging labels against what was asked, not what is answered", async () => {
    aws.server.secrets.put(name, "second");
    const condition = { "ForAnyValue:StringEquals": { "secretsmanager:VersionStage": "AWSCURRENT" } };
    const current = roleClient(allow(arn, { Condition: condition }));
    expect(await get({ SecretId: name, VersionStage: "AWSCURRENT" }, current)).include({
      SecretString: "second",
    });
    for (const input of [{ SecretId: name }, { SecretId: name, VersionStage: "AWSPREVIOUS" }]) {
      expect(await failure(get(input, current))).deep.equal(denied(arn, notAllowed));
    }
  });

  it("answers bad signatures in the words of services over JSON", async () => {
    const refused = async (client: SecretsManagerClient) => {
      const error = await failure(get({ SecretId: name }, client));
      return `${error.status} ${error.name}: ${error.message}`;
    };
    const { accessKeyId, secretAccessKey } = aws.server.credentials;
    expect(await refused(clientOf({ accessKeyId: "AKIAX", secretAccessKey }))).equal(
      "400 UnrecognizedClientException: The security token included in the request is invalid.",
    );
    expect(await refused(clientOf({ accessKeyId, secretAccessKey: "y" }))).match(
      /^400 InvalidSignatureException: The request signature we calculated does not match/,
    );
    expect(await refused(clientOf({ ...aws.server.credentials }, "eu-west-1"))).match(
      /^400 InvalidSignatureException: Credential should be scoped to a valid region/,
    );
    const role = aws.server.iam.putRole({
      name: "reader",
      trustPolicy: { Statement: { Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" } },
    });
    const over = aws.server.iam.startSession(role, "run", 900, new Date(Date.now() - 3600_000));
    expect(await refused(clientOf({ ...over }))).equal(
      "400 ExpiredTokenException: The security token included in the request is expired",
    );
    const unsigned = await fetch(aws.server.endpoint, {
      method: "POST",
      headers: { "x-amz-target": "secretsmanager.GetSecretValue" },
      body: JSON.stringify({ SecretId: name }),
    });
    expect(unsigned.status).equal(400);
    expect(unsigned.headers.get("content-type")).equal("application/x-amz-json-1.1");
    expect(await unsigned.json()).deep.equal({
      __type: "MissingAuthenticationTokenException",
      message: "Missing Authentication Token",
    });
  });

  it("fails as it is told to", async () => {
    const rule = { service: "secretsmanager", operation: "GetSecretValue", key: name, times: 1, status: 400 };
    for (const [code, message] of [
      [
        "DecryptionFailure",
        "Secrets Manager can't decrypt the protected secret text using the provided KMS key.",
      ],
      ["ThrottlingException", "Rate exceeded"],
    ]) {
      aws.server.faults.add({ ...rule, code });
      expect(await failure(get({ SecretId: name }))).deep.equal({ name: code, status: 400, message });
    }
    expect(await get({ SecretId: name })).include({ SecretString: value });
  });

  it("names an operation that it does not have", async () => {
    const error = await failure(clientOf().send(new ListSecretsCommand({})));
    expect(error).deep.equal({
      name: "UnknownOperationException",
      status: 400,
      message: "this stand-in for secretsmanager has no operation ListSecrets; it has GetSecretValue",
    });
  });

  it("keeps secrets for the owner's eyes only, over restarts, and out of the request log", async () => {
    aws.server.secrets.put(name, "second");
    await get({ SecretId: name });
    const file = join(aws.directory, "secrets.json");
    expect(statSync(file).mode & 0o777).equal(0o600);
    await aws.restart();
    expect(await get({ SecretId: arn })).include({ SecretString: "second" });
    expect(await get({ SecretId: arn, VersionStage: "AWSPREVIOUS" })).include({ SecretString: value });
    const log = readFileSync(join(aws.directory, "requests.ndjson"), "utf8");
    expect(log).not.contain("second");
    expect(JSON.parse(log.split("\n")[0] ?? "")).include({
      service: "secretsmanager",
      operation: "GetSecretValue",
      target: name,
      status: 200,
    });
  });

  it("refuses a name that the real service would not take", () => {
    for (const wrong of ["", "my secret", "a:b", "x".repeat(513)]) {
      expect(() => aws.server.secrets.put(wrong, value)).throw("is not a name of a secret");
    }
  });
});
