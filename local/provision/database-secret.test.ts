import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { expect } from "chai";
import { failure, startTestAws, type TestAws } from "../aws/aws-fixture.ts";
import { provisionDatabaseSecret } from "./database-secret.ts";
import { accountNames } from "./names.ts";
import { provisionDeployRole } from "./roles.ts";

const { local: names, staging } = accountNames("udagram");

const policy = (): object => ({
  Statement: { Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" },
});

const trust = { environment: policy, pullRequests: policy };

describe("the database of an environment as a secret", () => {
  let aws: TestAws;
  let client: SecretsManagerClient;
  before(async () => {
    aws = await startTestAws();
    const { iam, secrets, endpoint, region } = aws.server;
    provisionDatabaseSecret(secrets, staging, "postgres://owner:s@127.0.0.1:5433/udagram_staging");
    const secret = provisionDatabaseSecret(secrets, names, "postgres://owner:p%40ss@127.0.0.1:5432/udagram");
    const role = iam.role(provisionDeployRole(iam, trust, names, secret));
    if (role === undefined) throw new Error("no role");
    const credentials = { ...iam.startSession(role, "run", 3600, new Date()) };
    client = new SecretsManagerClient({ endpoint, region, credentials, maxAttempts: 1 });
  });
  after(async () => {
    client.destroy();
    await aws.stop();
  });

  const read = (SecretId: string) => client.send(new GetSecretValueCommand({ SecretId }));

  it("is read by the environment's deploy role, in the structure that AWS documents", async () => {
    const { SecretString = "" } = await read(names.databaseSecret);
    expect(JSON.parse(SecretString)).deep.equal({
      engine: "postgres",
      host: "127.0.0.1",
      username: "owner",
      password: "p@ss",
      dbname: "udagram",
      port: 5432,
    });
  });

  it("is not read by the role of another environment", async () => {
    const { name, message } = await failure(read(staging.databaseSecret));
    expect(name).equal("AccessDeniedException");
    expect(message).contain(
      "because no identity-based policy allows the secretsmanager:GetSecretValue action",
    );
  });
});
