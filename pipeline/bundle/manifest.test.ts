import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { ActionError } from "../kit/errors.ts";
import {
  formatManifest,
  type Manifest,
  parseManifest,
  publicManifest,
  readManifest,
  releaseId,
  siteDigest,
} from "./manifest.ts";
import type { WholeManifest } from "./whole-manifest-fixture.ts";

const digest = "a".repeat(64);
const file = { sha256: digest, bytes: 1, contentType: "text/html", cacheControl: "no-cache" };
const manifest: WholeManifest = {
  schema: 1,
  id: "20261123T160507Z-1a2b3c4",
  commit: "1a2b3c4".padEnd(40, "0"),
  committedAt: "2026-11-23T16:05:07.000Z",
  api: { version: "0123456789ab", sha256: digest, bytes: 10, node: ">=24" },
  site: { files: { "b.html": file, "a.html": file } },
  migrations: [
    { name: "20260101T000000Z-first", sha256: digest, phase: "expand", reversible: true, findings: [] },
  ],
};

const problemsOf = (value: unknown): string => {
  try {
    parseManifest(JSON.stringify(value), "release.json");
  } catch (error) {
    expect((error as ActionError).code).to.equal("InvalidBundle");
    return (error as ActionError).message;
  }
  return "";
};

describe("a release's manifest", () => {
  it("is read as it was written, sorted", () => {
    const text = formatManifest(manifest);
    expect(parseManifest(text, "release.json")).to.deep.equal(manifest);
    expect(text.indexOf("a.html")).to.be.below(text.indexOf("b.html"));
    expect(formatManifest(parseManifest(text, "release.json"))).to.equal(text);
  });

  it("is named by commit time in UTC and short commit", () => {
    expect(releaseId(manifest.commit, new Date("2026-11-23T17:05:07+01:00"))).to.equal(manifest.id);
  });

  it("is refused with every wrong field and its value", () => {
    const message = problemsOf({
      ...manifest,
      schema: 3,
      id: "latest",
      api: { ...manifest.api, bytes: -1 },
      migrations: [{ ...manifest.migrations[0], phase: "both" }],
    });
    for (const part of [
      "schema",
      "not 3",
      "id must be a release id",
      '"latest"',
      "api.bytes",
      "-1",
      "migrations[0].phase",
      '"both"',
    ]) {
      expect(message).to.include(part);
    }
  });

  const keys = ["../up", "/absolute", "a//b", "a/./b", ""];
  for (const key of keys) {
    it(`has no file "${key}" in its site`, () => {
      expect(problemsOf({ ...manifest, site: { files: { [key]: file } } })).to.include(`"${key}"`);
    });
  }

  it("sends visitors on to a path or an address alone", () => {
    const redirecting = (redirect: unknown) =>
      problemsOf({ ...manifest, site: { files: { "a.html": { ...file, redirect } } } });
    expect(redirecting("//evil.example.com")).to.include('["a.html"].redirect').and.include("//evil");
    expect(redirecting(7)).to.include("redirect must be an address");
  });

  it("names a migration once", () => {
    const [one] = manifest.migrations;
    expect(problemsOf({ ...manifest, migrations: [one, one] })).to.include("appears twice");
  });

  it("of schema 1 has every tier, and names of its own kind", () => {
    for (const part of ["api", "site", "migrations"]) {
      expect(problemsOf({ ...manifest, [part]: undefined }))
        .to.include(part)
        .and.include("absent");
    }
    const [one] = manifest.migrations;
    const named = (name: string) => problemsOf({ ...manifest, migrations: [{ ...one, name }] });
    expect(named("20220129140530-create-tag.js")).to.include("must be YYYYMMDDTHHMMSSZ-kebab-name");
    expect(problemsOf({ ...manifest, migrations: [{ ...one, phase: undefined }] })).to.include("phase");
  });

  const { api, site, migrations, ...about } = { ...manifest, schema: 2 as const };
  const releases: Readonly<Record<string, Manifest>> = {
    "an API alone": { ...about, api },
    "a site alone": { ...about, site },
    "migrations alone": { ...about, migrations },
    "an API and a site": { ...about, api, site },
    "every tier": { ...about, api, site, migrations },
  };
  for (const [name, release] of Object.entries(releases)) {
    it(`of schema 2 is read as it was written with ${name}, and published without what it has not`, () => {
      const text = formatManifest(release);
      const read = parseManifest(text, "release.json");
      expect(formatManifest(read)).to.equal(text);
      expect(Object.keys(read)).to.have.members(Object.keys(release));
      const parts = Object.keys(release).filter((part) => ["api", "site", "migrations"].includes(part));
      expect(Object.keys(publicManifest(read))).to.have.members(["id", ...parts]);
    });
  }

  it("of schema 2 has at least one tier", () => {
    expect(problemsOf(about)).to.include("has no api, no site and no migrations");
  });

  it("of schema 2 names migrations as sequelize-cli records them, with a phase or without", () => {
    const [one] = migrations;
    const named = (name: string) =>
      problemsOf({ ...about, migrations: [{ ...one, name, phase: undefined }] });
    for (const name of ["20220129140530-create-tag.js", "2-Añadir columna.ts", "create_x.cjs"]) {
      expect(named(name)).to.equal("");
    }
    for (const name of ["", "../up.js", "a/b.js", "a\\b.js", "a\nb.js", ".hidden.js"]) {
      expect(named(name)).to.include("must be a file name");
    }
  });

  for (const value of [null, [], "text", 1, {}]) {
    it(`is not ${JSON.stringify(value)}`, () => expect(problemsOf(value)).not.to.equal(""));
  }

  it("has a site digest that every file and header counts in", () => {
    const change = (one: object) => siteDigest({ files: { "a.html": { ...file, ...one } } });
    const digests = [
      {},
      { sha256: "b".repeat(64) },
      { contentType: "x" },
      { cacheControl: "x" },
      { redirect: "/x" },
      { metadata: { a: "1" } },
      { metadata: { a: "2" } },
    ].map(change);
    expect(new Set(digests).size).to.equal(7);
    expect(change({ metadata: { a: "1", b: "2" } })).to.equal(change({ metadata: { b: "2", a: "1" } }));
  });

  it("is missed by name where there is none, and called no JSON where it is torn", async () => {
    const folder = mkdtempSync(join(tmpdir(), "udagram-bundle-"));
    const messageOf = () => readManifest(folder).then(String, (error: Error) => error.message);
    try {
      expect(await messageOf())
        .to.include(folder)
        .and.include("release.json");
      writeFileSync(join(folder, "release.json"), '{"schema": 1');
      expect(await messageOf()).to.include("no JSON");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
