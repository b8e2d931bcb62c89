import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { headersByRule } from "../bundle/header-rules.ts";
import type { Manifest } from "../bundle/manifest.ts";
import { ActionError, explain } from "../kit/errors.ts";
import { sha256 } from "../kit/sha256.ts";
import { first, SiteFixture, type SyncChanges, second } from "./site-fixture.ts";
import { bundleSource, folderSource } from "./source/folder-source.ts";

/** The code and the whole message of the failure, with what to do about it. */
async function failure(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "done";
  } catch (thrown) {
    const error = thrown instanceof AggregateError ? thrown.errors[0] : thrown;
    if (!(error instanceof ActionError)) throw error;
    return `${error.code}: ${explain(error)} (${error.hint})`;
  }
}

describe("syncSite fails clearly, and leaves the site as it was,", () => {
  let directory: string;
  let fixture: SiteFixture;

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "s3-sync-bad-"));
    fixture = await SiteFixture.open();
    fixture.newBucket();
    await fixture.sync(first);
  });
  after(async () => {
    await fixture.close();
    rmSync(directory, { recursive: true, force: true });
  });
  afterEach(async () => {
    fixture.aws.faults.clear();
    expect(await fixture.served()).to.deep.include(first);
  });

  const headers = headersByRule([]);
  const folders: [string, (folder: string) => void, RegExp][] = [
    [
      "an unreadable file",
      (folder) => symlinkSync("nowhere", join(folder, "broken.txt")),
      /^SourceUnreadable: could not read ".*\/broken.txt": ENOENT.* \(check the input `source`/,
    ],
    [
      "links in a circle",
      (folder) => symlinkSync("loop.txt", join(folder, "loop.txt")),
      /^SourceUnreadable: could not read ".*\/loop.txt": ELOOP/,
    ],
    [
      "a link out of the folder",
      (folder) => symlinkSync("/etc/hostname", join(folder, "out.txt")),
      /^SourceUnreadable: ".*\/out.txt" is a link to "\/etc\/hostname" \(put the file itself/,
    ],
    [
      "a link to the folder that it is in",
      (folder) => symlinkSync(".", join(folder, "again")),
      /^SourceUnreadable: ".*\/again" is a link to/,
    ],
    [
      "links to folders that lead back",
      (folder) => {
        mkdirSync(join(folder, "a"));
        mkdirSync(join(folder, "b"));
        symlinkSync("../b", join(folder, "a", "to-b"));
        symlinkSync("../a", join(folder, "b", "to-a"));
      },
      /^SourceUnreadable: ".*\/a\/to-b\/to-a" is a link to/,
    ],
    [
      "a link into a checkout's history",
      (folder) => {
        mkdirSync(join(folder, ".git"));
        writeFileSync(join(folder, ".git", "config"), "token");
        symlinkSync(".git/config", join(folder, "config.txt"));
      },
      /^SourceUnreadable: ".*\/config.txt" is a link to/,
    ],
    [
      "a pipe",
      (folder) => execFileSync("mkfifo", [join(folder, "pipe")]),
      /^SourceUnreadable: could not read ".*\/pipe": it is neither a file nor a folder/,
    ],
    [
      "a name that is not UTF-8",
      (folder) => writeFileSync(Buffer.from(`${folder}/caf\xe9.txt`, "latin1"), ""),
      /^InvalidKey: .*"caf\uFFFD.txt" is not UTF-8 \(rename/,
    ],
    [
      "a file that is written at deploy",
      (folder) => writeFileSync(join(folder, "config.json"), ""),
      /^KeyClash: folder .* has a "config.json", which is written at deploy/,
    ],
  ];
  for (const [name, spoil, message] of folders) {
    it(`when the folder has ${name}`, async () => {
      const folder = fixture.folder(second);
      spoil(folder);
      const sync = async () => fixture.sync(folderSource(folder, headers));
      expect(await failure(sync())).to.match(message);
    });
  }

  it("when there is no folder", async () => {
    expect(await failure((async () => folderSource(join(directory, "none"), headers))())).to.match(
      /^SourceUnreadable: could not read ".*\/none": ENOENT/,
    );
  });

  it("follows a link to a folder inside", () => {
    const folder = fixture.folder({ ...second, "v2/a.txt": "a", "v2/deep/b.txt": "b" });
    symlinkSync("v2", join(folder, "latest"));
    const { files } = folderSource(folder, headers);
    const linked = ["latest/a.txt", "latest/deep/b.txt", "v2/a.txt", "v2/deep/b.txt"];
    expect([...files().keys()]).to.have.members([...Object.keys(second), ...linked]);
    expect(files().get("latest/a.txt")).to.deep.equal(files().get("v2/a.txt"));
  });

  it("leaves a checkout's history out", async () => {
    const folder = fixture.folder(second);
    mkdirSync(join(folder, ".git"));
    writeFileSync(join(folder, ".git", "config"), "token");
    mkdirSync(join(folder, ".well-known"));
    writeFileSync(join(folder, ".well-known", "security.txt"), "Contact:");
    const { files } = folderSource(folder, headers);
    expect([...files().keys()]).to.have.members([...Object.keys(second), ".well-known/security.txt"]);
  });

  for (const [change, robots2] of [
    ["changes", "robots 2"],
    ["grows", "what the release says, and more"],
    ["shrinks", "what"],
  ] as const) {
    it(`when a file ${change} after its hash was taken`, async () => {
      const content = "what the release says";
      const headers = { contentType: "text/plain", cacheControl: "no-cache" };
      const robots = { sha256: sha256(content), bytes: content.length, ...headers };
      const page = first["index.html"];
      const index = { sha256: sha256(page), bytes: page.length, ...headers };
      const manifest = { id: "r1", api: { version: "1" }, migrations: [] } as unknown as Manifest;
      const files = { "index.html": index, "robots.txt": robots };
      const folder = fixture.folder({ "robots.txt": robots2, "index.html": page });
      const source = bundleSource(folder, { ...manifest, site: { files } }, Object.keys(files));
      expect(await failure(fixture.sync(source))).to.match(
        /^SourceUnreadable: "robots.txt" has other bytes now.* \(check that nothing writes into the folder/,
      );
    });
  }

  const denied: [operation: string, key: string, place: RegExp, changes: SyncChanges][] = [
    ["GetObject", "site\\.json$", /read the sync record \(s3:\/\/artifacts\/.*site.json\)/, {}],
    ["ListObjectsV2", "", /list the site's bucket \(s3:\/\/site-0\)/, {}],
    ["PutObject", "site\\.json$", /write the sync record \(s3:\/\/artifacts\/.*site.json\)/, {}],
    ["PutObject", "app-2", /upload a file \(s3:\/\/site-0\/app-2a2b3c4d.js\)/, {}],
    [
      "HeadObject",
      "",
      /look at an object \(s3:\/\/site-0\//,
      { target: { record: { bucket: "artifacts", key: "other" } } },
    ],
  ];
  for (const [operation, key, place, changes] of denied) {
    it(`when ${operation} is denied${key === "" ? "" : ` for ${key}`}`, async () => {
      fixture.aws.faults.add({
        service: "s3",
        operation,
        ...(key === "" ? {} : { key }),
        status: 403,
        code: "AccessDenied",
      });
      const files = operation === "HeadObject" ? first : second;
      const message = await failure(fixture.sync(files, changes));
      expect(message).to.match(
        /^AccessDenied: could not .* \(grant the role the actions that the README lists/,
      );
      expect(message).to.match(place);
    });
  }

  it("when CopyObject is denied", async () => {
    fixture.aws.faults.add({ service: "s3", operation: "CopyObject", status: 403, code: "AccessDenied" });
    const source = folderSource(
      fixture.folder(first),
      headersByRule([{ glob: "robots.txt", value: "no-store" }]),
    );
    expect(await failure(fixture.sync(source))).to.match(
      /^AccessDenied: could not give a file other headers/,
    );
  });

  it("when the bucket does not exist", async () => {
    expect(await failure(fixture.sync(second, { target: { bucket: "no-such-bucket" } }))).to.match(
      /^BucketNotFound: .*bucket "no-such-bucket" does not exist.* \(check the name/,
    );
  });

  it("when the bucket is in another region", async () => {
    const { endpoint, credentials } = fixture.aws;
    const s3 = new S3Client({ region: "eu-west-1", endpoint, credentials, forcePathStyle: true });
    expect(await failure(fixture.sync(second, { target: { s3 } }))).to.match(
      /^WrongRegion: .* is in another region.* \(set the input `aws-region`/,
    );
    s3.destroy();
  });

  it("when the runner's clock is wrong", async () => {
    fixture.aws.faults.add({ service: "s3", status: 403, code: "RequestTimeTooSkewed" });
    const message = await failure(fixture.sync(second));
    fixture.aws.faults.clear();
    expect(message).to.match(/^ClockSkew: .*the runner's clock is wrong.* \(set the runner's clock/);
  });

  it("when nothing answers at the endpoint", async () => {
    const { credentials, region } = fixture.aws;
    const endpoint = "http://127.0.0.1:9";
    const s3 = new S3Client({ region, endpoint, credentials, forcePathStyle: true, maxAttempts: 1 });
    expect(await failure(fixture.sync(second, { target: { s3 } }))).to.match(
      /^ServiceUnavailable: .*ECONNREFUSED 127.0.0.1:9.* \(check the runner's network/,
    );
    s3.destroy();
  });

  it("when a newer version wrote the record, or none of this version's form is there", async () => {
    const record = { bucket: "artifacts", key: "read.json" };
    const sync = (Body: string) =>
      fixture.s3
        .send(new PutObjectCommand({ Bucket: record.bucket, Key: record.key, Body }))
        .then(() => failure(fixture.sync(second, { target: { record } })));
    expect(await sync('{"schema":2,"files":"elsewhere"}\n')).to.match(
      /^SiteRecordNewer: .*read.json was written by a newer version.* \(sync with that version/,
    );
    expect(await sync('{\n  "schema": 1,\n  "objects": {}\n}\n')).to.match(
      /^SiteRecordDamaged: .*read.json is no sync record.* \(delete it: the next sync finds out/,
    );
  });

  it("when the server's disk is full", async () => {
    const full = { status: 507, code: "InsufficientStorage", message: "no space left" };
    fixture.aws.faults.add({ service: "s3", method: "PUT", ...full });
    expect(await failure(fixture.sync(second))).to.match(
      /^ServiceUnavailable: could not write the sync record .*no space left.* \(run it again/,
    );
  });

  it("names the objects that S3 did not delete, with the new site in place", async () => {
    fixture.newBucket();
    await fixture.sync(first);
    const hand = new PutObjectCommand({ Bucket: fixture.bucket, Key: "about.html", Body: "by hand" });
    const s3 = fixture.client();
    s3.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName === "DeleteObjectsCommand") await fixture.s3.send(hand);
        return next(args);
      },
      { step: "initialize" },
    );
    expect(await failure(fixture.sync(second, { target: { s3 } }))).to.match(
      /^DeletesRefused: the site is in place, but S3 did not delete 1 old files: "about.html" \(PreconditionFailed/,
    );
    expect(await fixture.served()).to.deep.include({ ...second, "about.html": "by hand" });
    s3.destroy();
    await fixture.sync(first);
  });
});
