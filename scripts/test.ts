// npm test: every suite once, side by side. `npm test -- --only <name>` runs one of them.
import { globSync } from "node:fs";
import { join } from "node:path";
import { command } from "./kit/command.ts";
import { root } from "./root.ts";
import { runSideBySide, type Task } from "./test/side-by-side.ts";

const files = (...patterns: readonly string[]): string[] => [
  ...new Set(patterns.flatMap((pattern) => globSync(pattern, { cwd: root }).sort())),
];

/** What waits longer than everybody may be made to wait each time; CI runs it as a suite of its own. */
const isSlow = (file: string): boolean => file.endsWith(".slow.test.ts");

const { isTTY } = process.stdout;
const color = isTTY && !process.env.NO_COLOR ? ["--color"] : [];

/**
 * Each file brings servers of its own on free ports, so files run side by side. Most of them wait for about half of their time: three at
 * once keep two cores busy.
 */
const mocha = (jobs: number, ...args: readonly string[]): readonly string[] => [
  join(root, "node_modules/mocha/bin/mocha.js"),
  ...["--parallel", "--jobs", String(jobs), ...color],
  ...args,
];

const suites: readonly Task[] = [
  {
    name: "parts",
    args: mocha(
      3,
      ...files(
        "pipeline/**/*.test.ts",
        "local/**/*.test.ts",
        "scripts/**/*.test.ts",
        "test/*.test.ts",
        "test/exhaustive/*.test.ts",
      ).filter((file) => !isSlow(file)),
    ),
  },
  { name: "app", args: [join(root, "scripts/test-app.ts")] },
  {
    name: "stories",
    // The longest first. They take the longest of all, and wait more than they compute: the others get what they leave.
    args: mocha(
      2,
      ...["--reporter", "spec"],
      ...files("test/stories/{push-to-deploy,unbreakable}.test.ts", "test/stories/*.test.ts").filter(
        (file) => !isSlow(file),
      ),
    ),
    isUrgent: true,
  },
];

const slow: Task = {
  name: "slow",
  // The one story of minutes first: the rooms' files fit beside it.
  args: mocha(3, ...files("test/**/*.slow.test.ts", "{pipeline,local}/**/*.slow.test.ts")),
};
const names = [...suites, slow].map(({ name }) => name).join(", ");

const options = {
  only: { type: "string", help: `one of ${names}; slow is run only by name` },
} as const;

await command({ usage: "npm test", summary: "Runs every test suite once.", options }, async ({ only }) => {
  const chosen = only === undefined ? suites : [...suites, slow].filter(({ name }) => name === only);
  if (chosen.length === 0) {
    console.error(`error: there is no suite "${only}"; choose one of ${names}`);
    return 2;
  }
  const { failed, interrupted } = await runSideBySide(chosen, (text) => process.stdout.write(text));
  if (interrupted !== undefined) return interrupted;
  if (failed.length > 0) console.log(`\nFailed: ${failed.join(", ")}`);
  return failed.length === 0 ? 0 : 1;
});
