import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { keptOrigins } from "./kept-origins.ts";

describe("origins beside the site's own", () => {
  let folder: string;
  const origins = (given?: string) => keptOrigins(join(folder, "origins"), given);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "origins-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("are none at first, stay from one start to the next, and go when told so", () => {
    expect(origins()).to.eql([]);
    const two = "http://localhost:5173,https://photos.example";
    expect(origins(two)).to.eql(two.split(","));
    expect(origins()).to.eql(two.split(","));
    expect(origins("none")).to.eql([]);
    expect(origins()).to.eql([]);
  });

  for (const given of [
    "localhost:5173",
    "http://localhost:5173/",
    "http://a/b",
    "*",
    "ftp://a",
    "http://a, b",
  ]) {
    it(`are not "${given}", and what was there stays`, () => {
      origins("http://kept.example");
      expect(() => origins(given)).to.throw(/is no origin/);
      expect(origins()).to.eql(["http://kept.example"]);
    });
  }
});
