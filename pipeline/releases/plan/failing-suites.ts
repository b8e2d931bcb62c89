import { glob, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { cell } from "../../kit/markdown.ts";
import {
  failuresFile,
  failuresMarkdown,
  parseFailures,
  type SuiteFailures,
} from "../../test/results/suite-report.ts";

/** What the action `test` left of each suite that failed, by the suites' names; `folder` is "" where nothing is there. */
export async function readFailingSuites(
  workspace: string,
  folder: string,
): Promise<readonly SuiteFailures[]> {
  if (folder === "") return [];
  const found: SuiteFailures[] = [];
  const cwd = resolve(workspace, folder);
  for await (const path of glob(`**/${failuresFile}`, { cwd })) {
    const said = parseFailures(await readFile(join(cwd, path), "utf8"));
    if (said !== undefined) found.push(said);
  }
  return found.sort((a, b) => (a.suite < b.suite ? -1 : 1));
}

/** The suites that failed, each with its failed tests by name and line. */
export function failingSuitesMarkdown(suites: readonly SuiteFailures[]): readonly string[] {
  return suites.flatMap(({ problem, failures }) =>
    [`> ${cell(problem)}`, failuresMarkdown(failures)].filter((part) => part !== ""),
  );
}
