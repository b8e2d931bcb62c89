import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type EarlierResult, takeEarlierResult } from "../github/earlier-result.ts";
import type { ActionContext } from "../kit/action.ts";
import { cell } from "../kit/markdown.ts";
import { sha256 } from "../kit/sha256.ts";
import { readCommit } from "../workspace/git-tree.ts";
import { givenPathspecs } from "../workspace/pathspecs.ts";
import { resultName, reuseKey } from "../workspace/reuse-key.ts";
import type { TestInputs } from "./inputs.ts";
import { countWords, slowestMarkdown } from "./results/suite-report.ts";
import { runSuite } from "./run-suite.ts";

const resultFile = "result.json";

/** result.json: that a suite passed, with which files. */
interface TestResult {
  readonly suite: string;
  readonly key: string;
  readonly commit: string;
  readonly seconds: number;
  /** How many tests it ran, in words. */
  readonly tests: string;
  /** Tests that failed first and passed when they were tried again. */
  readonly flaky: readonly string[];
  /** The run that ran the suite. */
  readonly runId: number;
}

/** Runs a suite, or finds that it has passed with the same files. Only a passed suite leaves a result. */
export async function run(inputs: TestInputs, context: ActionContext): Promise<void> {
  const { runner, run: workflow } = context;
  const { suite, command, reports, "github-token": token } = inputs;
  const { "check-command": check, "test-database": wantsDatabase, "retry-failed": retries } = inputs;
  const settings = { suite, command, check, wantsDatabase, reports, retries };
  const paths = await givenPathspecs(workflow.workspace, inputs);
  const [key, commit] = await Promise.all([
    reuseKey(workflow.workspace, { paths, settings, maker: import.meta.url }),
    readCommit(workflow.workspace),
  ]);
  const artifact = resultName(`test-${suite}`, key, workflow);
  const isReusable = key.changed.length === 0;
  const wanted = { name: artifact, job: inputs.job || workflow.job, document: resultFile };
  const found = isReusable ? await takeEarlierResult(wanted, token, context) : undefined;
  const earlier = found && resultIn(found, { suite, key: key.key }, context);
  let result: TestResult;
  let slowest = "";
  if (earlier === undefined) {
    const { seconds, results, flaky } = await runSuite(inputs, context);
    const tests = countWords(results);
    result = { suite, key: key.key, commit: commit.sha, seconds, tests, flaky, runId: workflow.runId };
    slowest = slowestMarkdown(results);
    runner.info(`suite ${suite} passed in ${seconds.toFixed(1)} s: ${tests}`);
    if (results !== undefined && results.failed > 0)
      runner.warning(`tests failed, and \`${command}\` ended with exit code 0`, `Suite ${suite}`);
  } else {
    result = { ...earlier, seconds: 0 };
    runner.info(
      `suite ${suite} passed with the same ${key.files} files in run ${earlier.runId}; it is not run again`,
    );
  }
  const directory = join(workflow.temp, `test-${suite}`);
  await mkdir(directory, { recursive: true });
  const text = `${JSON.stringify(result, null, 2)}\n`;
  await writeFile(join(directory, resultFile), text);
  runner.claim(artifact, sha256(text));
  const how = earlier ? `passed before, in run ${earlier.runId}` : `passed in ${result.seconds.toFixed(1)} s`;
  // Also where the result is an earlier run's: green is not to hide it.
  for (const name of result.flaky.slice(0, flakyShown)) {
    runner.warning(`failed, and passed when it was tried again: ${name}`, `Flaky in suite ${suite}`);
  }
  const parts = [`Suite **${suite}** ${how}: ${result.tests}.`, flakyMarkdown(result.flaky), slowest];
  await runner.summary(`${parts.filter((part) => part !== "").join("\n\n")}\n\n`);
  runner.output("artifact", artifact);
  runner.output("directory", directory);
  runner.output("ran", earlier === undefined);
  runner.output("flaky", JSON.stringify(result.flaky));
}

const flakyShown = 10;

function flakyMarkdown(names: readonly string[]): string {
  if (names.length === 0) return "";
  return `**Flaky**: failed, and passed when tried again:\n\n${names.map((name) => `- ${cell(name)}`).join("\n")}`;
}

/** What it says of this suite and these files; undefined, and a line of the log, where it says nothing of them. */
function resultIn(
  { runId, files }: EarlierResult,
  wanted: Pick<TestResult, "suite" | "key">,
  { runner }: Pick<ActionContext, "runner">,
): TestResult | undefined {
  try {
    const said = JSON.parse(Buffer.from(files[resultFile] ?? "").toString("utf8")) as Partial<TestResult>;
    const { suite, key, commit, tests, flaky } = said;
    const isWhole = typeof commit === "string" && typeof tests === "string" && Array.isArray(flaky);
    if (suite === wanted.suite && key === wanted.key && isWhole)
      return { suite, key, commit, tests, flaky: flaky.map(String), seconds: 0, runId };
  } catch {
    // No JSON says nothing either.
  }
  runner.info(
    `the result of run ${runId} does not count: it does not say that ${wanted.suite} passed with these files`,
  );
  return undefined;
}
