import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { root } from "../root.ts";

/** How many lines a repository's own workflows may have: rollback.yml holds the form and the run's name, which only it can. */
const most = { "deploy.yml": 20, "pull-request.yml": 20, "rollback.yml": 35 };

const read = (file: string): string => readFileSync(join(root, file), "utf8");

describe("a repository's own workflows", () => {
  for (const folder of [".github/workflows", "docs/callers"]) {
    for (const [file, limit] of Object.entries(most)) {
      it(`${folder}/${file} has at most ${limit} lines that are neither blank nor comment`, () => {
        const lines = read(`${folder}/${file}`).split("\n");
        expect(lines.filter((line) => !/^\s*(#|$)/.test(line)).length).to.be.at.most(limit);
      });
    }
  }
});

interface Called {
  readonly on: {
    readonly workflow_call: { readonly inputs: Readonly<Record<string, { readonly default?: unknown }>> };
  };
  readonly jobs: Readonly<Record<string, object>>;
}

describe("the called workflows", () => {
  const called = (name: string): Called => parse(read(`.github/workflows/pipeline-${name}.yml`)) as Called;

  for (const job of ["build", "test"]) {
    it(`${job} a pull request as what is pushed, so that one finds what the other has made`, () => {
      const { concurrency: _, ...ofPullRequest } = called("pull-request").jobs[job] as {
        concurrency?: unknown;
      };
      expect(ofPullRequest).to.deep.equal(called("deploy").jobs[job]);
    });
  }

  it("mean the same by an input of the same name", () => {
    const [deploy, ...others] = ["deploy", "pull-request", "rollback"].map(
      (name) => called(name).on.workflow_call.inputs,
    );
    const isWords = ([name]: readonly [string, object]): boolean =>
      !["environment", "config", "runs-on"].includes(name);
    for (const inputs of others) {
      const shared = Object.entries(inputs).filter(([name]) => name in (deploy ?? {}));
      expect(shared).to.have.length.above(3);
      for (const entry of shared.filter(isWords))
        expect(entry[1], entry[0]).to.deep.equal(deploy?.[entry[0]]);
    }
  });

  it("say the actions' own defaults for whoever says nothing", () => {
    for (const name of ["deploy", "pull-request", "rollback"]) {
      const { on, jobs } = called(name);
      for (const [action, input, given] of passedTo(jobs)) {
        const [, words] = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(given) ?? [];
        const known = on.workflow_call.inputs[words ?? ""]?.default;
        const own = declared(action).inputs[input]?.default;
        if (own === undefined || words === undefined || /\$\{\{/.test(String(known))) continue;
        expect(String(known), `${words} of ${name}, ${input} of ${action}`).to.equal(own);
      }
    }
  });

  it("let a repository say all that the site's and the check's actions can be told of it", () => {
    const { jobs } = called("deploy");
    for (const [action, elsewhere] of Object.entries(notSaidByCallers)) {
      const passed = passedTo(jobs).flatMap(([of, input]) => (of === action ? [input] : []));
      const missing = Object.keys(declared(action).inputs).filter((input) => !passed.includes(input));
      expect(missing, action).to.have.members(elsewhere);
    }
  });
});

/** Inputs that have no place in a deploy of a whole release, each for the reason that its description gives. */
const notSaidByCallers: Readonly<Record<string, readonly string[]>> = {
  build: ["directory", "paths"],
  "s3-sync": [
    "prefix",
    ...[
      "cache-control",
      "content-type",
      "content-encoding",
      "content-disposition",
      "metadata",
      "precompress",
      "redirects",
      "exclude",
      "publish-anyway",
    ],
    "state-bucket",
    "compare",
    "dry-run",
  ],
  verify: [],
};

function declared(action: string): { readonly inputs: Readonly<Record<string, { default?: string }>> } {
  return parse(read(`actions/${action}/action.yml`));
}

interface Step {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

/** Each action of this repository that some step of a job uses, with each input that it is given. */
function passedTo(
  jobs: Called["jobs"],
): readonly (readonly [action: string, input: string, given: string])[] {
  const steps = Object.values(jobs).flatMap((job) => (job as { steps?: readonly Step[] }).steps ?? []);
  return steps.flatMap(({ uses = "", with: given = {} }) => {
    const [, action] = /^\$\/actions\/([\w-]+)$/.exec(uses) ?? [];
    if (action === undefined) return [];
    return Object.entries(given).map(([input, value]) => [action, input, String(value)] as const);
  });
}
