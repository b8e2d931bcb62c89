import { expect } from "chai";
import type { Manifest, MigrationEntry } from "../../bundle/manifest.ts";
import { compareReleases } from "./comparison.ts";

describe("rollback: comparing releases", () => {
  it("names the migrations between, and counts the files that differ", () => {
    const file = (sha256: string) => ({
      sha256,
      bytes: 1,
      contentType: "text/html",
      cacheControl: "no-cache",
    });
    const base = { schema: 1, id: "x", commit: "x", committedAt: "x" } as const;
    const api = { version: "1", sha256: "1", bytes: 1, node: ">=24" };
    const migration = (name: string): MigrationEntry => ({
      name,
      sha256: "0".repeat(64),
      phase: "expand",
      reversible: true,
      findings: [],
    });
    const e1 = migration("20261101T000000Z-e");
    const e2 = migration("20261102T000000Z-e");
    const target: Manifest = {
      ...base,
      api,
      site: { files: { a: file("1"), b: file("2") } },
      migrations: [e1],
    };
    const live: Manifest = {
      ...base,
      api: { ...api, version: "2" },
      site: { files: { a: file("1"), b: file("3"), c: file("4") } },
      migrations: [e2, e1],
    };
    expect(compareReleases(live, target)).to.deep.equal({
      between: [e2],
      apiChanges: true,
      filesDiffering: 2,
    });
  });
});
