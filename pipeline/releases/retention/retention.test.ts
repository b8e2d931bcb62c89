import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeleteObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { type AwsServer, startAws } from "../../../local/aws/server.ts";
import { formatManifest } from "../../bundle/manifest.ts";
import type { WholeManifest } from "../../bundle/whole-manifest-fixture.ts";
import { type RecordedContext, recordedContext } from "../../kit/context-fixture.ts";
import { sha256 } from "../../kit/sha256.ts";
import { environmentLock } from "../environment/lock.ts";
import { missingObjects } from "../environment/missing-objects.ts";
import { beginCleanup, cleanupTtlMs, waitForCleanup } from "../store/cleanup.ts";
import type { BeginEntry, EndEntry } from "../store/entries.ts";
import { keys } from "../store/keys.ts";
import { appendEntry } from "../store/ledger.ts";
import { listFolders, listObjects } from "../store/listing.ts";
import { liveAfter, readLive, writeLive } from "../store/live.ts";
import { acquireLock, releaseLock } from "../store/lock.ts";
import { createText, type Store } from "../store/objects.ts";
import { pin, pinLines, unpin } from "./pin.ts";
import { retain } from "./retention.ts";

const day = 24 * 3_600_000;

describe("retention", () => {
  let directory: string;
  let aws: AwsServer;
  let store: Store;
  let aheadMs = 0;
  const tails: Record<string, { seq: number; previous: string | null }> = {};

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "retention-"));
    aws = await startAws({
      directory,
      port: 0,
      region: "us-east-1",
      accountId: "000000000000",
      services: [],
      clock: { now: () => new Date(Date.now() + aheadMs) },
    });
    aws.provisionBucket({ name: "artifacts" });
    const s3 = new S3Client({
      region: aws.region,
      endpoint: aws.endpoint,
      credentials: aws.credentials,
      forcePathStyle: true,
    });
    store = { s3, bucket: "artifacts" };
  });
  after(async () => {
    store.s3.destroy();
    await aws.close();
    rmSync(directory, { recursive: true });
  });

  const step = (): RecordedContext => recordedContext({ runId: 7, actor: "ada" });
  const production = () => ({ name: "production", store });
  const lock = () => environmentLock(production(), { waitSeconds: 5, isOver: async () => false }, step());
  const api = {
    application: "",
    connect: () => Promise.reject(new Error("there is no Elastic Beanstalk here")),
  };

  /** Lets production keep two releases; returns the step that did. */
  async function retained(): Promise<RecordedContext> {
    const context = step();
    await retain(production(), { keep: 2, api }, context);
    return context;
  }

  const run = { id: 7, attempt: 1, url: "http://127.0.0.1/runs/7" };

  /** A release with one page of its own and one file that all share. */
  async function stored(number: number): Promise<WholeManifest> {
    const commit = sha256(`commit ${number}`).slice(0, 40);
    const file = (content: string) => ({
      sha256: sha256(content),
      bytes: content.length,
      contentType: "text/html",
      cacheControl: "no-cache",
    });
    const manifest: WholeManifest = {
      schema: 1,
      id: `202611${String(number).padStart(2, "0")}T080000Z-${commit.slice(0, 7)}`,
      commit,
      committedAt: "2026-11-01T08:00:00Z",
      api: { version: "a".repeat(12), sha256: "a".repeat(64), bytes: 1, node: ">=24" },
      site: { files: { "index.html": file(`page ${number}`), "style.css": file("shared") } },
      migrations: [],
    };
    for (const { sha256: name } of Object.values(manifest.site.files))
      await createText(store, keys.blob(name), name);
    await createText(store, keys.api(manifest.id), "zip");
    await createText(store, keys.migrations(manifest.id), "tgz");
    await createText(store, keys.manifest(manifest.id), formatManifest(manifest));
    return manifest;
  }

  async function goesLive(manifest: WholeManifest, environment = "production"): Promise<void> {
    const held = await readLive(store, environment);
    const { seq, previous } = tails[environment] ?? { seq: 1, previous: null };
    const at = "2026-11-01T08:00:00Z";
    const before = held?.live.releaseId ?? null;
    const begin = { previous, seq, releaseId: manifest.id, live: null, by: "ada" } as BeginEntry;
    const begun = await appendEntry(store, environment, seq, "begin", begin);
    await writeLive(store, environment, liveAfter(begin, manifest, new Date(at), before), held);
    const end = { previous: begun, outcome: "live", liveReleaseId: manifest.id } as EndEntry;
    tails[environment] = { seq: seq + 1, previous: await appendEntry(store, environment, seq, "end", end) };
  }

  const releases = () => listFolders(store, "releases/");
  const blobs = async () => (await listObjects(store, "blobs/")).map(({ key }) => key);
  const pageOf = (manifest: WholeManifest) => keys.blob(manifest.site.files["index.html"]?.sha256 ?? "");
  let manifests: WholeManifest[] = [];

  it("asks twice, and takes nothing, while there is no more than a quarter too much", async () => {
    for (let number = 1; number <= 3; number++) {
      const manifest = await stored(number);
      manifests.push(manifest);
      await goesLive(manifest);
    }
    const before = aws.requests.counts();
    await retained();
    const after = aws.requests.counts();
    expect((after["s3:ListObjectsV2"] ?? 0) - (before["s3:ListObjectsV2"] ?? 0)).to.equal(1);
    expect((after["s3:GetObject"] ?? 0) - (before["s3:GetObject"] ?? 0)).to.equal(1);
    expect(await releases()).to.have.length(3);
    aheadMs += 2 * day;
  });

  it("a pinned release stays, and status names it; nobody pins what is not there", async () => {
    const [first] = manifests as [WholeManifest];
    const given = { "release-id": first.id, reason: "the last before the fair" };
    await pin(store, given, lock(), step());
    expect(await pinLines(store)).to.deep.equal([`pinned  ${first.id} by ada: the last before the fair`]);
    const missing = await pin(
      store,
      { ...given, "release-id": "20200101T000000Z-abcdef0" },
      lock(),
      step(),
    ).catch((error: { code: string }) => error.code);
    expect(missing).to.equal("ReleaseMissing");
  });

  it("while another environment is being changed nothing goes", async () => {
    await stored(4).then((manifest) => manifests.push(manifest));
    await goesLive(manifests[3] as WholeManifest);
    const { clock, signal } = step();
    const { token } = await acquireLock(store, "staging", {
      by: "bob",
      operation: "deploy",
      run: { ...run, id: 8 },
      waitSeconds: 0,
      clock,
      signal,
      onWait: () => undefined,
    });
    const { said } = await retained();
    expect(said.lines.join()).to.contain("another environment is being changed");
    expect(await releases()).to.have.length(4);
    await releaseLock(store, "staging", token);
  });

  it("takes the releases that nobody needs, and only the files that nobody else names", async () => {
    const [first, second, third, fourth] = manifests as [
      WholeManifest,
      WholeManifest,
      WholeManifest,
      WholeManifest,
    ];
    const { said } = await retained();
    expect(said.warnings).to.deep.equal([]);
    expect(await releases()).to.have.members([first.id, third.id, fourth.id]);
    expect(await blobs()).not.to.include(pageOf(second));
    for (const kept of [first, third, fourth]) {
      expect(await missingObjects(store, kept, new AbortController().signal)).to.deep.equal([]);
    }
    expect(said.lines.join("\n")).to.contain(`drop  ${second.id}  (not among the last 2`);
    await retained();
    expect(await releases()).to.have.length(3);
  });

  it("what a killed clean-up left is no release, stops nobody, and goes with the next", async () => {
    const [first] = manifests as [WholeManifest];
    aheadMs += 2 * day;
    await unpin(store, { "release-id": first.id }, step().runner);
    for (const number of [5, 6]) {
      const manifest = await stored(number);
      manifests.push(manifest);
      await goesLive(manifest);
    }
    // The connection breaks for good after the manifests are gone.
    aws.faults.add({ operation: "DeleteObjects", after: 1, drop: "before" });
    const killed = await retained();
    aws.faults.clear();
    expect(killed.said.warnings.join()).to.contain("old releases were not taken out of the store");
    expect(await missingObjects(store, first, killed.signal)).to.deep.equal([]);
    expect((await listObjects(store, "releases/")).map(({ key }) => key)).not.to.include(
      keys.manifest(first.id),
    );
    expect(await releases()).to.include(first.id);
    await retained();
    expect(await releases()).to.have.members(manifests.slice(4).map(({ id }) => id));
    expect(await blobs()).not.to.include(pageOf(first));
  });

  it("whoever begins waits for a clean-up, and ends one that is dead; the dead one notices", async () => {
    const { clock, signal } = step();
    const cleanup = await beginCleanup(store, "production", run);
    expect(await beginCleanup(store, "staging", run)).to.equal(undefined);
    const waited: string[] = [];
    const sleeping = {
      ...clock,
      sleep: async () => {
        if (waited.length > 0) aheadMs += cleanupTtlMs / 2;
      },
    };
    const onWait = (one: { environment: string }) => waited.push(one.environment);
    await waitForCleanup(store, { clock: sleeping, signal, isOver: async () => false, onWait });
    expect(waited).to.deep.equal(["production"]);
    const code = await cleanup?.renew().catch((error: { code: string }) => error.code);
    expect(code).to.equal("LockLost");
    const killed = await beginCleanup(store, "production", run);
    await lock().waitForCleanup();
    expect(await killed?.renew().catch((error: { code: string }) => error.code)).to.equal("LockLost");
  });

  it("names every file that a release lacks, by one request each or by listing", async () => {
    const many = Array.from({ length: 60 }, (_, index) => sha256(`many ${index}`));
    const whole = manifests.at(-1) as WholeManifest;
    const { signal } = step();
    const file = { bytes: 1, contentType: "text/plain", cacheControl: "" };
    const files = Object.fromEntries(many.map((name) => [name, { ...file, sha256: name }]));
    for (const name of many.slice(1)) await createText(store, keys.blob(name), name);
    const before = aws.requests.counts();
    const missing = await missingObjects(store, { ...whole, site: { files } }, signal);
    const after = aws.requests.counts();
    expect(missing).to.deep.equal([keys.blob(many[0] ?? "")]);
    expect((after["s3:ListObjectsV2"] ?? 0) - (before["s3:ListObjectsV2"] ?? 0)).to.equal(16);
    await store.s3.send(new DeleteObjectCommand({ Bucket: "artifacts", Key: keys.migrations(whole.id) }));
    expect(await missingObjects(store, whole, signal)).to.deep.equal([keys.migrations(whole.id)]);
    manifests = [];
  });
});
