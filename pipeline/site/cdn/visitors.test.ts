import { expect } from "chai";
import { type CloudFront, cloudFront } from "../../../local/aws/cloudfront/cloudfront.ts";
import { inFrontOf } from "../../../local/aws/cloudfront/distribution.ts";
import { until } from "../../../test/until.ts";
import { findingsOf, type KnownRelease, Visitor } from "../../../test/visitor.ts";
import { cloudFrontClient } from "../../aws/cloudfront.ts";
import { cacheRules, headersByRule } from "../../bundle/header-rules.ts";
import { systemClock } from "../../kit/clock.ts";
import { sha256 } from "../../kit/sha256.ts";
import { outcome, SiteFixture } from "../site-fixture.ts";
import { folderSource } from "../source/folder-source.ts";
import { cloudFrontCache } from "./cloudfront.ts";
import type { Caching } from "./site-cache.ts";

type Files = Readonly<Record<string, string>>;

/** Everything is kept at the edge, pages too, but for a picture that pages refer to and that has the same name for ever. */
const rules = cacheRules("pictures/**  no-cache\n**/*.html  public, max-age=600");

const page = (script: string, picture: string): string =>
  `<!doctype html><script src="/assets/${script}"></script><img src="/pictures/${picture}">`;

const first: Files = {
  "index.html": page("app-1a2b3c4d.js", "old.png"),
  "assets/app-1a2b3c4d.js": "one()",
  "pictures/old.png": "old",
};
const second: Files = {
  "index.html": page("app-2a2b3c4d.js", "new.png"),
  "assets/app-2a2b3c4d.js": "two()",
  "pictures/new.png": "new",
  "about.html": "about",
};

const known = (id: string, files: Files): KnownRelease => ({
  id,
  site: {
    files: Object.fromEntries(Object.entries(files).map(([key, text]) => [key, { sha256: sha256(text) }])),
  },
});
const releases = [known("one", first), known("two", second)];

describe("visitors of a site of which every object is kept by a cache", () => {
  const distribution = "E1A2B3";
  let service: CloudFront;
  let fixture: SiteFixture;
  let edge: string;
  let caching: Caching;

  before(async () => {
    // Longer than a visitor of a busy machine takes from a page to its picture: what is gone then is gone.
    service = cloudFront({ accountId: "000000000000", completeAfterMs: 2500 });
    fixture = await SiteFixture.open({ services: [service.service] });
    const client = cloudFrontClient({
      region: "us-east-1",
      endpoint: fixture.aws.endpoint,
      credentials: async () => fixture.aws.credentials,
      maxAttempts: 3,
    });
    const runner = { info: () => {}, warning: () => {} };
    const { signal } = new AbortController();
    // Looks more often than one would look at CloudFront.
    const clock = { ...systemClock, sleep: (ms: number) => systemClock.sleep(ms / 20, signal) };
    caching = {
      distribution,
      open: async (id) =>
        cloudFrontCache({ client, distribution: id, waitSeconds: 0, runner, clock, signal }),
    };
  });
  after(() => fixture.close());
  beforeEach(async () => {
    fixture.newBucket();
    fixture.aws.provisionBucket({
      name: fixture.bucket,
      website: { IndexDocument: { Suffix: "index.html" } },
      publicAccessBlock: null,
      policy: {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: "*",
            Action: "s3:GetObject",
            Resource: `arn:aws:s3:::${fixture.bucket}/*`,
          },
        ],
      },
    });
    const usual = inFrontOf((await fixture.aws.startWebsite(fixture.bucket, 0)).url);
    // What is asked for each time is kept for no second: the picture that is gone is gone.
    const cache = { ...usual.defaultBehavior.cache, minimumSeconds: 0 };
    service.addDistribution(distribution, { ...usual, defaultBehavior: { ...usual.defaultBehavior, cache } });
    edge = (await service.startEdge(distribution, 0)).url;
    await put(first);
  });

  const put = (files: Files, s3 = fixture.s3) =>
    fixture.sync(folderSource(fixture.folder(files), headersByRule(rules)), { target: { s3, caching } });

  /** What visitors meet that they must not, all the while that `work` is done and until they have seen what comes of it. */
  async function met(work: () => Promise<unknown>, last: Files): Promise<readonly string[]> {
    const visitor = new Visitor({ site: edge, data: ["config.json"] });
    await until(() => visitor.rounds > 2);
    await work();
    await until(async () => (await (await fetch(`${edge}/`)).text()) === last["index.html"]);
    const { rounds } = visitor;
    await until(() => visitor.rounds > rounds + 2);
    const sights = await visitor.stop();
    return findingsOf(sights, releases)
      .filter(({ what }) => what !== "tab")
      .map(({ text }) => text);
  }

  it("see one release or the other, and nothing that is missing, while a new one comes and while it goes back", async () => {
    expect(await met(() => put(second), second)).to.deep.equal([]);
    expect(await met(() => put(first), first)).to.deep.equal([]);
  });

  it("see the old one after a sync that failed, and the one that is put back", async () => {
    const failing = async (): Promise<void> => {
      const fault = { service: "s3", method: "PUT", key: "index\\.html$", status: 403, code: "AccessDenied" };
      fixture.aws.faults.add(fault);
      expect(await outcome(put(second))).to.equal("AccessDenied");
      fixture.aws.faults.clear();
      await put(first);
    };
    expect(await met(failing, first)).to.deep.equal([]);
  });

  it("see one of both after a sync that was killed at any of its writes, and then the one that completes it", async () => {
    for (const stopAt of [3, 6]) {
      const killed = async (): Promise<void> => {
        const { s3 } = fixture.watched(stopAt);
        await outcome(put(second, s3));
        s3.destroy();
        await put(second);
      };
      expect(await met(killed, second), `write ${stopAt}`).to.deep.equal([]);
      await put(first);
    }
  });

  it("do not go on seeing that a page is missing, which somebody asked for before it came", async () => {
    expect((await fetch(`${edge}/about.html`)).status).to.equal(404);
    await put(second);
    const asked = Date.now();
    await until(async () => (await fetch(`${edge}/about.html`)).status === 200);
    expect(Date.now() - asked, "of ten seconds, for which a 404 is kept").to.be.below(9000);
  });
});
