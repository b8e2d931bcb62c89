import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { failureOf } from "../kit/failure-fixture.ts";
import { givenPathspecs } from "./pathspecs.ts";
import { Workspace } from "./workspace-fixture.ts";

describe("the pathspecs of a step", () => {
  let folder: string;
  let space: Workspace;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "udagram-pathspecs-"));
    space = new Workspace(join(folder, "workspace"));
    space.commit({
      ".github/suites/api.txt": "# What the suite reads.\nbackend\n\n:(exclude,glob)**/*.md\n",
      ".github/suites/[a].txt": "",
    });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const given = (paths: readonly string[], file: string) =>
    givenPathspecs(space.directory, { paths, "paths-file": file });

  it("are every file where none are given", async () => {
    expect(await given([], "")).to.deep.equal(["."]);
    expect(await given(["frontend"], "")).to.deep.equal(["frontend"]);
  });

  it("are those of the file as the commit has it, beside those given", async () => {
    space.write({ ".github/suites/api.txt": "everything else\n" });
    const inFile = ["backend", ":(exclude,glob)**/*.md"];
    expect(await given([], ".github/suites/api.txt")).to.deep.equal(inFile);
    expect(await given(["package.json"], "./.github/suites/api.txt")).to.deep.equal([
      "package.json",
      ...inFile,
    ]);
  });

  for (const [what, file, message] of [
    ["that is not committed", ".github/suites/new.txt", "names no file of the commit"],
    ["that is a folder", ".github", "names no file of the commit"],
    ["that is a folder with one file", ".platform", "names no file of the commit"],
    ["that holds nothing", ".github/suites/[a].txt", "names a file without any path"],
  ] as const) {
    it(`are refused for a file ${what}`, async () => {
      space.write({ ".github/suites/new.txt": "backend\n" });
      const failure = await failureOf(given([], file));
      expect(failure.code).to.equal("InvalidInputs");
      expect(failure.message).to.equal(`input "paths-file" ${message}: "${file}"`);
    });
  }
});
