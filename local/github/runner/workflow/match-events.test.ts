import { expect } from "chai";
import { matchesPattern } from "./filter-pattern.ts";
import { type RepositoryEvent, workflowsFor } from "./match-events.ts";
import { parseWorkflow } from "./parse-workflow.ts";

const workflow = (on: string) =>
  parseWorkflow(`on: ${on}\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps: []\n`, "w.yml");

const push = (ref: string, ...changedPaths: string[]): RepositoryEvent => ({
  name: "push",
  ref,
  changedPaths: changedPaths.length === 0 ? undefined : changedPaths,
});
const pull = (action: string, baseBranch: string, ...changedPaths: string[]): RepositoryEvent => ({
  name: "pull_request",
  action,
  baseBranch,
  changedPaths,
});

describe("events", () => {
  const main = "refs/heads/main";
  const cases: readonly (readonly [string, RepositoryEvent, boolean])[] = [
    ["push", push(main), true],
    ["push", push("refs/tags/v1"), true],
    ["[push, pull_request]", pull("opened", "main"), true],
    ["pull_request", push(main), false],
    ["{ push: { branches: [main] } }", push(main), true],
    ["{ push: { branches: [main] } }", push("refs/heads/other"), false],
    ["{ push: { branches: [main] } }", push("refs/tags/main"), false],
    ["{ push: { tags: ['v*'] } }", push("refs/tags/v1"), true],
    ["{ push: { tags: ['v*'] } }", push(main), false],
    ["{ push: { branches-ignore: ['wip/**'] } }", push("refs/heads/wip/a/b"), false],
    ["{ push: { branches-ignore: ['wip/**'] } }", push(main), true],
    [
      "{ push: { branches: ['releases/**', '!releases/**-alpha'] } }",
      push("refs/heads/releases/1-alpha"),
      false,
    ],
    ["{ push: { branches: ['releases/**', '!releases/**-alpha'] } }", push("refs/heads/releases/1"), true],
    ["{ push: { paths: ['docs/**'] } }", push(main, "a.ts", "docs/a.md"), true],
    ["{ push: { paths: ['docs/**'] } }", push(main, "a.ts"), false],
    ["{ push: { paths: ['docs/**'] } }", push(main), true],
    ["{ push: { paths: ['docs/**'] } }", push("refs/tags/v1", "a.ts"), true],
    ["{ push: { paths-ignore: ['docs/**'] } }", push(main, "docs/a.md"), false],
    ["{ push: { paths-ignore: ['docs/**'] } }", push(main, "docs/a.md", "a.ts"), true],
    ["pull_request", pull("synchronize", "main"), true],
    ["pull_request", pull("closed", "main"), false],
    ["{ pull_request: { types: [closed] } }", pull("closed", "main"), true],
    ["{ pull_request: { branches: [main] } }", pull("opened", "next"), false],
    ["{ pull_request: { paths: ['**.ts'] } }", pull("opened", "main", "a/b.ts"), true],
    ["workflow_dispatch", push(main), false],
  ];
  for (const [on, event, runs] of cases) {
    it(`${JSON.stringify(event)} ${runs ? "starts" : "does not start"} on: ${on}`, () => {
      expect(workflowsFor(event, [workflow(on)])).to.have.length(runs ? 1 : 0);
    });
  }

  const patterns: readonly (readonly [string, string, boolean])[] = [
    ["feature/*", "feature/a", true],
    ["feature/*", "feature/a/b", false],
    ["feature/**", "feature/a/b", true],
    ["**", "all/the/branches", true],
    ["*feature", "mona-feature", true],
    ["v2*", "v2.0", true],
    ["v[12].[0-9]+.[0-9]+", "v1.10.1", true],
    ["v[12].[0-9]+.[0-9]+", "v3.0.0", false],
    ["*.jsx?", "page.js", true],
    ["*.jsx?", "page.jsx", true],
    ["**/README.md", "README.md", true],
    ["**/README.md", "js/README.md", true],
    ["**/docs/**", "dir/docs/my-file.txt", true],
    ["**.js", "src/js/app.js", true],
    ["*.js", "js/index.js", false],
    ["a.b", "axb", false],
  ];
  for (const [pattern, name, matches] of patterns) {
    it(`pattern ${pattern} ${matches ? "fits" : "does not fit"} ${name}`, () => {
      expect(matchesPattern(pattern, name)).to.equal(matches);
    });
  }
});
