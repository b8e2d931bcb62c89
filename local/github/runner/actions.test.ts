// biome-ignore-all lint/suspicious/noTemplateCurlyInString: workflow files hold ${{ }}
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { createFixture, oneJob, type RunnerFixture } from "./runner-fixture.ts";

const tell = (stage: string): string =>
  `console.log("${stage}", process.env.INPUT_WHO, process.env["INPUT_TWO-WORDS"], process.env.STATE_note ?? "");
require("node:fs").appendFileSync(process.env.GITHUB_STATE, "note=${stage} was here\\n");\n`;

const action = (name: string, stages: string): string => `name: ${name}
description: Greets
inputs:
  who: { description: whom, required: true }
  Two Words: { description: spaces, default: nothing }
  two-words: { description: a dash, default: "\${{ github.ref_name }}" }
  old: { description: the former who, deprecationMessage: use who }
runs: { using: node24, ${stages} }
`;

describe("actions of the repository", () => {
  let fixture: RunnerFixture;
  before(() => {
    fixture = createFixture();
    fixture.commit({
      "actions/full/action.yml": action("full", "pre: pre.js, main: ../dist/main.js, post: post.js"),
      "actions/full/pre.js": tell("pre"),
      "actions/full/post.js": tell("post"),
      "actions/dist/main.js": tell("main"),
      "actions/careful/action.yml": action("careful", "main: m.js, post: m.js, post-if: failure()"),
      "actions/careful/m.js": tell("careful"),
      "actions/failing/action.yml": "name: x\ndescription: x\nruns: { using: node24, main: m.mjs }\n",
      "actions/failing/m.mjs": 'console.log("::error title=Bad::it broke"); process.exitCode = 3;\n',
      "actions/old/action.yml": "name: x\ndescription: x\nruns: { using: node20, main: m.js }\n",
      "actions/composite/action.yml": "name: x\ndescription: x\nruns: { using: composite, steps: [] }\n",
      "actions/lost/action.yml": "name: x\ndescription: x\nruns:\n  using: node24\n  main: dist/index.js\n",
    });
  });
  after(() => fixture[Symbol.dispose]());

  it("run without a checkout: pre first, post last and in reverse, with their inputs and state", async () => {
    const run = await fixture.run(
      oneJob(
        "- run: echo step\n- { uses: $/actions/full, with: { who: a } }\n- { uses: $/actions/full, name: Again, with: { WHO: b, two-words: c } }",
      ),
    );
    const told = run.lines.filter((line) => /^(pre|main|post|step)/.test(line));
    expect(told).to.deep.equal([
      "pre a main ",
      "pre b c ",
      "step",
      "main a main pre was here",
      "main b c pre was here",
      "post b c main was here",
      "post a main main was here",
    ]);
    expect(run.events.find((event) => event.type === "job-started")).to.deep.include({
      steps: [
        "Set up job",
        "Pre Run $/actions/full",
        "Pre Again",
        "Run echo step",
        "Run $/actions/full",
        "Again",
        "Post Again",
        "Post Run $/actions/full",
        "Complete job",
      ],
    });
  });

  it("clean up after a failure, as far as they began", async () => {
    const run = await fixture.run(
      oneJob(
        "- { uses: $/actions/careful, with: { who: a } }\n- { uses: $/actions/full, with: { who: b } }\n- run: exit 1\n- { uses: $/actions/careful, name: Late, with: { who: c } }",
      ),
    );
    expect(run.steps).to.include({
      "Post Run $/actions/careful": "success",
      "Post Run $/actions/full": "success",
      Late: "skipped",
      "Post Late": "skipped",
    });
    const fine = await fixture.run(oneJob("- { uses: $/actions/careful, with: { who: a } }"));
    expect(fine.steps).to.include({ "Post Run $/actions/careful": "skipped" });
  });

  it("fail by their exit code, and say why themselves", async () => {
    const run = await fixture.run(oneJob("- uses: $/actions/failing"));
    expect(run.annotations).to.deep.equal(["error: it broke"]);
    expect(run.conclusion).to.equal("failure");
  });

  it("warn of deprecated inputs", async () => {
    const run = await fixture.run(oneJob("- { uses: $/actions/careful, with: { who: a, old: b } }"));
    expect(run.annotations).to.deep.equal(['warning: input "old" is deprecated: use who']);
  });

  const wrong: readonly (readonly [string, string, string])[] = [
    ["is not there", "- uses: $/actions/nope", 'there is no "actions/nope/action.yml" in the commit'],
    [
      "gets an input that it does not have",
      "- { uses: $/actions/careful, with: { who: a, whom: b } }",
      'jobs.job.steps[1].with.whom: action "$/actions/careful" has no input "whom"; its inputs: who, two words, two-words, old',
    ],
    [
      "misses a required input",
      "- uses: $/actions/careful",
      'input "who" of action "$/actions/careful" is required',
    ],
    ["is for another Node", "- uses: $/actions/old", "runs.using: must be node24"],
    [
      "is no JavaScript",
      "- uses: $/actions/composite",
      "runs.steps: only JavaScript actions are supported by this runner",
    ],
    ["was not built", "- uses: $/actions/lost", 'runs.main: "dist/index.js" is no file of the commit'],
    [
      "is of a repository that is not here",
      "- uses: foo/bar@v1",
      'jobs.job.steps[1].uses: action "foo/bar@v1" is not known to this runner; it has $/path, actions/checkout@…',
    ],
    ["leads out of the repository", "- uses: $/../x", 'there is no "../x/action.yml" in the commit'],
  ];
  for (const [name, steps, message] of wrong) {
    it(`nothing runs when one ${name}`, async () => {
      const run = await fixture.run(oneJob(`- run: echo ran\n${steps}`));
      expect(run.annotations.join("\n")).to.contain(message);
      expect(run.conclusion).to.equal("failure");
      expect(run.lines).not.to.include("ran");
    });
  }

  it("are unpacked once, whole, also when runs start at the same time", async () => {
    fixture.commit({ "new.txt": "x" });
    const text = oneJob("- { uses: $/actions/full, with: { who: a } }");
    const runs = await Promise.all([fixture.run(text), fixture.run(text), fixture.run(text)]);
    expect(runs.map(({ conclusion }) => conclusion)).to.deep.equal(["success", "success", "success"]);
    expect(
      readdirSync(join(fixture.workDirectory, "actions")).filter((name) => name.startsWith(".")),
    ).to.deep.equal([]);
  });

  it("of other repositories are those of the branch, tag or commit that is named", async () => {
    using other = createFixture();
    const manifest = "name: x\ndescription: x\nruns: { using: node24, main: m.mjs }\n";
    const commit = (says: string): string =>
      other.commit({ "tools/say/action.yml": manifest, "tools/say/m.mjs": `console.log("${says}");\n` });
    const old = commit("old");
    commit("new");
    const repositories = { "Else/Where": { gitDirectory: join(other.directory, "repository.git") } };
    const run = async (uses: string) => {
      const { lines, annotations } = await fixture.run(oneJob(`- uses: ${uses}`), { repositories });
      return [...lines.filter((line) => /^(old|new)$/.test(line)), ...annotations].join();
    };
    expect(await run("else/where/tools/say@main")).to.equal("new");
    expect(await run(`Else/Where/tools/say@${old}`)).to.equal("old");
    expect(await run("else/where/tools/say@v9")).to.contain('"else/where" has no branch, tag or commit "v9"');
    expect(await run("else/where/say@main")).to.contain('there is no "say/action.yml" in the commit');
  });

  it("are those of the run's commit, whatever is checked out", async () => {
    fixture.commit({ "actions/failing/m.mjs": 'console.log("repaired");\n' });
    const run = await fixture.run(
      oneJob("- uses: actions/checkout@v7\n- run: rm -r actions\n- uses: $/actions/failing"),
    );
    expect(run.lines).to.include("repaired");
  });
});
