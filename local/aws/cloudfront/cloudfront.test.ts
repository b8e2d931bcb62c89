import {
  CloudFrontClient,
  CreateInvalidationCommand,
  GetInvalidationCommand,
  ListInvalidationsCommand,
} from "@aws-sdk/client-cloudfront";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { failure, startTestAws, type TestAws } from "../aws-fixture.ts";
import { type CloudFront, cloudFront } from "./cloudfront.ts";
import { inFrontOf } from "./distribution.ts";

describe("CloudFront", () => {
  let now = new Date("2026-11-23T12:00:00Z");
  const clock = { now: () => now };
  const account = { region: "eu-central-1", accountId: "000000000000" };
  let aws: TestAws;
  let service: CloudFront;
  let client: CloudFrontClient;
  let site: string;

  before(async () => {
    service = cloudFront({ ...account, clock, completeAfterMs: 30_000 });
    aws = await startTestAws({ ...account, services: [service.service] });
    client = clientAs(aws.server.credentials);
    aws.server.provisionBucket({
      name: "site",
      website: { IndexDocument: { Suffix: "index.html" } },
      publicAccessBlock: null,
      policy: {
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::site/*" },
        ],
      },
    });
    site = (await aws.server.startWebsite("site", 0)).url;
  });
  after(async () => {
    client.destroy();
    await aws.stop();
  });
  beforeEach(() => service.addDistribution("E1", inFrontOf(site)));

  function clientAs(credentials: { accessKeyId: string; secretAccessKey: string }): CloudFrontClient {
    // The service is global: its client signs for us-east-1 whatever the account's other services do.
    return new CloudFrontClient({ region: "us-east-1", endpoint: aws.server.endpoint, credentials });
  }

  const invalidate = (CallerReference: string, ...Items: string[]) =>
    client.send(
      new CreateInvalidationCommand({
        DistributionId: "E1",
        InvalidationBatch: { CallerReference, Paths: { Quantity: Items.length, Items } },
      }),
    );
  const many = (count: number, path: (index: number) => string): string[] =>
    Array.from({ length: count }, (_, index) => path(index));
  const later = (seconds: number): void => {
    now = new Date(now.getTime() + seconds * 1000);
  };

  it("invalidates: in progress first, then completed", async () => {
    const { Invalidation, Location } = await invalidate("r1", "/index.html", "/docs/*");
    expect(Location).to.match(/\/2020-05-31\/distribution\/E1\/invalidation\/I[0-9A-F]{14}$/);
    expect(Invalidation).to.deep.equal({
      Id: Invalidation?.Id,
      Status: "InProgress",
      CreateTime: now,
      InvalidationBatch: {
        CallerReference: "r1",
        Paths: { Quantity: 2, Items: ["/index.html", "/docs/*"] },
      },
    });
    const status = async () =>
      (
        await client.send(
          new GetInvalidationCommand({ DistributionId: "E1", Id: Invalidation?.Id as string }),
        )
      ).Invalidation?.Status;
    later(29);
    expect(await status()).to.equal("InProgress");
    later(1);
    expect(await status()).to.equal("Completed");
  });

  it("answers the same reference with the same invalidation, and refuses it for other paths", async () => {
    const first = await invalidate("r1", "/a", "/b");
    const again = await invalidate("r1", "/b", "/a");
    expect(again.Invalidation?.Id).to.equal(first.Invalidation?.Id);
    expect(await failure(invalidate("r1", "/c"))).to.deep.include({ name: "InvalidArgument", status: 400 });
  });

  it("has a limit for paths and one for wildcards, both of what is in progress", async () => {
    const tooMany = { name: "TooManyInvalidationsInProgress", status: 400 };
    await invalidate("paths", ...many(3000, (index) => `/p${index}`));
    expect(await failure(invalidate("one more", "/p"))).to.deep.include(tooMany);
    await invalidate("wildcards", ...many(15, (index) => `/w${index}/*`));
    expect(await failure(invalidate("another", "/*"))).to.deep.include(tooMany);
    later(30);
    await invalidate("another", "/*");
    expect(await failure(invalidate("at once", ...many(3001, (index) => `/q${index}`)))).to.deep.include(
      tooMany,
    );
  });

  for (const path of [
    "index.html",
    "/a b",
    "/ü",
    "/a*b",
    "/%zz",
    "/vendors~main.js",
    "/it's",
    `/${"a".repeat(4000)}`,
  ]) {
    it(`refuses the path "${path.slice(0, 20)}"`, async () => {
      const { name, message } = await failure(invalidate("r1", path));
      expect([name, message]).to.deep.equal([
        "InvalidArgument",
        "Your request contains one or more invalid invalidation paths.",
      ]);
    });
  }

  it("counts the paths that it was told to count", async () => {
    const wrong = client.send(
      new CreateInvalidationCommand({
        DistributionId: "E1",
        InvalidationBatch: { CallerReference: "r1", Paths: { Quantity: 2, Items: ["/a"] } },
      }),
    );
    expect(await failure(wrong)).to.deep.include({ name: "InconsistentQuantities", status: 400 });
  });

  it("lists them, newest first and by pages", async () => {
    for (const reference of ["r1", "r2", "r3"]) await invalidate(reference, `/${reference}`);
    const list = async (Marker?: string) =>
      (await client.send(new ListInvalidationsCommand({ DistributionId: "E1", MaxItems: 2, Marker })))
        .InvalidationList;
    const first = await list();
    expect(first).to.deep.include({ IsTruncated: true, Quantity: 2, MaxItems: 2 });
    const second = await list(first?.NextMarker);
    expect(second).to.deep.include({ IsTruncated: false, Quantity: 1 });
    const ids = [...(first?.Items ?? []), ...(second?.Items ?? [])].map(({ Id }) => Id);
    expect(new Set(ids).size).to.equal(3);
  });

  it("knows what is not there, and who may not", async () => {
    const missing = { DistributionId: "E9", Id: "I9" };
    expect(await failure(client.send(new GetInvalidationCommand(missing)))).to.deep.include({
      name: "NoSuchDistribution",
      status: 404,
    });
    expect(
      await failure(client.send(new GetInvalidationCommand({ ...missing, DistributionId: "E1" }))),
    ).to.deep.include({ name: "NoSuchInvalidation", status: 404 });
    const stranger = clientAs({ ...aws.server.credentials, secretAccessKey: "wrong" });
    expect(await failure(stranger.send(new ListInvalidationsCommand(missing)))).to.deep.include({
      name: "SignatureDoesNotMatch",
      status: 403,
    });
    stranger.destroy();
  });

  it("keeps at its edges what the site lets it keep, until that is invalidated", async () => {
    const put = (Key: string, Body: string, CacheControl: string) =>
      aws.s3().send(new PutObjectCommand({ Bucket: "site", Key, Body, CacheControl }));
    const edge = await service.startEdge("E1", 0);
    const seen = async (path: string): Promise<string> => {
      const answer = await fetch(`${edge.url}${path}`);
      return `${await answer.text()}, ${answer.headers.get("x-cache")?.split(" ")[0]}`;
    };
    await put("index.html", "page 1", "no-cache");
    await put("robots.txt", "robots 1", "public, max-age=300");
    expect([await seen("/"), await seen("/robots.txt")]).to.deep.equal(["page 1, Miss", "robots 1, Miss"]);
    await put("index.html", "page 2", "no-cache");
    await put("robots.txt", "robots 2", "public, max-age=300");
    expect(await seen("/")).to.equal("page 1, Hit");
    later(1);
    expect([await seen("/"), await seen("/robots.txt")]).to.deep.equal(["page 2, Miss", "robots 1, Hit"]);
    await invalidate("r2", "/robots.*", "/index.html", "/");
    expect(await seen("/robots.txt")).to.equal("robots 1, Hit");
    later(30);
    expect(await seen("/robots.txt")).to.equal("robots 2, Miss");
    await put("robots.txt", "robots 3", "public, max-age=300");
    later(299);
    expect(await seen("/robots.txt")).to.equal("robots 2, Hit");
    later(1);
    expect(await seen("/robots.txt")).to.equal("robots 3, Miss");
  });

  it("closes an edge once, whoever closes it first", async () => {
    const edge = await service.startEdge("E1", 0);
    await edge.close();
    await service.service.close?.();
    await edge.close();
  });
});
