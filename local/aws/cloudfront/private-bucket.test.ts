import { PutBucketPolicyCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { startTestAws, type TestAws } from "../aws-fixture.ts";
import { type Distribution, inFrontOf } from "./distribution.ts";
import { EdgeFixture } from "./edge-fixture.ts";

describe("a private bucket behind CloudFront", () => {
  const Bucket = "private-site";
  const arn = "arn:aws:cloudfront::000000000000:distribution/E1";
  const usual = inFrontOf("");
  const distribution: Distribution = {
    ...usual,
    origins: { site: { bucket: Bucket } },
    defaultRootObject: "index.html",
  };
  let edge: EdgeFixture;
  let aws: TestAws;

  before(async () => {
    aws = await startTestAws({ clock: { now: () => edge.now() } });
    edge = new EdgeFixture();
    aws.server.provisionBucket({ name: Bucket });
    for (const [Key, Body] of [
      ["index.html", "page"],
      ["docs/a b~.txt", "text"],
    ] as const) {
      await aws.s3().send(new PutObjectCommand({ Bucket, Key, Body, CacheControl: "no-cache" }));
    }
    await edge.serve(distribution, (source) => ({
      endpoint: aws.server.endpoint,
      region: aws.server.region,
      credentials: aws.server.iam.serviceKey("cloudfront.amazonaws.com", source),
    }));
  });
  after(async () => {
    await edge.close();
    await aws.stop();
  });
  beforeEach(() => edge.later(60));

  const lets = async (condition: object, Principal: unknown = { Service: "cloudfront.amazonaws.com" }) => {
    const statement = {
      Effect: "Allow",
      Principal,
      Action: "s3:GetObject",
      Resource: `arn:aws:s3:::${Bucket}/*`,
    };
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ ...statement, Condition: condition }],
    });
    await aws.s3().send(new PutBucketPolicyCommand({ Bucket, Policy }));
  };
  const seen = async (path: string) => {
    const { status, body } = await edge.ask(path, { authorization: "Bearer of the API" });
    return `${status} ${status === 200 ? body : ""}`.trim();
  };

  it("is read by the distribution that its policy names, and by nobody else", async () => {
    await lets({ StringEquals: { "AWS:SourceArn": arn } });
    expect(await seen("/")).to.equal("200 page");
    expect(await seen("/docs/a%20b~.txt")).to.equal("200 text");
    expect((await fetch(`${aws.server.endpoint}/${Bucket}/index.html`)).status).to.equal(403);
  });

  it("is not read by another distribution, nor by another service, nor without a policy", async () => {
    await lets({ StringEquals: { "AWS:SourceArn": `${arn}2` } });
    expect(await seen("/")).to.equal("403");
    await lets({ StringEquals: { "AWS:SourceArn": arn } }, { Service: "logging.s3.amazonaws.com" });
    expect(await seen("/")).to.equal("403");
    await lets({ StringEquals: { "AWS:SourceAccount": "111122223333" } });
    expect(await seen("/")).to.equal("403");
  });

  it("answers 403 for what it does not have, which is not kept, and 404 only to whoever may list it", async () => {
    await lets({ StringEquals: { "AWS:SourceArn": arn } });
    expect(await seen("/new.html")).to.equal("403");
    await aws.s3().send(new PutObjectCommand({ Bucket, Key: "new.html", Body: "new" }));
    expect(await seen("/new.html")).to.equal("200 new");
    const statements = ["s3:GetObject", "s3:ListBucket"].map((Action) => ({
      Effect: "Allow",
      Principal: { Service: "cloudfront.amazonaws.com" },
      Action,
      Resource: `arn:aws:s3:::${Bucket}${Action === "s3:GetObject" ? "/*" : ""}`,
      Condition: { StringEquals: { "AWS:SourceArn": arn } },
    }));
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: statements });
    await aws.s3().send(new PutBucketPolicyCommand({ Bucket, Policy }));
    expect(await seen("/none.html")).to.equal("404");
  });

  it("has no operations for visitors: a query stays behind, and folders have no pages of their own", async () => {
    await lets({ StringEquals: { "AWS:SourceArn": arn } });
    expect(await seen("/?acl")).to.equal("200 page");
    expect(await seen("/docs/")).to.equal("403");
  });
});
