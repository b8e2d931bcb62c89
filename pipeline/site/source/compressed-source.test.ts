import { HeadObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { headersByRule } from "../../bundle/header-rules.ts";
import { first, SiteFixture } from "../site-fixture.ts";
import { withCompressedFiles } from "./compressed-source.ts";
import { folderSource } from "./folder-source.ts";

describe("a site with files compressed ahead", () => {
  let fixture: SiteFixture;
  before(async () => {
    fixture = await SiteFixture.open();
  });
  after(() => fixture.close());
  beforeEach(() => fixture.newBucket());

  const compressed = (files: Record<string, string>) =>
    withCompressedFiles(folderSource(fixture.folder(files), headersByRule([])), ["br", "gzip"]);

  it("has them beside the others, the entry's with the entry, and is unchanged the second time", async () => {
    const { s3, requests } = fixture.watched();
    await fixture.sync(compressed(first), { target: { s3 } });
    const pages = requests.filter((request) => /PutObject (index|about)/.test(request));
    const last = pages.slice(-3).map((request) => request.replace("PutObject ", ""));
    expect(last).to.have.members(["index.html", "index.html.br", "index.html.gz"]);
    const Key = "app-1a2b3c4d.js.br";
    const head = await fixture.s3.send(new HeadObjectCommand({ Bucket: fixture.bucket, Key }));
    expect(head).to.include({
      ContentEncoding: "br",
      ContentType: "text/javascript; charset=utf-8",
      CacheControl: "public, max-age=31536000, immutable",
    });
    expect(await fixture.sync(compressed(first))).to.include({ uploaded: 0, changed: false });
  });

  it("keeps what the folder has under such a name", async () => {
    const source = compressed({ "index.html": "page", "index.html.br": "its own" });
    const keys = [...source.files().keys()];
    expect(keys).to.have.members(["index.html", "index.html.br", "index.html.gz"]);
    const file = source.files().get("index.html.br");
    const content = file && source.content("index.html.br", file);
    expect(content && "read" in content && Buffer.from(content.read()).toString()).to.equal("its own");
  });

  it("deletes them with what they are of", async () => {
    await fixture.sync(compressed({ "index.html": "page", "old.html": "old" }));
    await fixture.sync(compressed({ "index.html": "page" }));
    expect(Object.keys(await fixture.served()).sort()).to.deep.equal([
      "config.json",
      "index.html",
      "index.html.br",
      "index.html.gz",
    ]);
  });
});
