import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { startTestAws, type TestAws } from "../../local/aws/aws-fixture.ts";
import type { ActionContext } from "../kit/action.ts";
import { type RecordedContext, recordedContext } from "../kit/context-fixture.ts";
import { ActionError } from "../kit/errors.ts";
import { webIdentityCredentials } from "./credentials.ts";

describe("credentials by OIDC", () => {
  let aws: TestAws;
  let issuerServer: Server;
  let token: string;
  let provider: string;
  let roles = 0;

  before(async () => {
    const keys = (await generateKeyPair("RS256", { extractable: true })) as CryptoKeyPair;
    const jwk = { ...(await exportJWK(keys.publicKey)), kid: "1", alg: "RS256", use: "sig" };
    issuerServer = createServer((request, response) => {
      const configuration = { issuer, jwks_uri: `${issuer}/keys` };
      response.end(JSON.stringify(request.url?.endsWith("/keys") ? { keys: [jwk] } : configuration));
    });
    await new Promise<void>((resolve) => issuerServer.listen(0, "127.0.0.1", resolve));
    const issuer = `http://127.0.0.1:${(issuerServer.address() as AddressInfo).port}`;
    aws = await startTestAws();
    provider = aws.server.iam.putOidcProvider({ url: issuer, audiences: ["sts.amazonaws.com"] }).arn;
    const now = Math.floor(Date.now() / 1000);
    token = await new SignJWT({ sub: "repo:owner/app:ref:refs/heads/main" })
      .setProtectedHeader({ alg: "RS256", kid: "1" })
      .setIssuer(issuer)
      .setAudience("sts.amazonaws.com")
      .setIssuedAt(now)
      .setExpirationTime(now + 300)
      .sign(keys.privateKey);
  });
  afterEach(() => aws.server.faults.clear());
  after(async () => {
    issuerServer.close();
    await aws.stop();
  });

  /** Credentials are kept by role, so that each test has one of its own. */
  function role(): string {
    roles += 1;
    return aws.server.iam.putRole({
      name: `role-${roles}`,
      trustPolicy: {
        Version: "2012-10-17",
        Statement: {
          Effect: "Allow",
          Principal: { Federated: provider },
          Action: "sts:AssumeRoleWithWebIdentity",
        },
      },
      policies: {},
    }).arn;
  }

  function context(idToken: () => Promise<string>): ActionContext {
    const env = {
      AWS_ENDPOINT_URL: aws.server.endpoint,
      ACTIONS_ID_TOKEN_REQUEST_URL: "http://127.0.0.1:1/token",
    };
    const recorded: RecordedContext = recordedContext({}, { env });
    return { ...recorded, runner: { ...recorded.runner, idToken } };
  }

  const get = (arn: string, idToken = async () => token) =>
    webIdentityCredentials(arn, "us-east-1", context(idToken))();

  it("come also when STS fails a few times", async () => {
    const fault = { service: "sts", operation: "AssumeRoleWithWebIdentity", times: 1 } as const;
    aws.server.faults.add({ ...fault, status: 503, code: "ServiceUnavailable" });
    aws.server.faults.add({ ...fault, drop: "before" });
    aws.server.faults.add({ ...fault, drop: "after" });
    expect((await get(role())).accessKeyId).to.match(/^ASIA/);
  });

  it("come also when GitHub gives no token at first", async () => {
    let asked = 0;
    const idToken = async (): Promise<string> => {
      asked += 1;
      if (asked < 3) throw new Error("Failed to get ID Token. Error Message: socket hang up");
      return token;
    };
    expect((await get(role(), idToken)).accessKeyId).to.match(/^ASIA/);
  });

  it("say which service failed when one stays away", async () => {
    const refused = async (promise: Promise<unknown>): Promise<ActionError> => {
      const error = await promise.catch((reason: unknown) => reason);
      if (error instanceof ActionError) return error;
      throw error;
    };
    const noToken = await refused(get(role(), () => Promise.reject(new Error("Error Code : 401"))));
    expect(noToken.code).to.equal("ServiceUnavailable");
    expect(noToken.message).to.contain("OIDC token");
    aws.server.faults.add({ service: "sts", status: 403, code: "AccessDenied" });
    expect((await refused(get(role()))).code).to.equal("RoleNotAssumable");
  });
});
