// npm run check: every static check, each with the command that mends what it finds.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { checkDeclaredImports } from "./checks/declared-imports.ts";
import { checkLicences } from "./checks/licences.ts";
import { checkOneDoor } from "./checks/one-door.ts";
import { checkWorkflows } from "./checks/workflows.ts";
import { command } from "./kit/command.ts";
import { root } from "./root.ts";

interface Check {
  readonly name: string;
  /** What mends a failure. */
  readonly remedy: string;
  /** Problems found, one per line; empty when all is well. */
  readonly run: () => Promise<readonly string[]> | readonly string[];
}

const bin = (name: string): string => join(root, "node_modules", ".bin", name);

/** Runs a program; its output is the problem when it fails. */
function program(command: string, args: readonly string[]): () => readonly string[] {
  return () => {
    const result = spawnSync(command, args, { cwd: root, encoding: "utf8" });
    if (result.error) return [String(result.error)];
    return result.status === 0 ? [] : [`${result.stdout}${result.stderr}`.trimEnd()];
  };
}

const checks: readonly Check[] = [
  { name: "types", remedy: "correct the code", run: program(bin("tsc"), ["-p", "."]) },
  { name: "lint and format", remedy: "npm run format", run: program(bin("biome"), ["check", "."]) },
  { name: "workflows", remedy: "correct .github/workflows", run: checkWorkflows },
  {
    name: "declared imports",
    remedy:
      "name the package in the workspace's package.json, in the version of the others, and run npm install",
    run: () => checkDeclaredImports(root),
  },
  { name: "foreign text", remedy: "print through the runner of the context", run: checkOneDoor },
  {
    name: "bundles",
    remedy: "npm run bundle",
    run: program(process.execPath, [join(root, "scripts/bundle.ts"), "--check"]),
  },
  {
    name: "generated pages",
    remedy: "npm run docs",
    run: program(process.execPath, [join(root, "scripts/docs.ts"), "--check"]),
  },
  {
    name: "licences",
    remedy: "replace the dependency, or add its licence with a reason",
    run: checkLicences,
  },
];

await command(
  {
    usage: "npm run check",
    summary: "Runs every static check, each with the command that mends it.",
    options: {},
  },
  async () => {
    let failed = 0;
    for (const check of checks) {
      const started = performance.now();
      const problems = await check.run();
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      console.log(`${problems.length === 0 ? "ok  " : "FAIL"} ${check.name} (${seconds} s)`);
      if (problems.length === 0) continue;
      failed += 1;
      for (const problem of problems) console.log(problem.replace(/^/gm, "     "));
      console.log(`     to mend it: ${check.remedy}`);
    }
    console.log(`${checks.length - failed} passed, ${failed} failed`);
    return failed === 0 ? 0 : 1;
  },
);
