import { expect } from "chai";
import { startTestAws, type TestAws } from "./aws-fixture.ts";
import { parseParameters, queryService } from "./query-protocol.ts";
import { AwsError } from "./service.ts";
import { formatAmzDate } from "./signature/authorization.ts";
import { canonicalRequest, scopeText, sha256, sign, signingKey, stringToSign } from "./signature/sigv4.ts";
import { members } from "./xml.ts";

describe("Query-protocol services", () => {
  let aws: TestAws;
  before(async () => {
    const echo = queryService({
      name: "echo",
      xmlns: "http://echo.test/",
      version: "1",
      operations: {
        Say: { run: async ({ raw }) => ({ Words: members([...raw.values()]) }) },
        Fail: {
          run: async () => {
            throw new AwsError("NoSuchThing", 400, "there is no <thing>");
          },
        },
      },
    });
    aws = await startTestAws({ services: [echo] });
  });
  after(() => aws.stop());

  it("read lists and structures from dotted names", () => {
    const raw = new URLSearchParams({
      Name: "n",
      "Options.member.2.Value": "2",
      "Options.member.1.Value": "1",
      "Options.member.10.Value": "10",
      "Source.Bucket": "b",
      "Tags.member.1": "t",
    });
    expect(parseParameters(raw)).deep.equal({
      Name: "n",
      Options: [{ Value: "1" }, { Value: "2" }, { Value: "10" }],
      Source: { Bucket: "b" },
      Tags: ["t"],
    });
  });

  it("tell a caller who it is, with the request id in header and body", async () => {
    const { text, headers } = await signedPost(aws, "sts", "Action=GetCallerIdentity&Version=2011-06-15");
    expect(text)
      .contain("<Arn>arn:aws:iam::000000000000:root</Arn>")
      .contain("<Account>000000000000</Account>");
    expect(text).contain(`<RequestId>${headers.get("x-amzn-requestid")}</RequestId>`);
  });

  it("answer bad signatures in their own words", async () => {
    const { accessKeyId } = aws.server.credentials;
    const call = async (options: PostOptions) => {
      const { status, text } = await signedPost(aws, "sts", "Action=GetCallerIdentity", options);
      return `${status} ${/<Code>(.*)<\/Code>/.exec(text)?.[1]}: ${/<Message>(.*)<\/Message>/.exec(text)?.[1]}`;
    };
    const unknown = { accessKeyId: "AKIAX", secretAccessKey: "y" };
    expect(await call({ credentials: unknown })).match(/^403 InvalidClientTokenId/);
    expect(await call({ credentials: { accessKeyId, secretAccessKey: "y" } })).match(
      /^403 SignatureDoesNotMatch/,
    );
    const early = await call({ date: new Date(Date.now() - 20 * 60_000) });
    expect(early).match(/^403 SignatureDoesNotMatch: Signature expired: \d+T\d+Z is now earlier than/);
  });

  it("let the root assume roles that trust the account, and nobody else's", async () => {
    const trust = (AWS: string) => ({
      Statement: { Effect: "Allow", Principal: { AWS }, Action: "sts:AssumeRole" },
    });
    const mine = aws.server.iam.putRole({ name: "mine", trustPolicy: trust("000000000000") });
    const other = aws.server.iam.putRole({ name: "other", trustPolicy: trust("999999999999") });
    const assume = async (arn: string) =>
      (await signedPost(aws, "sts", `Action=AssumeRole&RoleArn=${arn}&RoleSessionName=me`)).text;
    expect(await assume(mine.arn)).contain("<Arn>arn:aws:sts::000000000000:assumed-role/mine/me</Arn>");
    expect(await assume(other.arn)).contain("is not authorized to perform: sts:AssumeRole");
  });

  it("name an operation or a service that does not exist here", async () => {
    const post = async (service: string, body: string) => (await signedPost(aws, service, body)).text;
    expect(await post("echo", "Action=Say&x=1%2B1&y=%3C")).contain(
      '<SayResponse xmlns="http://echo.test/"><SayResult><Words><member>Say</member><member>1+1</member><member>&lt;</member></Words></SayResult><ResponseMetadata><RequestId>',
    );
    expect(await post("echo", "Action=Fail")).contain(
      "<Error><Type>Sender</Type><Code>NoSuchThing</Code><Message>there is no &lt;thing&gt;</Message></Error>",
    );
    expect(await post("echo", "Action=Nope"))
      .contain("<Code>InvalidAction</Code>")
      .contain("knows Fail, Say");
    expect(await post("ec2", "Action=RunInstances"))
      .contain("NotImplemented")
      .contain("no service &quot;ec2&quot;");
  });
});

interface PostOptions {
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly date?: Date;
}

/** A request signed for any service. */
async function signedPost(
  aws: TestAws,
  service: string,
  body: string,
  { credentials = aws.server.credentials, date = new Date() }: PostOptions = {},
): Promise<{ status: number; text: string; headers: Headers }> {
  const amzDate = formatAmzDate(date);
  const scope = { date: amzDate.slice(0, 8), region: "us-east-1", service };
  const headers = {
    "content-type": "application/x-www-form-urlencoded",
    host: new URL(aws.server.endpoint).host,
    "x-amz-date": amzDate,
  };
  const names = Object.keys(headers);
  const canonical = canonicalRequest(
    { method: "POST", path: "/", rawQuery: "", headers: new Map(Object.entries(headers)) },
    names,
    sha256(body),
    service,
  );
  const key = signingKey(credentials.secretAccessKey, scope);
  const signature = sign(key, stringToSign(amzDate, scope, canonical));
  const { host: _, ...sent } = headers;
  const authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scopeText(scope)}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
  const answer = await fetch(aws.server.endpoint, {
    method: "POST",
    headers: { ...sent, authorization },
    body,
  });
  return { status: answer.status, text: await answer.text(), headers: answer.headers };
}
