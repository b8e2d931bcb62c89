import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { formatManifest, type Manifest } from "../../bundle/manifest.ts";
import { failureOf } from "../../kit/failure-fixture.ts";
import { sha256 } from "../../kit/sha256.ts";
import { readOwnBundle } from "./own-bundle.ts";

describe("the bundle that a run begins with", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "own-bundle-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  const commit = "c".repeat(40);
  const manifest: Manifest = {
    schema: 2,
    id: "20261123T160507Z-ccccccc",
    commit,
    committedAt: "2026-11-23T16:05:07.000Z",
    site: { files: {} },
  };
  const left = (text: string) => writeFileSync(join(folder, "release.json"), text);

  it("is the one whose digest the job that built it said", async () => {
    left(formatManifest(manifest));
    const digest = sha256(formatManifest(manifest));
    expect(await readOwnBundle(folder, digest, { sha: commit })).to.deep.equal(manifest);
  });

  it("is no other, although every hash in it is right", async () => {
    left(formatManifest({ ...manifest, committedAt: "2026-11-23T16:05:07.001Z" }));
    const failure = await failureOf(readOwnBundle(folder, sha256(formatManifest(manifest)), { sha: commit }));
    expect(failure.code).to.equal("ForeignBundle");
    expect(failure.message).to.include(sha256(formatManifest(manifest)));
  });

  it("is of the run's commit, whatever its manifest says", async () => {
    left(formatManifest(manifest));
    const digest = sha256(formatManifest(manifest));
    const failure = await failureOf(readOwnBundle(folder, digest, { sha: "d".repeat(40) }));
    expect(failure.code).to.equal("ForeignBundle");
    expect(failure.message).to.include(commit);
  });

  it("is not taken on its own word: without a digest nothing begins", async () => {
    left(formatManifest(manifest));
    expect((await failureOf(readOwnBundle(folder, "", { sha: commit }))).code).to.equal("InvalidInputs");
  });
});
