import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { root } from "../root.ts";
import { appSuites, testFilesOf } from "./app-suites.ts";
import { suitePaths } from "./suite-paths.ts";

const hook = join(import.meta.dirname, "loaded-files.mjs");

/** The files of this repository that Node loads for a suite, up to its first test. */
function loadedFor(files: readonly string[]): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), "udagram-loaded-"));
  try {
    const list = join(folder, "loaded");

    const mocha = join(root, "node_modules/mocha/bin/mocha.js");
    const { status, stdout, stderr } = spawnSync(process.execPath, [mocha, "--dry-run", ...files], {
      cwd: root,
      encoding: "utf8",
      env: { PATH: process.env.PATH, NODE_OPTIONS: `--import=${hook}`, LOADED_FILES: list },
    });
    expect(status, stdout + stderr).to.equal(0);
    const paths = readFileSync(list, "utf8")
      .split("\n")
      .filter((url) => url.startsWith("file:"));
    return paths
      .map((url) => relative(root, fileURLToPath(url)))
      .filter((path) => !path.includes("node_modules"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const isBelow = (file: string, paths: readonly string[]): boolean =>
  paths.some((path) => file === path || file.startsWith(`${path}/`));

describe("what a suite of the application reads", () => {
  for (const suite of appSuites) {
    it(`has everything that Node loads for the tests of ${suite}`, () => {
      const loaded = loadedFor(testFilesOf(suite, false)).filter(
        (file) => file !== relative(root, join(import.meta.dirname, "loaded-files.mjs")),
      );
      expect(loaded).to.have.length.above(20);
      const paths = suitePaths(suite, false);
      expect(loaded.filter((file) => !isBelow(file, paths))).to.deep.equal([]);
    });
  }

  it("leaves out what only the slow tests load", () => {
    expect(suitePaths("frontend", false)).to.include("backend");
    expect(suitePaths("frontend", true)).not.to.include("backend");
  });
});
