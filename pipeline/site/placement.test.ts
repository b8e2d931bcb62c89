import { CopyObjectCommand, HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { until } from "../../test/until.ts";
import { headersByRule, metadataRules } from "../bundle/header-rules.ts";
import type { SiteRules } from "./plan/site-rules.ts";
import { permissiveRules, SiteFixture } from "./site-fixture.ts";
import { folderSource } from "./source/folder-source.ts";

const small = { "index.html": "<p>page</p>", "app.js": "code" };
const files = { ...small, "big.bin": "b".repeat(17 * 1024 * 1024) };
const key = "arn:aws:kms:us-east-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab";

describe("syncSite that is told how files are stored", () => {
  let fixture: SiteFixture;

  before(async () => {
    fixture = await SiteFixture.open();
  });
  after(() => fixture.close());
  beforeEach(() => fixture.newBucket());

  const rules = (more: Partial<SiteRules>): { rules: SiteRules } => ({
    rules: { ...permissiveRules, ...more },
  });
  const head = (Key: string) => fixture.s3.send(new HeadObjectCommand({ Bucket: fixture.bucket, Key }));
  const all = ["app.js", "big.bin", "config.json", "index.html"];

  for (const [what, placement, seen] of [
    ["storage class", { storageClass: "STANDARD_IA" }, { StorageClass: "STANDARD_IA" }],
    ["key of KMS", { kmsKey: key }, { ServerSideEncryption: "aws:kms", SSEKMSKeyId: key }],
  ] as const) {
    it(`gives all of them the ${what}, later and by copies too, and sees where somebody changed it`, async () => {
      const asked = rules({ placement });
      await fixture.sync(small, rules({}));
      expect(await fixture.sync(small, asked)).to.deep.include({ uploaded: 0, copied: 3 });
      for (const one of all.filter((name) => name in small))
        expect(await head(one), one).to.deep.include(seen);
      expect(await fixture.sync(small, asked)).to.deep.include({ changed: false, requests: 2 });
      // In a second of its own: S3 tells no more of when an object was written, and the record is from before.
      const second = Math.floor(Date.now() / 1000);
      await until(async () => Math.floor(Date.now() / 1000) > second);
      const { bucket: Bucket } = fixture;
      await fixture.s3.send(
        new CopyObjectCommand({
          Bucket,
          Key: "app.js",
          CopySource: `${Bucket}/app.js`,
          MetadataDirective: "REPLACE",
          ContentType: "text/javascript; charset=utf-8",
          CacheControl: "public, max-age=300, must-revalidate",
        }),
      );
      expect(await fixture.sync(small, asked)).to.deep.include({ changed: true });
      expect(await head("app.js")).to.deep.include(seen);
      // Whoever puts a release back knows no rules but those of the last sync.
      expect(await fixture.sync(small, { rules: undefined })).to.deep.include({ changed: false });
      expect(await fixture.sync(small, rules({}))).to.deep.include({ uploaded: 0, copied: 3 });
      expect((await head("app.js")).StorageClass ?? "STANDARD").to.equal("STANDARD");
    });
  }

  it("uploads new files that way at once", async () => {
    await fixture.sync(files, rules({ placement: { kmsKey: key, storageClass: "GLACIER_IR" } }));
    for (const one of all) {
      expect(await head(one), one).to.deep.include({ SSEKMSKeyId: key, StorageClass: "GLACIER_IR" });
    }
  });

  it("leaves to the bucket what it is not told", async () => {
    const { bucket: Bucket } = fixture;
    const put = { Bucket, Key: "app.js", Body: "code", StorageClass: "STANDARD_IA" as const };
    await fixture.s3.send(
      new PutObjectCommand({
        ...put,
        ContentType: "text/javascript; charset=utf-8",
        CacheControl: "public, max-age=300, must-revalidate",
      }),
    );
    expect(await fixture.sync({ "index.html": "x", "app.js": "code" })).to.deep.include({ unchanged: 1 });
    expect((await head("app.js")).StorageClass).to.equal("STANDARD_IA");
  });

  it("gives files their metadata, small and large, and takes other metadata away", async () => {
    const source = (text: string) =>
      folderSource(fixture.folder(files), headersByRule([], [], { metadata: metadataRules(text) }));
    await fixture.sync(source("*.js team=web\n** Team=all\n** tier=1"));
    expect((await head("app.js")).Metadata).to.deep.include({ team: "web", tier: "1" });
    expect((await head("big.bin")).Metadata).to.deep.include({ team: "all", tier: "1" });
    expect(await fixture.sync(source("*.js team=web\n** team=all\n** tier=1"))).to.deep.include({
      changed: false,
    });
    expect(await fixture.sync(source("*.js team=web\n** team=all"))).to.deep.include({
      uploaded: 0,
      copied: 3,
    });
    expect((await head("app.js")).Metadata).to.not.have.property("tier");
    expect(() => metadataRules("** sha256=x")).to.throw(/the name that syncs know files by/);
    expect(() => metadataRules("** no value")).to.throw(/no metadata/);
  });

  it("takes over what others put there, as far as it is told, and no record of a sync", async () => {
    const { bucket: Bucket } = fixture;
    const keys = ["old.html", "old/a-1a2b3c4d.js", "other/kept.txt", ".s3-sync/site.json"];
    for (const Key of keys) await fixture.s3.send(new PutObjectCommand({ Bucket, Key, Body: "old" }));
    const site = { "index.html": "new" };
    expect(await fixture.sync(site, rules({}))).to.deep.include({ deleted: 0 });
    const taking = rules({ takeOver: ["old*", "old/**", ".s3-sync/**"], maxDelete: { count: 0 } });
    const refused = await fixture.sync(site, taking).catch((error: { code?: string }) => error.code);
    expect(refused).to.equal("TooManyDeletes");
    const taken = await fixture.sync(site, rules({ takeOver: ["old*", "old/**", ".s3-sync/**"] }));
    expect(taken.plan.deletes.map(({ key: one, reason }) => [one, reason])).to.eql([
      ["old.html", "taken over, not part of the site"],
    ]);
    expect(taken.plan.kept).to.eql(["old/a-1a2b3c4d.js"]);
    expect(Object.keys(await fixture.served())).to.eql([
      ".s3-sync/site.json",
      "config.json",
      "index.html",
      "old/a-1a2b3c4d.js",
      "other/kept.txt",
    ]);
    // An asset of others stays for open pages as one of ours does, and then goes.
    const later = { now: () => new Date(Date.now() + 31 * 86_400_000), sleep: async () => {} };
    expect(await fixture.sync(site, { ...rules({}), clock: later })).to.deep.include({ deleted: 1 });
  });
});
