// npm run release -- <version>: checks that the pipeline itself can be released, and tags it.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { command } from "../kit/command.ts";
import { gitIn } from "../kit/git.ts";
import { root } from "../root.ts";
import { planRelease } from "./release-plan.ts";

await command(
  {
    usage: "npm run release",
    summary: "Checks that main can be released as a version of these actions, and tags it. Pushes nothing.",
    options: {
      "dry-run": { type: "boolean", help: "look at tree, version and changelog only; tag nothing" },
    },
    word: { name: "version", help: "such as 1.4.0" },
  },
  async ({ version, "dry-run": isDryRun }) => {
    const git = (...args: readonly string[]): string => gitIn(root, ...args);
    const lines = (text: string): readonly string[] => text.split("\n").filter((line) => line !== "");
    const { version: packageVersion } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const plan = planRelease({
      version,
      branch: git("rev-parse", "--abbrev-ref", "HEAD"),
      changed: lines(git("status", "--porcelain")).map((line) => line.trim().replace(/^\S+ +/, "")),
      tags: lines(git("tag", "--list")),
      packageVersion,
      changelog: readFileSync(join(root, "CHANGELOG.md"), "utf8"),
    });
    if ("problems" in plan) {
      console.error(`error: ${version} cannot be released`);
      for (const problem of plan.problems) console.error(`  ${problem}`);
      return 1;
    }
    const { tag, moving, notes } = plan;
    if (isDryRun) {
      console.log(
        `${tag} would be tagged, and ${moving} moved, once npm run check and npm test have passed:\n\n${notes}`,
      );
      return 0;
    }
    for (const args of [["run", "check"], ["test"]]) {
      if (spawnSync("npm", args, { cwd: root, stdio: "inherit" }).status === 0) continue;
      console.error(`error: npm ${args.join(" ")} failed; nothing was tagged`);
      return 1;
    }
    git("tag", "--annotate", tag, "--message", `${tag}\n\n${notes}`);
    git("tag", "--force", moving, `${tag}^{commit}`);
    console.log(`${tag} is tagged, and ${moving} is there too. To publish it:`);
    console.log(`  git push origin ${tag} && git push --force origin ${moving}`);
    console.log(`  gh release create ${tag} --verify-tag --notes-from-tag`);
    return 0;
  },
);
