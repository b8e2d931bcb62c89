import { execFile } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { gitIn } from "../kit/git.ts";
import { callingWorkflows } from "../laptop/customer/calling-workflows.ts";
import { root } from "../root.ts";

describe("npm run init", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "init-"));
    gitIn(folder, "init", "--quiet", "--initial-branch=trunk");
    write("package.json", JSON.stringify({ dependencies: { express: "4" }, scripts: { start: "node ." } }));
    write("migrations/20220129140530-create-tag.js", "");
    gitIn(folder, "add", "--all");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }

  const workflows = (): string => join(folder, ".github/workflows");

  function init(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        [join(root, "scripts/init.ts"), ...args],
        { encoding: "utf8" },
        (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
      );
    });
  }

  it("writes three workflows that call the pipeline's, and nothing when it is run again", async () => {
    const { code, stdout } = await init(folder);
    expect(code).to.equal(0);
    expect(stdout).to.contain("wrote .github/workflows/deploy.yml").and.contain("DATABASE_SECRET");
    const texts = new Map(
      readdirSync(workflows()).map((file) => [file, readFileSync(join(workflows(), file), "utf8")]),
    );
    const { deploy, rollback, "pull-request": pull } = callingWorkflows(texts);
    expect(deploy?.branches).to.deep.equal(["trunk"]);
    expect(deploy?.inputs).to.deep.equal({
      "api-directory": ".",
      "api-path": "/",
      "migrations-directory": "migrations",
      suites: "[]",
    });
    expect(pull?.inputs).to.deep.equal(deploy?.inputs);
    expect(Object.keys(rollback?.inputs ?? {})).to.deep.equal([
      "environment",
      "operation",
      "to",
      "reason",
      "schema",
      "dry-run",
    ]);
    for (const text of texts.values()) expect(parse(text)).to.be.an("object");
    expect(gitIn(folder, "status", "--short", "--untracked-files=all").split("\n")).to.have.length(5);

    const again = await init(folder);
    expect(again.code).to.equal(0);
    expect(again.stdout).to.contain("kept .github/workflows/deploy.yml as it is").and.not.contain("wrote");
    for (const [file, text] of texts) expect(readFileSync(join(workflows(), file), "utf8")).to.equal(text);
  });

  it("writes nothing on a dry run, nor where a workflow of that name is theirs", async () => {
    expect((await init(folder, "--dry-run")).stdout).to.contain("would write .github/workflows/rollback.yml");
    expect(existsSync(workflows())).to.equal(false);
    write(".github/workflows/rollback.yml", "on: push\njobs: {}\n");
    const { code, stderr } = await init(folder);
    expect(code).to.equal(1);
    expect(stderr).to.contain("WorkflowTaken").and.contain('".github/workflows/rollback.yml"');
    expect(readdirSync(workflows())).to.deep.equal(["rollback.yml"]);
  });

  it("says what is wrong with the folder, by name", async () => {
    for (const [args, said, exit] of [
      [[], "it takes one <folder>", 2],
      [[join(folder, "none")], "there is no folder", 1],
      [[root], "this is the pipeline's own repository", 1],
    ] as const) {
      const { code, stderr } = await init(...args);
      expect({ code, stderr }).to.include({ code: exit });
      expect(stderr).to.contain(said);
    }
  });
});
