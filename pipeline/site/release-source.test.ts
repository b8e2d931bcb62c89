import { DeleteObjectCommand, HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { headersByRule } from "../bundle/header-rules.ts";
import type { SiteFile } from "../bundle/manifest.ts";
import { redirectingFile } from "../bundle/redirects.ts";
import type { WholeManifest } from "../bundle/whole-manifest-fixture.ts";
import { sha256 } from "../kit/sha256.ts";
import { storedSiteKeys } from "../releases/store/stored-site-keys.ts";
import { first, outcome, permissiveRules, SiteFixture, second } from "./site-fixture.ts";
import { bundleSource } from "./source/folder-source.ts";
import { releaseSource } from "./source/release-source.ts";

describe("syncSite of a release", () => {
  let fixture: SiteFixture;

  before(async () => {
    fixture = await SiteFixture.open();
  });
  after(() => fixture.close());
  beforeEach(() => fixture.newBucket());

  async function stored(id: string, files: Record<string, string>): Promise<WholeManifest> {
    const headers = headersByRule([]);
    const site: Record<string, SiteFile> = {};
    for (const [key, text] of Object.entries(files)) {
      site[key] = { sha256: sha256(text), bytes: text.length, ...headers(key) };
      await fixture.s3.send(
        new PutObjectCommand({
          Bucket: "artifacts",
          Key: `blobs/${sha256(text)}`,
          Body: Buffer.from(text),
          ContentLength: text.length,
        }),
      );
    }
    const api = { version: "0123456789ab", sha256: sha256(id), bytes: 1, node: "24" };
    return {
      schema: 1,
      id,
      commit: sha256(id).slice(0, 40),
      committedAt: "2026-11-23T12:00:00Z",
      api,
      site: { files: site },
      migrations: [],
    };
  }

  it("does not say which release it is where it is not to, and says it again where it is", async () => {
    const one = await stored("r1", first);
    await fixture.sync(releaseSource("artifacts", one), { content: { releaseJson: false } });
    expect(await fixture.served()).not.to.have.property("release.json");
    const again = await fixture.sync(releaseSource("artifacts", one), { content: { releaseJson: false } });
    expect(again.changed).to.equal(false);
    await fixture.sync(releaseSource("artifacts", one));
    expect(await fixture.served()).to.have.property("release.json");
    await fixture.sync(releaseSource("artifacts", one), { content: { releaseJson: false } });
    expect(await fixture.served()).not.to.have.property("release.json");
  });

  it("is put back by copies, release.json last, also into a bucket that was wiped", async () => {
    const one = await stored("r1", first);
    const two = await stored("r2", second);
    await fixture.sync(releaseSource("artifacts", one));
    await fixture.sync(releaseSource("artifacts", two));
    const { s3: own, requests } = fixture.watched();
    const befores: unknown[] = [];
    const back = await fixture.sync(releaseSource("artifacts", one), {
      target: { s3: own },
      owner: {
        beforeChange: async (before) => {
          befores.push(before);
        },
      },
    });
    expect(back).to.deep.include({ copied: 3, uploaded: 1, deleted: 1 });
    expect(requests.filter((request) => !request.includes("site.json"))).to.deep.equal([
      "CopyObject robots.txt",
      "CopyObject about.html",
      "CopyObject index.html",
      "PutObject release.json",
      "DeleteObjects",
    ]);
    expect(befores).to.deep.equal([
      { bucket: fixture.bucket, prefix: "", release: "r2", config: '{"api":"http://api"}\n' },
    ]);
    expect(JSON.parse((await fixture.served())["release.json"] ?? "")).to.deep.include({
      id: "r1",
      migrations: [],
    });
    const wiped = `${fixture.bucket}-wiped`;
    fixture.aws.provisionBucket({ name: wiped });
    const fresh = await fixture.sync(releaseSource("artifacts", one), { target: { bucket: wiped } });
    expect(fresh).to.deep.include({ copied: 4, uploaded: 2, deleted: 0 });
    own.destroy();
  });

  it("of a single page goes back in under ten requests", async () => {
    const page = (script: string) => `<!doctype html><script src="assets/${script}"></script>`;
    const spa = (script: string) => ({
      "index.html": page(script),
      [`assets/${script}`]: script,
      "icon.svg": "<svg/>",
    });
    const one = await stored("r1", spa("app-1a2b3c4d.js"));
    const two = await stored("r2", spa("app-2a2b3c4d.js"));
    await fixture.sync(releaseSource("artifacts", one));
    await fixture.sync(releaseSource("artifacts", two));
    const before = fixture.aws.requests.totals().requests;
    const back = await fixture.sync(releaseSource("artifacts", one));
    const requests = fixture.aws.requests.totals().requests - before;
    expect(back).to.deep.include({ copied: 1, uploaded: 1, deleted: 0, requests });
    expect(requests).to.be.below(10);
    expect(await fixture.served()).to.include({ "index.html": page("app-1a2b3c4d.js") });
  });

  it("comes back whole wherever a deploy was killed", async () => {
    const one = await stored("r1", first);
    const two = await stored("r2", second);
    await fixture.sync(releaseSource("artifacts", one));
    const whole = await fixture.served();
    for (let stopAt = 1; ; stopAt += 1) {
      const { s3: own, requests } = fixture.watched(stopAt);
      const killed = await outcome(fixture.sync(releaseSource("artifacts", two), { target: { s3: own } }));
      own.destroy();
      const between = await fixture.served();
      const page = between["index.html"] === second["index.html"] ? "app-2a2b3c4d.js" : "app-1a2b3c4d.js";
      expect(between, `the page's script, killed at request ${stopAt}`).to.have.property(page);
      await fixture.sync(releaseSource("artifacts", one));
      const { "app-2a2b3c4d.js": _, ...back } = await fixture.served();
      expect(back, `killed at ${requests.at(-1)}`).to.deep.equal(whole);
      expect(await fixture.sync(releaseSource("artifacts", one))).to.deep.include({
        changed: false,
      });
      if (killed === "done") break;
    }
  });

  it("is put back by the rules of the deploy before: what that protected stays", async () => {
    const one = await stored("r1", first);
    const two = await stored("r2", second);
    const rules = { ...permissiveRules, protect: ["about.html"] };
    await fixture.sync(releaseSource("artifacts", one), { rules });
    await fixture.sync(releaseSource("artifacts", two), { rules });
    await fixture.sync(releaseSource("artifacts", one), { rules: undefined });
    await fixture.sync(releaseSource("artifacts", two), { rules: undefined });
    expect(await fixture.served()).to.have.property("about.html");
  });

  it("keeps old assets while the store has a release that names them", async () => {
    const one = await stored("20261101T000000Z-1111111", first);
    const two = await stored("20261102T000000Z-2222222", second);
    const manifest = (id: string) => ({ Bucket: "artifacts", Key: `releases/${id}/release.json` });
    for (const release of [one, two]) {
      await fixture.s3.send(new PutObjectCommand({ ...manifest(release.id), Body: JSON.stringify(release) }));
    }
    const rules = { ...permissiveRules, keepDays: 0 };
    const stillNamed = () => storedSiteKeys({ s3: fixture.s3, bucket: "artifacts" });
    const sync = (release: WholeManifest) =>
      fixture.sync(releaseSource("artifacts", release), { rules, stillNamed });
    await sync(one);
    await sync(two);
    expect(await fixture.served()).to.have.property("app-1a2b3c4d.js");
    await fixture.s3.send(new DeleteObjectCommand(manifest(one.id)));
    expect(await sync(two)).to.deep.include({ uploaded: 0, copied: 0, deleted: 1 });
    expect(await fixture.served())
      .to.have.property("app-2a2b3c4d.js")
      .and.not.have.property("app-1a2b3c4d.js");
    await fixture.s3.send(new DeleteObjectCommand(manifest(two.id)));
  });

  it("has its redirects back after a rollback", async () => {
    const one = await stored("r1", first);
    const two = await stored("r2", { ...first, moved: "" });
    const moved = redirectingFile({ key: "moved", to: "/about.html" });
    const redirecting = { ...two, site: { files: { ...two.site.files, moved } } };
    const sync = (release: WholeManifest) => fixture.sync(releaseSource("artifacts", release));
    const target = async () =>
      (await fixture.s3.send(new HeadObjectCommand({ Bucket: fixture.bucket, Key: "moved" })))
        .WebsiteRedirectLocation;
    await sync(redirecting);
    expect(await target()).to.equal("/about.html");
    await sync(one);
    expect(await fixture.served()).to.not.have.property("moved");
    await sync(redirecting);
    expect(await target()).to.equal("/about.html");
    expect(await sync(redirecting)).to.deep.include({ changed: false });
  });

  it("redirects at a path beside its folder, from a bundle whose folder could not hold both", async () => {
    const files = { "index.html": "start", "docs/index.html": "docs" };
    const release = await stored("r1", files);
    const docs = redirectingFile({ key: "docs", to: "/docs/" });
    const redirecting = { ...release, site: { files: { ...release.site.files, docs } } };
    const source = bundleSource(fixture.folder(files), redirecting, Object.keys(files));
    expect(await fixture.sync(source)).to.include({ uploaded: 5 });
    const head = await fixture.s3.send(new HeadObjectCommand({ Bucket: fixture.bucket, Key: "docs" }));
    expect(head.WebsiteRedirectLocation).to.equal("/docs/");
  });

  it("names a file that the release store lost", async () => {
    const one = await stored("r1", first);
    const lost = { ...one, site: { files: { ...one.site.files } } };
    lost.site.files["robots.txt"] = {
      ...(one.site.files["robots.txt"] as SiteFile),
      sha256: sha256("lost"),
    };
    expect(await outcome(fixture.sync(releaseSource("artifacts", lost)))).to.equal("StoredFileMissing");
  });

  it("refuses a stored file that has other bytes than its name says", async () => {
    const one = await stored("r1", first);
    await fixture.s3.send(
      new PutObjectCommand({ Bucket: "artifacts", Key: `blobs/${sha256("right")}`, Body: "wrong" }),
    );
    const robots = { ...(one.site.files["robots.txt"] as SiteFile), sha256: sha256("right") };
    const damaged = { ...one, site: { files: { ...one.site.files, "robots.txt": robots } } };
    expect(await outcome(fixture.sync(releaseSource("artifacts", damaged)))).to.equal("StoredFileDamaged");
  });
});
