// Foreign text reaches a log, a summary or a terminal by one door, which takes the meaning out of it: pipeline/kit/runner.ts.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../root.ts";

const ways: readonly (readonly [RegExp, string])[] = [
  [/\bconsole\s*\.\s*(log|info|warn|error|debug|dir|table|trace)\b/, "console"],
  [/\bprocess\s*\.\s*(stdout|stderr)\b/, "the process's own output"],
  [/from "@actions\/core"|import\("@actions\/core"\)/, "@actions/core"],
  [/\bstdio:\s*"inherit"|"inherit"\s*[\],]/, "a child that has the action's own output"],
  [/GITHUB_(STEP_SUMMARY|OUTPUT|ENV|PATH)\b(?!\|)/, "a file of the runner's"],
  [/\.createComment\(|\.updateComment\(/, "a comment"],
];

/** Who may: the door itself, and what is no output of an action. */
const doors: Readonly<Record<string, readonly string[]>> = {
  "pipeline/kit/runner.ts": ["@actions/core"],
  "pipeline/kit/child-process.ts": ["a file of the runner's"],
  "pipeline/github/comment.ts": ["a comment"],
  // What these put out goes to the process that started it, which reads JSON from it.
  "pipeline/build/migrations/describe-worker.ts": ["the process's own output"],
  "pipeline/workspace/migrations-folder.ts": ["console"],
};

/** How a file of an action puts out text beside the door, a line for each way. */
export function waysRound(file: string, text: string): readonly string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, "");
  return ways
    .filter(([pattern, what]) => pattern.test(code) && !doors[file]?.includes(what))
    .map(([, what]) => `${file} writes by ${what}: use the runner of the context`);
}

/** The check of `npm run check`: every file of the actions, tests and what only they use left out. */
export function checkOneDoor(): readonly string[] {
  const files = globSync(["pipeline/**/*.ts", "actions/*/main.ts"], { cwd: root })
    .filter((file) => !/(\.test|-fixture)\.ts$/.test(file))
    .sort();
  return files.flatMap((file) => waysRound(file, readFileSync(join(root, file), "utf8")));
}
