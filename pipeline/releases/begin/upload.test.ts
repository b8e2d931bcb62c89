import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { checkBundle } from "../../bundle/bundle-check.ts";
import { type Manifest, parseManifest } from "../../bundle/manifest.ts";
import { redirectingFile } from "../../bundle/redirects.ts";
import { writeZip } from "../../bundle/zip.ts";
import { failureOf } from "../../kit/failure-fixture.ts";
import { sha256 } from "../../kit/sha256.ts";
import { keys } from "../store/keys.ts";
import { readBytes } from "../store/objects.ts";
import { manifest as base, storeBench } from "../store/store-fixture.ts";
import { uploadRelease } from "./upload.ts";

describe("the upload of a release", () => {
  const bench = storeBench();
  const folders: string[] = [];
  after(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  /** A bundle of one API, whose compiled package is `compiled`. */
  const bundle = (id: string, version: string, compiled: string): [folder: string, manifest: Manifest] => {
    const folder = mkdtempSync(join(tmpdir(), "upload-"));
    folders.push(folder);
    const entry = (name: string, text: string) => ({ name, mode: 0o644, content: Buffer.from(text) });
    const zip = writeZip([
      entry("version.json", JSON.stringify({ version })),
      entry("node_modules/bcrypt/build/bcrypt.node", compiled),
    ]);
    writeFileSync(join(folder, "api.zip"), zip);
    const { commit, committedAt } = base;
    const api = { version, sha256: sha256(zip), bytes: zip.length, node: "24" };
    return [folder, { schema: 2, id, commit, committedAt, api }];
  };
  const upload = ([folder, manifest]: [string, Manifest]) =>
    uploadRelease(bench.store, folder, manifest, null, new AbortController().signal);
  const version = "0123456789ab";

  it("takes what is stored where the same API was built again, to other bytes", async () => {
    const id = "20261101T080000Z-1111111";
    const first = bundle(id, version, "compiled at eight");
    const again = bundle(id, version, "compiled at nine");
    await upload(first);
    const { manifest } = await upload(again);
    expect(manifest).to.deep.equal(first[1]);
    const stored = await readBytes(bench.store, keys.manifest(id));
    expect(parseManifest(Buffer.from(stored?.content ?? []).toString(), "stored")).to.deep.equal(first[1]);
    expect(sha256((await readBytes(bench.store, keys.api(id)))?.content ?? "")).to.equal(
      first[1].api?.sha256,
    );
  });

  it("refuses another API under the same id", async () => {
    const id = "20261101T080000Z-2222222";
    await upload(bundle(id, version, "one"));
    const { code, message } = await failureOf(upload(bundle(id, "ba9876543210", "other")));
    expect([code, message]).to.deep.equal([
      "ReleaseAltered",
      `"releases/${id}/api.zip" is in the release store with other bytes than this bundle's`,
    ]);
  });

  it("stores a redirect, which has no place in the bundle's folder", async () => {
    const [folder, manifest] = bundle("20261101T080000Z-3333333", version, "one");
    mkdirSync(join(folder, "site", "docs"), { recursive: true });
    writeFileSync(join(folder, "site", "docs", "index.html"), "docs");
    const page = { sha256: sha256("docs"), bytes: 4, contentType: "text/html", cacheControl: "no-cache" };
    const files = { docs: redirectingFile({ key: "docs", to: "/docs/" }), "docs/index.html": page };
    await checkBundle(folder, { ...manifest, site: { files } });
    await upload([folder, { ...manifest, site: { files } }]);
    for (const { sha256: sum } of Object.values(files)) {
      expect(sha256((await readBytes(bench.store, keys.blob(sum)))?.content ?? "none")).to.equal(sum);
    }
  });
});
