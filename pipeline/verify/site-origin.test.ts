import { DeleteObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { startTestAws, type TestAws } from "../../local/aws/aws-fixture.ts";
import { checkRelease } from "./check-release.ts";
import { json, type PublicSystem, startPublicSystem, virtualClock } from "./public-system-fixture.ts";
import { siteOrigin } from "./site-origin.ts";

describe("verify: a site behind a cache", () => {
  const Bucket = "site";
  let aws: TestAws;
  let s3: S3Client;
  let system: PublicSystem;

  before(async () => {
    [aws, system] = await Promise.all([startTestAws(), startPublicSystem()]);
    s3 = aws.s3();
    aws.server.provisionBucket({ name: Bucket });
  });
  after(async () => {
    system.close();
    await aws.stop();
  });

  const put = (Key: string, Body: string) => s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  const release = (id: string) => put("release.json", JSON.stringify({ id }));
  const id = () => system.wanted.manifest.id;
  const older = "20261031T080000Z-bbbbbbb";

  beforeEach(async () => {
    system.reset();
    const page = system.replies["site GET /"]?.({} as never).body ?? "";
    await Promise.all([release(id()), put("index.html", page)]);
  });

  const check = (
    distribution: string,
    more: Partial<Parameters<typeof checkRelease>[0]> = {},
  ): ReturnType<typeof checkRelease> =>
    checkRelease({
      ...system.wanted,
      origin: siteOrigin({ bucket: Bucket, distribution }, async () => s3),
      timeoutSeconds: 10,
      clock: virtualClock(),
      signal: new AbortController().signal,
      onProgress: () => {},
      ...more,
    });
  async function findings(distribution: string, more = {}): Promise<readonly string[]> {
    const result = await check(distribution, more);
    return result.verified ? [] : result.findings.map(({ problem, message }) => `${problem}: ${message}`);
  }
  const cacheIsOld = () => {
    system.replies["site GET /release.json"] = json({ id: older });
  };

  it("is right where both answer as the release, and it is said that both were asked", async () => {
    const result = await check("E1");
    expect(result.verified && result.looked.checked.join()).to.include("past distribution E1");
    expect(result.verified && result.looked.notChecked.join()).to.include("other edge locations");
  });

  it("has a cache that is old, where the bucket has the release", async () => {
    cacheIsOld();
    const [behind, cache] = await findings("E1");
    expect(behind).to.match(/^site-behind/);
    expect(cache).to.equal(
      `cache-behind: the bucket "site" has release "${id()}": what is old comes from distribution "E1"`,
    );
  });

  it("is waited for while only the cache is old, though nobody works on it any more", async () => {
    cacheIsOld();
    let asked = 0;
    const result = await check("E1", {
      mayStillArrive: async () => false,
      onProgress: () => {
        asked += 1;
        if (asked === 1) system.replies["site GET /release.json"] = json({ id: id() });
      },
    });
    expect(result.verified).to.equal(true);
  });

  it("is old itself, where the bucket does not have the release, and waiting ends there", async () => {
    cacheIsOld();
    await release(older);
    const [, origin] = await findings("E1", { mayStillArrive: async () => false });
    expect(origin).to.equal(`origin-behind: the bucket "site" itself has release "${older}"`);
  });

  it("is not right by a cache alone, which has what the bucket does not have any more", async () => {
    await put("index.html", "somebody's");
    expect(await findings("E1")).to.deep.equal([
      `origin-behind: the bucket "site" itself has an index.html that is not of release "${id()}"`,
    ]);
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "release.json" }));
    expect((await findings("E1"))[0]).to.include("has no release.json that names a release");
  });

  it("names the bucket without a distribution too, once its address answers wrong, and reads nothing else", async () => {
    let opened = 0;
    const origin = siteOrigin({ bucket: Bucket, distribution: "" }, async () => {
      opened += 1;
      return s3;
    });
    expect(await findings("", { origin })).to.deep.equal([]);
    expect(opened).to.equal(0);
    cacheIsOld();
    expect((await findings("", { origin }))[1]).to.match(
      /^cache-behind: .* comes from what lies in front of it$/,
    );
  });

  it("says that it does not know which is old, where the bucket cannot be read", async () => {
    cacheIsOld();
    aws.server.faults.add({ service: "s3", operation: "GetObject", status: 403, code: "AccessDenied" });
    expect((await findings("E1"))[1]).to.match(/^origin-silent: .*bucket "site" cannot be read/);
    aws.server.faults.clear();
  });
});
