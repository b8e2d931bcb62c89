import { expect } from "chai";
import { brokenRules } from "./workflow-rules.ts";

const checkout = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1";

const right = `
on: push
permissions: {}
concurrency: deploy
jobs:
  deploy:
    timeout-minutes: 5
    environment: production
    permissions:
      contents: read # check out the commit
    steps:
      - uses: ${checkout}
        with:
          persist-credentials: false
      - uses: $/actions/verify
        with:
          password: \${{ secrets.PASSWORD }}
      - run: npm test
`;

const wrong: readonly (readonly [what: string, from: string, to: string, problem: string])[] = [
  [
    "permissions for all jobs",
    "permissions: {}",
    "permissions: read-all",
    "top-level permissions must be {}",
  ],
  ["no concurrency", "concurrency: deploy\n", "", "concurrency is missing"],
  ["a stranger's trigger", "on: push", "on: [pull_request_target]", "pull_request_target must not be used"],
  ["a job that may hang", "    timeout-minutes: 5\n", "", "job deploy has no timeout-minutes"],
  [
    "all secrets",
    "    timeout-minutes: 5",
    "    timeout-minutes: 5\n    secrets: inherit",
    "job deploy inherits secrets",
  ],
  ["a secret for any branch", "    environment: production\n", "", "reads secrets outside an environment"],
  ["an expression in a command", "npm test", "echo \u0024{{ github.ref }}", "an expression inside run:"],
  ["a permission without a reason", " # check out the commit", "", "permission contents has no comment"],
  ["a tag", `${checkout.split(" ")[0]}`, "actions/checkout@v7", "is not pinned to a full commit"],
  ["a pin without a version", " # v7.0.1", "", "has no version beside it"],
  [
    "a token in the checkout",
    "persist-credentials: false",
    "fetch-depth: 0",
    "checkout persists credentials",
  ],
];

const called = `
on:
  workflow_call:
    secrets:
      token:
permissions: {}
jobs:
  deploy:
    timeout-minutes: 5
    concurrency: deploy-\${{ inputs.environment }}
    permissions: {}
    steps:
      - uses: $/actions/verify
        with:
          token: \${{ secrets.token }}
`;

const caller = `
on: push
permissions: {}
jobs:
  pipeline:
    uses: $/.github/workflows/called.yml
    permissions: { contents: read }
    secrets:
      password: \${{ secrets.PASSWORD }}
`;

const wrongCalls: readonly (readonly [
  what: string,
  text: string,
  from: string,
  to: string,
  problem: string,
])[] = [
  ["a group around called jobs", called, "jobs:", "concurrency: x\njobs:", "around calls and called jobs"],
  ["a group around calls", caller, "jobs:", "concurrency: x\njobs:", "around calls and called jobs"],
  [
    "a call in a group",
    caller,
    "    uses:",
    "    concurrency: x\n    uses:",
    "calls a workflow inside of a group",
  ],
  ["a group of the caller's name", called, "inputs.environment", "github.workflow", "which is the caller's"],
  [
    "all secrets for a call",
    caller,
    "secrets:\n      password: \u0024{{ secrets.PASSWORD }}",
    "secrets: inherit",
    "inherits secrets",
  ],
  ["a call of a tag", caller, "$/.github", "owner/repository/.github", "is not pinned to a full commit"],
  ["a call without permissions", caller, "    permissions: { contents: read }\n", "", "has no permissions"],
  [
    "a secret that is not passed",
    called,
    "secrets.token",
    "secrets.other",
    "reads secrets outside an environment",
  ],
  ["a called job that may hang", called, "    timeout-minutes: 5\n", "", "has no timeout-minutes"],
];

describe("the rules of the workflow files", () => {
  it("find nothing in a file that keeps them", () => {
    expect(brokenRules(right)).to.deep.equal([]);
    expect(brokenRules(called)).to.deep.equal([]);
    expect(brokenRules(caller)).to.deep.equal([]);
  });

  for (const [what, text, from, to, problem] of wrongCalls) {
    it(`find ${what}`, () => {
      expect(text).to.include(from);
      expect(brokenRules(text.replace(from, () => to)).join("\n")).to.include(problem);
    });
  }

  for (const [what, from, to, problem] of wrong) {
    it(`find ${what}`, () => {
      expect(right).to.include(from);
      expect(brokenRules(right.replace(from, () => to)).join("\n")).to.include(problem);
    });
  }
});
