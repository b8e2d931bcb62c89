import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { fromWebToken } from "@aws-sdk/credential-provider-web-identity";
import { expect } from "chai";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { failure, startTestAws, type TestAws } from "../aws-fixture.ts";

const Bucket = "sts-bucket";
const subject = "repo:owner/app:environment:production";

describe("STS", () => {
  let aws: TestAws;
  let issuer: string;
  let issuerServer: Server;
  let roleArn: string;
  let offsetMs = 0;
  let keys: CryptoKeyPair;
  let strangers: CryptoKeyPair;

  before(async () => {
    keys = (await generateKeyPair("RS256", { extractable: true })) as CryptoKeyPair;
    strangers = (await generateKeyPair("RS256")) as CryptoKeyPair;
    const jwk = { ...(await exportJWK(keys.publicKey)), kid: "1", alg: "RS256", use: "sig" };
    issuerServer = createServer((request, response) => {
      const configuration = { issuer, jwks_uri: `${issuer}/keys` };
      response.end(JSON.stringify(request.url?.endsWith("/keys") ? { keys: [jwk] } : configuration));
    });
    await new Promise<void>((resolve) => issuerServer.listen(0, "127.0.0.1", resolve));
    issuer = `http://127.0.0.1:${(issuerServer.address() as AddressInfo).port}/oidc`;
    aws = await startTestAws({ clock: { now: () => new Date(Date.now() + offsetMs) } });
    aws.server.provisionBucket({ name: Bucket });
    const provider = aws.server.iam.putOidcProvider({ url: issuer, audiences: ["sts.amazonaws.com"] });
    const name = issuer.replace("http://", "");
    const role = aws.server.iam.putRole({
      name: "deploy",
      trustPolicy: {
        Version: "2012-10-17",
        Statement: {
          Effect: "Allow",
          Principal: { Federated: provider.arn },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: {
            StringEquals: { [`${name}:aud`]: "sts.amazonaws.com" },
            StringLike: { [`${name}:sub`]: "repo:owner/app:*" },
          },
        },
      },
      policies: {
        objects: {
          Version: "2012-10-17",
          Statement: [
            { Effect: "Allow", Action: ["s3:Get*", "s3:PutObject"], Resource: `arn:aws:s3:::${Bucket}/*` },
            { Effect: "Deny", Action: "s3:*", Resource: `arn:aws:s3:::${Bucket}/secret/*` },
          ],
        },
      },
    });
    roleArn = role.arn;
  });
  afterEach(() => {
    offsetMs = 0;
  });
  after(async () => {
    issuerServer.close();
    await aws.stop();
  });

  const token = (claims: object = {}, key = keys.privateKey) => {
    const now = Math.floor(Date.now() / 1000);
    const standard = {
      iss: issuer,
      sub: subject,
      aud: "sts.amazonaws.com",
      iat: now,
      nbf: now - 5,
      exp: now + 300,
    };
    return new SignJWT({ ...standard, ...claims }).setProtectedHeader({ alg: "RS256", kid: "1" }).sign(key);
  };
  const assume = async (webIdentityToken: string, more: Record<string, string> = {}) => {
    const answer = await fetch(aws.server.endpoint, {
      method: "POST",
      body: new URLSearchParams({
        Action: "AssumeRoleWithWebIdentity",
        Version: "2011-06-15",
        RoleArn: roleArn,
        RoleSessionName: "run-1",
        WebIdentityToken: webIdentityToken,
        ...more,
      }),
    });
    const text = await answer.text();
    const find = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
    return { status: answer.status, text, code: find("Code"), message: find("Message"), find };
  };
  const credentials = async (durationSeconds = 900) =>
    fromWebToken({
      roleArn,
      roleSessionName: "run-1",
      webIdentityToken: await token(),
      durationSeconds,
      clientConfig: { region: "us-east-1", endpoint: aws.server.endpoint },
    })();

  it("gives temporary credentials for a token that the role trusts", async () => {
    const answer = await assume(await token());
    expect(answer.status).equal(200);
    expect(answer.find("SubjectFromWebIdentityToken")).equal(subject);
    expect(answer.find("Arn")).equal("arn:aws:sts::000000000000:assumed-role/deploy/run-1");
    expect(answer.find("Audience")).equal("sts.amazonaws.com");
    const given = await credentials();
    const s3 = aws.s3({ credentials: given });
    await s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "1" }));
  });

  it("lets the role do what its policies allow, and says what they do not", async () => {
    const s3 = aws.s3({ credentials: await credentials() });
    const secret = await failure(s3.send(new GetObjectCommand({ Bucket, Key: "secret/x" })));
    expect(secret).include({ name: "AccessDenied", status: 403 });
    expect(secret.message).equal(
      `User: arn:aws:sts::000000000000:assumed-role/deploy/run-1 is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::${Bucket}/secret/x" with an explicit deny in an identity-based policy`,
    );
    const other = await failure(s3.send(new PutObjectCommand({ Bucket: "elsewhere", Key: "x", Body: "x" })));
    expect(other).include({ name: "NoSuchBucket" });
    const missing = await failure(s3.send(new GetObjectCommand({ Bucket, Key: "missing" })));
    expect(missing, "without s3:ListBucket nobody learns what is missing").include({ name: "AccessDenied" });
  });

  it("keeps sessions over a restart, until they expire", async () => {
    const given = { ...(await credentials(900)), expiration: undefined };
    await aws.restart();
    const read = (more: object = {}) =>
      aws
        .s3({ credentials: { ...given, ...more }, maxAttempts: 1, systemClockOffset: offsetMs })
        .send(new PutObjectCommand({ Bucket, Key: "b", Body: "1" }));
    await read();
    expect(await failure(read({ sessionToken: "another" }))).include({ name: "InvalidToken" });
    offsetMs = 14.9 * 60_000;
    await read();
    offsetMs = 15.1 * 60_000;
    expect(await failure(read())).include({ name: "ExpiredToken", status: 400 });
  });

  it("refuses what the trust policy does not allow, with one message for every reason", async () => {
    const denied = {
      status: 403,
      code: "AccessDenied",
      message: "Not authorized to perform sts:AssumeRoleWithWebIdentity",
    };
    expect(await assume(await token({ sub: "repo:Owner/app:environment:production" }))).include(denied);
    expect(await assume(await token({ sub: "repo:someone/else:ref:refs/heads/main" }))).include(denied);
    expect(await assume(await token(), { RoleArn: "arn:aws:iam::000000000000:role/unknown" })).include(
      denied,
    );
  });

  it("refuses tokens that are forged, expired, early, for others or of strangers", async () => {
    const now = Math.floor(Date.now() / 1000);
    const cases: [string, Promise<string> | string, string, RegExp][] = [
      ["forged", token({}, strangers.privateKey), "InvalidIdentityToken", /signature/],
      [
        "expired",
        token({ exp: now - 1 }),
        "ExpiredTokenException",
        /Token expired: current date\/time \d+ must be before/,
      ],
      ["early", token({ nbf: now + 600 }), "InvalidIdentityToken", /nbf/],
      ["audience", token({ aud: "someone" }), "InvalidIdentityToken", /Incorrect token audience/],
      [
        "issuer",
        token({ iss: "https://else.test" }),
        "InvalidIdentityToken",
        /No OpenIDConnect provider found .* for https:\/\/else\.test/,
      ],
      ["no JWT", "just text", "InvalidIdentityToken", /not a valid JWT/],
    ];
    for (const [name, given, code, message] of cases) {
      const answer = await assume(await given);
      expect(answer, name).include({ status: 400, code });
      expect(answer.message, name).match(message);
    }
  });

  it("checks its parameters", async () => {
    const cases: Record<string, string>[] = [
      { DurationSeconds: "899" },
      { DurationSeconds: "43201" },
      { DurationSeconds: "3601" },
      { RoleSessionName: "a b" },
      { RoleArn: "arn:aws:iam::0:user/someone-else" },
    ];
    for (const wrong of cases) {
      expect(await assume(await token(), wrong), JSON.stringify(wrong)).include({
        status: 400,
        code: "ValidationError",
      });
    }
  });

  it("restricts a session further by the policy of the request", async () => {
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }],
    });
    const { find } = await assume(await token(), { Policy });
    const s3 = aws.s3({
      credentials: {
        accessKeyId: find("AccessKeyId") ?? "",
        secretAccessKey: find("SecretAccessKey") ?? "",
        sessionToken: find("SessionToken"),
      },
    });
    const put = s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "2" }));
    expect(await failure(put)).include({ name: "AccessDenied" });
  });

  it("says when the issuer cannot be reached, and trusts only issuers on this machine", async () => {
    aws.server.iam.putOidcProvider({ url: "http://127.0.0.1:9/oidc", audiences: ["x"] });
    const answer = await assume(await token({ iss: "http://127.0.0.1:9/oidc" }));
    expect(answer.code).equal("IDPCommunicationError");
    const far = { url: "https://token.actions.githubusercontent.com", audiences: ["x"] };
    expect(() => aws.server.iam.putOidcProvider(far)).throw(/loopback/);
  });

  it("answers unsigned requests for anything else with MissingAuthenticationToken", async () => {
    const answer = await assume("token", { Action: "GetCallerIdentity" });
    expect(answer).include({ status: 403, code: "MissingAuthenticationToken" });
  });
});
