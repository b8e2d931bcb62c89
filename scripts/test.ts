// npm test: every suite once. `npm test -- --only <name>` runs one of them.
import { spawn } from "node:child_process";
import { globSync } from "node:fs";
import { join } from "node:path";
import { command } from "./command.ts";
import { root } from "./root.ts";

interface Suite {
  readonly name: string;
  readonly args: () => readonly string[];
}

const mocha = join(root, "node_modules/mocha/bin/mocha.js");
const files = (...patterns: readonly string[]): string[] => globSync([...patterns], { cwd: root }).sort();

const suites: readonly Suite[] = [
  {
    name: "parts",
    // Each file brings its own servers on free ports, so files run side by side.
    args: () => [
      mocha,
      "--parallel",
      "--jobs",
      "2",
      ...files(
        "actions/**/*.test.ts",
        "local/**/*.test.ts",
        "scripts/**/*.test.ts",
        "test/*.test.ts",
        "test/exhaustive/*.test.ts",
      ),
    ],
  },
  { name: "app", args: () => [join(root, "scripts/test-app.ts")] },
  {
    name: "stories",
    // Each file brings a stack of its own, and waits more than it computes.
    args: () => [
      mocha,
      "--parallel",
      "--jobs",
      "2",
      "--reporter",
      "spec",
      ...files("test/stories/*.test.ts"),
    ],
  },
];

const options = {
  only: { type: "string", help: `one of ${suites.map(({ name }) => name).join(", ")}` },
} as const;

await command({ usage: "npm test", summary: "Runs every test suite once.", options }, async ({ only }) => {
  const chosen = suites.filter(({ name }) => only === undefined || name === only);
  if (chosen.length === 0) {
    console.error(
      `error: there is no suite "${only}"; choose one of ${suites.map(({ name }) => name).join(", ")}`,
    );
    return 2;
  }
  const failed: string[] = [];
  for (const suite of chosen) {
    const started = performance.now();
    console.log(`\n${suite.name}`);
    const code = await run(suite.args());
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    console.log(`${code === 0 ? "ok" : "FAILED"}  ${suite.name} (${seconds} s)`);
    if (code !== 0) failed.push(suite.name);
  }
  if (failed.length > 0) console.log(`\nFailed: ${failed.join(", ")}`);
  return failed.length === 0 ? 0 : 1;
});

function run(args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, args, { cwd: root, stdio: "inherit" });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}
