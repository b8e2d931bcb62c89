import {
  type CloudFrontClient,
  GetInvalidationCommand,
  ListInvalidationsCommand,
} from "@aws-sdk/client-cloudfront";
import { PutBucketPolicyCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { type CloudFront, cloudFront } from "../../../local/aws/cloudfront/cloudfront.ts";
import { inFrontOf } from "../../../local/aws/cloudfront/distribution.ts";
import { cloudFrontClient } from "../../aws/cloudfront.ts";
import { first, html, outcome, permissiveRules, SiteFixture, second } from "../site-fixture.ts";
import { cloudFrontCache } from "./cloudfront.ts";
import type { Caching } from "./site-cache.ts";

describe("a site behind CloudFront", () => {
  let service: CloudFront;
  let fixture: SiteFixture;
  let client: CloudFrontClient;
  let edge: string;
  const distribution = "E1A2B3";
  /** Passes as soon as somebody sleeps. */
  let time = Date.now();
  const clock = {
    now: () => new Date(time),
    sleep: async (ms: number) => {
      time += ms;
    },
  };
  const said: string[] = [];

  before(async () => {
    const account = { region: "us-east-1", accountId: "000000000000" };
    service = cloudFront({ accountId: account.accountId, completeAfterMs: 60_000, clock });
    fixture = await SiteFixture.open({ services: [service.service] });
    client = cloudFrontClient({
      ...account,
      endpoint: fixture.aws.endpoint,
      credentials: async () => fixture.aws.credentials,
      maxAttempts: 3,
    });
  });
  after(async () => {
    client.destroy();
    await fixture.close();
  });
  beforeEach(async () => {
    said.length = 0;
    fixture.newBucket();
    const { bucket } = fixture;
    fixture.aws.provisionBucket({
      name: bucket,
      website: { IndexDocument: { Suffix: "index.html" } },
      publicAccessBlock: null,
    });
    const allow = {
      Effect: "Allow",
      Principal: "*",
      Action: "s3:GetObject",
      Resource: `arn:aws:s3:::${bucket}/*`,
    };
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [allow] });
    await fixture.s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
    service.addDistribution(distribution, inFrontOf((await fixture.aws.startWebsite(bucket, 0)).url));
    edge = (await service.startEdge(distribution, 0)).url;
  });

  function caching(named: string | undefined = distribution, waitSeconds = 0): Caching {
    const runner = {
      info: (line: string) => said.push(line),
      warning: (line: string) => said.push(`warning: ${line}`),
    };
    const signal = new AbortController().signal;
    return {
      distribution: named,
      open: async (id) => cloudFrontCache({ client, distribution: id, waitSeconds, runner, clock, signal }),
    };
  }

  async function invalidated(): Promise<string[][]> {
    const { InvalidationList } = await client.send(
      new ListInvalidationsCommand({ DistributionId: distribution }),
    );
    const batches = (InvalidationList?.Items ?? []).map(async ({ Id }) => {
      const found = await client.send(new GetInvalidationCommand({ DistributionId: distribution, Id }));
      return found.Invalidation?.InvalidationBatch?.Paths?.Items ?? [];
    });
    return (await Promise.all(batches)).reverse();
  }

  it("shows visitors the new pages, and forgets nothing else", async () => {
    await fixture.sync(first, { target: { caching: caching() } });
    expect(await invalidated(), "a first sync").to.deep.equal([]);
    await (await fetch(`${edge}/robots.txt`)).text();
    await fixture.sync(second, { target: { caching: caching(distribution, 300) } });
    expect(await invalidated()).to.deep.equal([
      ["/", "/about.html", "/index.html", "/new.html", "/robots.txt"],
    ]);
    expect(await (await fetch(`${edge}/robots.txt`)).text()).to.equal("robots 2");
    expect(said.join("\n")).not.to.contain("warning");
    await fixture.sync({ ...second, "more-3a2b3c4d.js": "more()" }, { target: { caching: caching() } });
    expect(await invalidated(), "new assets only").to.have.length(1);
  });

  it("forgets files whose names CloudFront takes in no other way than encoded", async () => {
    const names = ["vendors~main.js", "it's.txt"];
    const site = (text: string) => ({
      "index.html": html(text),
      ...Object.fromEntries(names.map((name) => [name, text])),
    });
    await fixture.sync(site("one"), { target: { caching: caching(distribution, 300) } });
    for (const name of names) await (await fetch(`${edge}/${name}`)).text();
    await fixture.sync(site("two"), { target: { caching: caching(distribution, 300) } });
    for (const name of names) expect(await (await fetch(`${edge}/${name}`)).text(), name).to.equal("two");
  });

  it("has the whole site forgotten where CloudFront does not take the paths", async () => {
    await fixture.sync(first, { target: { caching: caching() } });
    const refusal = { status: 400, code: "InvalidArgument" };
    fixture.aws.faults.add({
      service: "cloudfront",
      operation: "CreateInvalidation",
      times: 1,
      ...refusal,
    });
    const { invalidation } = await fixture.sync(second, { target: { caching: caching() } });
    expect(invalidation?.paths).to.deep.equal(["/*"]);
    expect(await fixture.served(), "deletes go on").not.to.have.property("about.html");
  });

  it("forgets other paths, too, whenever something changes", async () => {
    const rules = { ...permissiveRules, invalidate: ["/feed.xml", "/api/*"] };
    const target = { caching: caching() };
    await fixture.sync(first, { target, rules });
    const before = (await invalidated()).length;
    await fixture.sync({ ...first, "about.html": "about 2" }, { target, rules });
    expect((await invalidated()).slice(before)).to.deep.equal([["/about.html", "/api/*", "/feed.xml"]]);
    expect(await fixture.sync({ ...first, "about.html": "about 2" }, { target, rules })).to.deep.include({
      changed: false,
    });
    expect(await invalidated()).to.have.length(before + 1);
  });

  it("forgets what it gave before a page was there", async () => {
    await fixture.sync(first, { target: { caching: caching() } });
    const grown = { ...first, "more.html": html("more"), "more-3a2b3c4d.js": "more()" };
    const { invalidation } = await fixture.sync(grown, { target: { caching: caching() } });
    expect(invalidation?.paths).to.deep.equal(["/more.html"]);
  });

  it("invalidates later what CloudFront refused, though nothing else changed", async () => {
    await fixture.sync(first, { target: { caching: caching() } });
    fixture.aws.faults.add({ service: "cloudfront", status: 403, code: "AccessDenied" });
    expect(await outcome(fixture.sync(second, { target: { caching: caching() } }))).to.equal("AccessDenied");
    expect(await fixture.served(), "deletes wait for the invalidation").to.include.keys(
      "about.html",
      "new.html",
    );
    fixture.aws.faults.clear();
    const { invalidation } = await fixture.sync(second, { target: { caching: caching() } });
    expect(invalidation?.paths).to.deep.equal([
      "/",
      "/about.html",
      "/index.html",
      "/new.html",
      "/robots.txt",
    ]);
    expect(await fixture.served()).not.to.have.property("about.html");
    expect(await fixture.sync(second, { target: { caching: caching() } })).to.deep.include({
      changed: false,
      requests: 2,
    });
    expect(await invalidated()).to.have.length(1);
  });

  it("invalidates what a killed sync had changed", async () => {
    await fixture.sync(first, { target: { caching: caching() } });
    const { s3, requests } = fixture.watched(5);
    expect(await outcome(fixture.sync(second, { target: { s3, caching: caching() } }))).not.to.equal("done");
    expect(requests).to.include("PutObject robots.txt");
    s3.destroy();
    await fixture.sync(second, { target: { caching: caching() } });
    expect((await invalidated()).flat()).to.include.members(["/robots.txt", "/", "/about.html"]);
  });

  it("waits until other invalidations are done", async () => {
    await fixture.sync(first, { target: { caching: caching() } });
    fixture.aws.faults.add({
      service: "cloudfront",
      operation: "CreateInvalidation",
      times: 2,
      status: 400,
      code: "TooManyInvalidationsInProgress",
    });
    await fixture.sync(second, { target: { caching: caching() } });
    expect(said.filter((line) => line.includes("trying again"))).to.have.length(2);
    expect(await invalidated()).to.have.length(1);
  });

  it("warns of a slow one, and goes on", async () => {
    await fixture.sync(first, { target: { caching: caching() } });
    expect(await fixture.sync(second, { target: { caching: caching(distribution, 10) } })).to.deep.include({
      deleted: 1,
    });
    expect(said.find((line) => line.startsWith("warning"))).to.match(/was not done after 10 s/);
  });

  it("is invalidated by whoever puts an earlier release back, as the record names its distribution", async () => {
    await fixture.sync(first, { target: { caching: caching() } });
    await fixture.sync(second, { target: { caching: caching() } });
    await fixture.sync(first, { target: { caching: caching(undefined) } });
    expect(await invalidated()).to.have.length(2);
  });

  it("names the distribution that does not exist", async () => {
    await fixture.sync(first, { target: { caching: caching("E0NONE") } });
    expect(await outcome(fixture.sync(second, { target: { caching: caching("E0NONE") } }))).to.equal(
      "DistributionNotFound",
    );
  });
});
