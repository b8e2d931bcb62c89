import { GetObjectCommand, HeadObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { startTestAws, type TestAws } from "../../aws-fixture.ts";
import { sign, signingKey } from "../../signature/sigv4.ts";

const Bucket = "forms";

describe("forms that browsers post", () => {
  let aws: TestAws;
  let s3: S3Client;

  before(async () => {
    aws = await startTestAws();
    s3 = aws.s3();
    aws.server.provisionBucket({ name: Bucket });
  });
  after(() => aws.stop());

  interface Form {
    readonly fields?: Readonly<Record<string, string>>;
    readonly conditions?: readonly unknown[];
    readonly file?: string | null;
    readonly secret?: string;
    readonly expiresIn?: number;
    /** Fields without which it is sent. */
    readonly without?: readonly string[];
  }

  /** Posts one as a presigned POST is made: its policy names every field, unless told otherwise. */
  async function post({
    fields = {},
    conditions,
    file = "hello",
    secret,
    expiresIn = 60,
    without = [],
  }: Form) {
    const { accessKeyId, secretAccessKey } = aws.server.credentials;
    const date = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
    const scope = { date: date.slice(0, 8), region: "us-east-1", service: "s3" };
    const all: Record<string, string> = {
      key: "photo.txt",
      ...fields,
      "x-amz-algorithm": "AWS4-HMAC-SHA256",
      "x-amz-credential": `${accessKeyId}/${scope.date}/us-east-1/s3/aws4_request`,
      "x-amz-date": date,
    };
    const named = Object.entries(all).map(([name, value]) => ({ [name]: value }));
    const policy = Buffer.from(
      JSON.stringify({
        expiration: new Date(Date.now() + expiresIn * 1000).toISOString(),
        conditions: [{ bucket: Bucket }, ...(conditions ?? named), ...(conditions ? named.slice(-3) : [])],
      }),
    ).toString("base64");
    all.policy = policy;
    all["x-amz-signature"] = sign(signingKey(secret ?? secretAccessKey, scope), policy);
    const form = new FormData();
    for (const [name, value] of Object.entries(all)) if (!without.includes(name)) form.set(name, value);
    if (file !== null) form.set("file", new File([file], "from my phone.txt"));
    const answer = await fetch(`${aws.server.endpoint}/${Bucket}`, {
      method: "POST",
      body: form,
      redirect: "manual",
    });
    const text = await answer.text();
    const [, code] = /<Code>(\w+)<\/Code>/.exec(text) ?? [];
    return { status: answer.status, code, text, headers: answer.headers };
  }

  it("store their file with what their fields say, and answer as these want", async () => {
    const fields = { "Content-Type": "text/plain", "Cache-Control": "no-cache", "x-amz-meta-by": "Ada" };
    expect((await post({ fields })).status).to.equal(204);
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "photo.txt" }));
    expect([head.ContentType, head.CacheControl, head.Metadata]).to.eql([
      "text/plain",
      "no-cache",
      { by: "Ada" },
    ]);
    const created = await post({ fields: { success_action_status: "201", key: "a b/c.txt" } });
    expect([created.status, /<Key>(.*)<\/Key>/.exec(created.text)?.[1]]).to.eql([201, "a b/c.txt"]);
    expect((await post({ fields: { success_action_status: "418" } })).status).to.equal(204);
    const redirected = await post({ fields: { success_action_redirect: "http://site.example/done?x=1" } });
    expect(redirected.status).to.equal(303);
    expect(redirected.headers.get("location")).to.match(
      /^http:\/\/site\.example\/done\?x=1&bucket=forms&key=photo\.txt&etag=%22\w{32}%22$/,
    );
  });

  it("may name their key after the file", async () => {
    const key = `up/${"$"}{filename}`;
    expect((await post({ fields: { key }, conditions: [["starts-with", "$key", "up/"]] })).status).to.equal(
      204,
    );
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: "up/from my phone.txt" }));
    expect(await Body?.transformToString()).to.equal("hello");
  });

  const refusals: readonly [string, Form, number, string, RegExp][] = [
    [
      "with another key than agreed",
      { conditions: [["eq", "$key", "other"]] },
      403,
      "AccessDenied",
      /Policy Condition failed/,
    ],
    [
      "with a field that nobody agreed to",
      { conditions: [["eq", "$key", "photo.txt"]], fields: { acl: "private" } },
      403,
      "AccessDenied",
      /Extra input fields: acl/,
    ],
    ["after their time", { expiresIn: -1 }, 403, "AccessDenied", /Policy expired/],
    [
      "with a file that is too large",
      {
        conditions: [
          ["eq", "$key", "photo.txt"],
          ["content-length-range", 0, 3],
        ],
      },
      400,
      "EntityTooLarge",
      /maximum/,
    ],
    [
      "with one that is too small",
      {
        conditions: [
          ["eq", "$key", "photo.txt"],
          ["content-length-range", 9, 99],
        ],
      },
      400,
      "EntityTooSmall",
      /minimum/,
    ],
    ["signed by somebody else", { secret: "not it" }, 403, "SignatureDoesNotMatch", /signature/],
    [
      "with a policy that is not signed",
      { without: ["x-amz-signature"] },
      400,
      "InvalidArgument",
      /x-amz-signature/,
    ],
    [
      "of nobody, where the bucket is not everybody's",
      { without: ["policy", "x-amz-signature"] },
      403,
      "AccessDenied",
      /Denied/,
    ],
    ["without a file", { file: null }, 400, "InvalidArgument", /exactly one file/],
    ["without a key", { without: ["key"] }, 400, "InvalidArgument", /field named 'key'/],
    [
      "with a condition that is none",
      { conditions: [["like", "$key", "x"]] },
      400,
      "InvalidPolicyDocument",
      /Invalid Condition/,
    ],
  ];
  for (const [name, form, status, code, message] of refusals) {
    it(`are refused ${name}`, async () => {
      const answer = await post(form);
      expect([answer.status, answer.code]).to.eql([status, code]);
      expect(answer.text).to.match(message);
    });
  }
});
