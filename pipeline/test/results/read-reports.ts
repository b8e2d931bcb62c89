import { glob, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { ActionError, explain } from "../../kit/errors.ts";
import { readCtrf } from "./ctrf.ts";
import { readJunit } from "./junit.ts";
import { countedCases, joined, type TestResults } from "./test-results.ts";

/**
 * The results in the JUnit (.xml) and CTRF (.json) reports that a suite has written since `begun`; older ones are another run's.
 * Undefined where there is none. Throws `InvalidInputs` where a file is no report.
 */
export async function readReports(
  workspace: string,
  globs: readonly string[],
  begun: Date,
): Promise<TestResults | undefined> {
  const results: TestResults[] = [];
  for await (const path of glob([...globs], { cwd: workspace, exclude: ["**/node_modules/**"] })) {
    const file = join(workspace, path);
    const { mtimeMs } = await stat(file);
    // File systems keep times in steps.
    if (mtimeMs < begun.getTime() - 1000) continue;
    try {
      const text = await readFile(file, "utf8");
      results.push(countedCases(path.endsWith(".json") ? readCtrf(text) : readJunit(text)));
    } catch (cause) {
      throw new ActionError("InvalidInputs", `"${path}" is no report of tests: ${explain(cause)}`, {
        hint: "let input `reports` name JUnit files (.xml) or CTRF files (.json) alone",
        cause,
      });
    }
  }
  return joined(results);
}
