// biome-ignore-all lint/suspicious/noTemplateCurlyInString: workflow files hold ${{ }}
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import { acceptsVersion } from "./actions/setup-node.ts";
import { createFixture, oneJob, type RunnerFixture } from "./runner-fixture.ts";

describe("actions/checkout", () => {
  let fixture: RunnerFixture;
  let first = "";
  let second = "";
  before(() => {
    fixture = createFixture();
    first = fixture.commit({ "a.txt": "one" });
    second = fixture.commit({ "a.txt": "two" });
  });
  after(() => fixture[Symbol.dispose]());

  it("checks out the run's commit on its branch, one commit deep, without credentials", async () => {
    const run = await fixture.run(
      oneJob(
        "- id: c\n  uses: actions/checkout@v7\n- run: |\n    cat a.txt; echo\n    git rev-parse HEAD; git branch --show-current; git rev-list --count HEAD\n    git status --porcelain; grep -ic token .git/config || true\n- run: echo ${{ steps.c.outputs.ref }} ${{ steps.c.outputs.commit }}",
      ),
    );
    expect(run.lines).to.include.members(["two", second, "main", "1", `refs/heads/main ${second}`]);
    expect(run.conclusion).to.equal("success");
  });

  it("takes a ref, a depth and a path, and empties the folder", async () => {
    const run = await fixture.run(
      oneJob(
        `- run: echo left > left.txt\n- { uses: actions/checkout@v7, with: { ref: ${first}, path: sub/old } }\n- run: cat sub/old/a.txt left.txt; echo\n- { uses: actions/checkout@v7, with: { fetch-depth: 0 } }\n- run: git rev-list --count HEAD; ls; git -C . diff --stat HEAD~1 | tail -1\n- { uses: actions/checkout@v7, with: { ref: main } }\n- run: cat a.txt; echo`,
      ),
    );
    expect(run.lines).to.include.members(["oneleft", "2", "a.txt", "two"]);
    expect(run.lines).not.to.include("left.txt");
  });

  it("checks out what was pushed from a shallow clone, at any depth", async () => {
    const gitDirectory = join(fixture.directory, "shallow.git");
    const source = `file://${join(fixture.directory, "repository.git")}`;
    execFileSync("git", ["clone", "--quiet", "--bare", "--depth=1", source, gitDirectory]);
    const count = "git rev-list --count HEAD; git fsck --connectivity-only && cat a.txt; echo";
    for (const depth of [0, 1, 5]) {
      const run = await fixture.run(
        oneJob(`- { uses: actions/checkout@v7, with: { fetch-depth: ${depth} } }\n- run: ${count}`),
        { gitDirectory },
      );
      expect(run.annotations, `depth ${depth}`).to.deep.equal([]);
      expect(run.lines).to.include.members(["1", "two"]);
    }
  });

  it("checks out the merge commit of a pull request on no branch", async () => {
    const run = await fixture.run(
      oneJob(
        "- uses: actions/checkout@v7\n- run: git rev-parse HEAD; git branch --show-current | wc -c; echo $GITHUB_REF_NAME",
      ),
      { ref: "refs/pull/3/merge" },
    );
    expect(run.lines).to.include.members([second, "0", "3/merge"]);
  });

  it("refuses refs that are not there and paths that lead out", async () => {
    const lost = await fixture.run(oneJob("- { uses: actions/checkout@v7, with: { ref: nope } }"));
    expect(lost.annotations).to.deep.equal([
      'error: input "ref": "nope" is no branch, tag or full commit id of local/udagram',
    ]);
    const out = await fixture.run(oneJob("- { uses: actions/checkout@v7, with: { path: ../x } }"));
    expect(out.annotations[0]).to.contain('input "path" must lead into the workspace');
  });

  it("works on the repository that it came from", async () => {
    const run = await fixture.run(
      oneJob(
        "- uses: actions/checkout@v7\n- run: |\n    git -c user.name=x -c user.email=x@localhost commit -q --allow-empty -m more\n    git push -q origin HEAD:refs/heads/other\n    git fetch -q origin other && git log --format=%s -1 FETCH_HEAD",
      ),
    );
    expect(run.lines).to.include("more");
  });
});

describe("actions/setup-node", () => {
  let fixture: RunnerFixture;
  before(() => {
    fixture = createFixture();
    fixture.commit({ ".nvmrc": "v24\n", "package.json": '{ "engines": { "node": ">=20.19" } }' });
  });
  after(() => fixture[Symbol.dispose]());

  it("puts the Node that runs the stack first", async () => {
    const run = await fixture.run(
      oneJob(
        "- uses: actions/checkout@v7\n- { uses: actions/setup-node@v7, with: { node-version: 24 } }\n- run: node -p process.execPath\n- { uses: actions/setup-node@v7, with: { node-version-file: .nvmrc } }\n- { uses: actions/setup-node@v7, with: { node-version-file: package.json } }",
      ),
    );
    expect(run.lines).to.include(process.execPath);
    expect(run.conclusion).to.equal("success");
  });

  it("refuses a version that it does not have", async () => {
    const run = await fixture.run(oneJob("- { uses: actions/setup-node@v7, with: { node-version: 18 } }"));
    expect(run.annotations[0]).to.contain('downloads no other; "18" was asked for');
  });

  const versions: readonly (readonly [string, boolean])[] = [
    ["", true],
    ["24", true],
    ["v24.21.0", true],
    ["24.x", true],
    ["24.20.0", false],
    ["^24.1.0", true],
    ["~24.21.0", true],
    ["~24.20.0", false],
    [">=20", true],
    [">=25", false],
    ["lts/*", true],
    ["18", false],
    ["nonsense", false],
  ];
  for (const [asked, accepted] of versions) {
    it(`24.21.0 is ${accepted ? "" : "not "}"${asked}"`, () => {
      expect(acceptsVersion(asked, "24.21.0")).to.equal(accepted);
    });
  }
});

describe("actions/upload-artifact and actions/download-artifact", () => {
  let fixture: RunnerFixture;
  before(() => {
    fixture = createFixture();
  });
  after(() => fixture[Symbol.dispose]());

  const make =
    "- run: mkdir -p out/deep/.h && echo 1 > out/a.txt && echo 2 > out/deep/b.log && echo 3 > out/deep/.h/c && echo 4 > top.txt\n";
  const show = "- run: cd got && find . -type f | sort\n";
  const transfer = async (name: string, inputs: string): Promise<readonly string[]> => {
    const run = await fixture.run(
      oneJob(
        `${make}- { id: up, uses: actions/upload-artifact@v7, with: { name: ${name}, ${inputs} } }\n- { uses: actions/download-artifact@v8, with: { name: ${name}, path: got } }\n${show}`,
      ),
    );
    expect(run.annotations).to.deep.equal([]);
    return run.lines.filter((line) => line.startsWith("./"));
  };

  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ["a folder, from itself", "path: out", ["./a.txt", "./deep/b.log"]],
    ["a file, by its name", "path: out/deep/b.log", ["./b.log"]],
    ["a pattern, from its fixed part", "path: out/**/*.log", ["./deep/b.log"]],
    [
      "several, from what they have in common",
      'path: "out/deep\\ntop.txt"',
      ["./out/deep/b.log", "./top.txt"],
    ],
    ["all but what is excluded", 'path: "out\\n!out/**/*.log"', ["./a.txt"]],
    ["hidden files when asked", "path: out/deep, include-hidden-files: true", ["./.h/c", "./b.log"]],
  ];
  for (const [index, [name, inputs, files]] of cases.entries()) {
    it(`carry ${name}`, async () => expect(await transfer(`case-${index}`, inputs)).to.deep.equal(files));
  }

  it("say what to do about nothing", async () => {
    const run = (policy: string) =>
      fixture.run(
        oneJob(`- { uses: actions/upload-artifact@v7, with: { path: nope, if-no-files-found: ${policy} } }`),
      );
    expect((await run("warn")).annotations[0]).to.match(/^warning: no files were found with the path "nope"/);
    const failed = await run("error");
    expect(failed.annotations[0]).to.match(/^error: no files were found with the path "nope"/);
    expect(failed.conclusion).to.equal("failure");
    expect((await run("ignore")).annotations).to.deep.equal([]);
    expect((await run("sometimes")).annotations[0]).to.contain(
      'must be warn, error or ignore, not "sometimes"',
    );
  });

  it("fetch many at once, apart or merged", async () => {
    const upload = (name: string): string =>
      `- { uses: actions/upload-artifact@v7, with: { name: ${name}, path: out } }\n`;
    const run = await fixture.run(
      oneJob(
        `${make}${upload("m-1")}${upload("m-2")}- { id: d, uses: actions/download-artifact@v8, with: { pattern: m-*, path: got } }\n${show}- { uses: actions/download-artifact@v8, with: { pattern: m-*, path: merged, merge-multiple: true } }\n- run: ls merged; basename \${{ steps.d.outputs.download-path }}`,
      ),
    );
    expect(run.lines).to.include.members(["./m-1/a.txt", "./m-2/deep/b.log", "a.txt", "deep", "got"]);
  });

  it("name what is missing", async () => {
    const lost = await fixture.run(oneJob("- { uses: actions/download-artifact@v8, with: { name: nope } }"));
    expect(lost.annotations).to.deep.equal(['error: there is no artifact "nope"']);
    const bad = await fixture.run(
      oneJob("- { uses: actions/upload-artifact@v7, with: { name: 'a/b', path: '.' } }"),
    );
    expect(bad.conclusion).to.equal("failure");
    const other = await fixture.run(
      oneJob("- { uses: actions/download-artifact@v8, with: { name: x, run-id: 7 } }"),
    );
    expect(other.annotations[0]).to.contain('needs the input "github-token"');
  });
});
