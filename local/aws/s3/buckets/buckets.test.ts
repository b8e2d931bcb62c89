import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketCorsCommand,
  DeletePublicAccessBlockCommand,
  GetBucketCorsCommand,
  GetBucketLocationCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetBucketWebsiteCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutBucketCorsCommand,
  PutBucketPolicyCommand,
  PutBucketWebsiteCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { failure, startTestAws, type TestAws } from "../../aws-fixture.ts";

const Bucket = "buckets";

describe("S3 buckets", () => {
  let aws: TestAws;
  let s3: S3Client;
  before(async () => {
    aws = await startTestAws();
    s3 = aws.s3();
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(new PutObjectCommand({ Bucket, Key: "open/page", Body: "for everyone" }));
    await s3.send(new PutObjectCommand({ Bucket, Key: "closed/page", Body: "for us" }));
  });
  after(() => aws.stop());

  it("are created, found, listed and deleted", async () => {
    await s3.send(new CreateBucketCommand({ Bucket: "short-lived" }));
    await s3.send(new CreateBucketCommand({ Bucket: "short-lived" }));
    const { Buckets } = await s3.send(new ListBucketsCommand());
    expect(Buckets?.map(({ Name }) => Name)).deep.equal([Bucket, "short-lived"]);
    expect((await s3.send(new HeadBucketCommand({ Bucket }))).BucketRegion).equal("us-east-1");
    expect((await s3.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).equal(undefined);
    expect((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).equal(undefined);
    await s3.send(new DeleteBucketCommand({ Bucket: "short-lived" }));
    expect(await failure(s3.send(new HeadBucketCommand({ Bucket: "short-lived" })))).include({ status: 404 });
    expect(await failure(s3.send(new DeleteBucketCommand({ Bucket })))).include({
      name: "BucketNotEmpty",
      status: 409,
    });
  });

  it("have valid names, and are owned once outside of us-east-1", async () => {
    for (const name of ["Upper", "ab", "a..b", "1.2.3.4", "xn--x"]) {
      const create = s3.send(new CreateBucketCommand({ Bucket: name }));
      expect(await failure(create), name).include({ name: "InvalidBucketName", status: 400 });
    }
    const elsewhere = await startTestAws({ region: "eu-central-1" });
    const client = elsewhere.s3();
    const create = () =>
      client.send(
        new CreateBucketCommand({
          Bucket: "mine",
          CreateBucketConfiguration: { LocationConstraint: "eu-central-1" },
        }),
      );
    await create();
    expect(await failure(create())).include({ name: "BucketAlreadyOwnedByYou", status: 409 });
    await elsewhere.stop();
  });

  it("keep their website configuration", async () => {
    const get = () => s3.send(new GetBucketWebsiteCommand({ Bucket }));
    expect(await failure(get())).include({ name: "NoSuchWebsiteConfiguration", status: 404 });
    const WebsiteConfiguration = {
      IndexDocument: { Suffix: "index.html" },
      ErrorDocument: { Key: "error.html" },
      RoutingRules: [{ Condition: { KeyPrefixEquals: "old/" }, Redirect: { ReplaceKeyPrefixWith: "new/" } }],
    };
    await s3.send(new PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration }));
    const { $metadata: _, ...kept } = await get();
    expect(kept).deep.equal(WebsiteConfiguration);
    const wrong = { IndexDocument: { Suffix: "a/b" } };
    const put = s3.send(new PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration: wrong }));
    expect(await failure(put)).include({ name: "InvalidArgument" });
  });

  it("answer browsers by their CORS rules", async () => {
    const url = aws.server.presign("GET", Bucket, "open/page", 60);
    const preflight = (origin: string, method: string, headers = "x-amz-date, Content-Type") =>
      fetch(url, {
        method: "OPTIONS",
        headers: {
          origin,
          "access-control-request-method": method,
          "access-control-request-headers": headers,
        },
      });
    expect((await preflight("http://site.test", "PUT")).status).equal(403);
    const rule = {
      AllowedMethods: ["GET", "PUT"],
      AllowedOrigins: ["http://*.test"],
      AllowedHeaders: ["*"],
      ExposeHeaders: ["ETag"],
      MaxAgeSeconds: 600,
    };
    await s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: [rule] } }));
    expect((await s3.send(new GetBucketCorsCommand({ Bucket }))).CORSRules).deep.equal([rule]);
    const allowed = await preflight("http://site.test", "PUT");
    expect(allowed.status).equal(200);
    expect(allowed.headers.get("access-control-allow-origin")).equal("http://site.test");
    expect(allowed.headers.get("access-control-allow-headers")).equal("x-amz-date, content-type");
    expect(allowed.headers.get("access-control-max-age")).equal("600");
    expect((await preflight("http://other.example", "PUT")).status).equal(403);
    expect((await preflight("http://site.test", "DELETE")).status).equal(403);
    const get = await fetch(url, { headers: { origin: "http://site.test" } });
    expect(get.headers.get("access-control-allow-origin")).equal("http://site.test");
    expect(get.headers.get("access-control-expose-headers")).equal("ETag");
    const missing = await fetch(aws.server.presign("GET", Bucket, "none", 60), {
      headers: { origin: "http://site.test" },
    });
    expect(missing.headers.get("access-control-allow-origin"), "on errors as well").equal("http://site.test");
    await s3.send(new DeleteBucketCorsCommand({ Bucket }));
    expect(await failure(s3.send(new GetBucketCorsCommand({ Bucket })))).include({
      name: "NoSuchCORSConfiguration",
    });
  });

  it("are private, and public only by a policy that the public access block lets through", async () => {
    const anonymous = (key: string) => fetch(`${aws.server.endpoint}/${Bucket}/${key}`);
    expect((await anonymous("open/page")).status).equal(403);
    const policy = {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: "*",
          Action: "s3:GetObject",
          Resource: `arn:aws:s3:::${Bucket}/open/*`,
        },
      ],
    };
    const put = () => s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(policy) }));
    const { PublicAccessBlockConfiguration } = await s3.send(new GetPublicAccessBlockCommand({ Bucket }));
    expect(PublicAccessBlockConfiguration?.BlockPublicPolicy).equal(true);
    expect(await failure(put())).include({ name: "AccessDenied", status: 403 });
    await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
    await put();
    const { Policy } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
    expect(JSON.parse(Policy ?? "")).deep.equal(policy);
    expect(await (await anonymous("open/page")).text()).equal("for everyone");
    expect((await anonymous("closed/page")).status).equal(403);
    expect((await anonymous("open/none")).status, "who may not list may not learn what is missing").equal(
      403,
    );
    const write = await fetch(`${aws.server.endpoint}/${Bucket}/open/page`, {
      method: "PUT",
      body: "defaced",
    });
    expect(write.status).equal(403);
  });

  it("can demand conditional writes, also of the account itself", async () => {
    const Store = "create-only";
    await s3.send(new CreateBucketCommand({ Bucket: Store }));
    const policy = {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "CreateOnly",
          Effect: "Deny",
          Principal: "*",
          Action: "s3:PutObject",
          Resource: `arn:aws:s3:::${Store}/releases/*`,
          Condition: { Null: { "s3:if-none-match": "true" }, Bool: { "s3:ObjectCreationOperation": "true" } },
        },
        {
          Effect: "Deny",
          Principal: "*",
          Action: "s3:DeleteObject",
          Resource: `arn:aws:s3:::${Store}/releases/*`,
        },
      ],
    };
    await s3.send(new PutBucketPolicyCommand({ Bucket: Store, Policy: JSON.stringify(policy) }));
    const put = (more: object = {}) =>
      s3.send(new PutObjectCommand({ Bucket: Store, Key: "releases/1", Body: "x", ...more }));
    const denied = await failure(put());
    expect(denied).include({ name: "AccessDenied", status: 403 });
    expect(denied.message).contain("s3:PutObject").contain("explicit deny in a resource-based policy");
    await put({ IfNoneMatch: "*" });
    expect(await failure(put({ IfNoneMatch: "*" }))).include({ name: "PreconditionFailed" });
  });

  it("refuse policies that are malformed or beyond what is evaluated here", async () => {
    const put = (policy: unknown) =>
      failure(s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(policy) })));
    expect(await put({ Statement: [{ Effect: "Maybe", Action: "*" }] })).include({ name: "MalformedPolicy" });
    const unknown = {
      Effect: "Deny",
      Principal: "*",
      Action: "*",
      Condition: { IpAddress: { "aws:SourceIp": "::1" } },
    };
    expect((await put({ Statement: [unknown] })).message).contain('operator "IpAddress"');
  });

  it("name the bucket that does not exist", async () => {
    const answer = await failure(s3.send(new GetObjectCommand({ Bucket: "nobody-made-this", Key: "x" })));
    expect(answer).include({ name: "NoSuchBucket", status: 404 });
  });
});
