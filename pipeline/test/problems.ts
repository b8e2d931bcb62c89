// What is said where a suite does not pass: annotations on the lines that failed, the summary, and failures.json.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ActionContext } from "../kit/action.ts";
import { ActionError } from "../kit/errors.ts";
import { cell } from "../kit/markdown.ts";
import { trackedFiles } from "../workspace/git-tree.ts";
import { failureExcerpt } from "./failure-excerpt.ts";
import type { TestInputs } from "./inputs.ts";
import { checkProblems } from "./results/check-problems.ts";
import { SourceFiles } from "./results/source-files.ts";
import {
  countWords,
  type Failure,
  failuresFile,
  failuresMarkdown,
  failuresOf,
  type SuiteFailures,
  slowestMarkdown,
} from "./results/suite-report.ts";
import type { TestResults } from "./results/test-results.ts";
import type { CommandEnd } from "./suite-command.ts";

/** GitHub shows ten annotations of a kind for each step; the last is the step's own failure. */
const annotationsShown = 9;

/** Why a suite that has ended did not pass; undefined where it did. */
export function endProblem(
  { suite, command, reports, "limit-minutes": limit }: TestInputs,
  { code, isOverLimit, lines }: CommandEnd,
  results: TestResults | undefined,
  running: readonly string[],
): string | undefined {
  if (isOverLimit) {
    const last = lines.findLast((line) => line.trim() !== "");
    const where =
      running.length > 0
        ? `still running: ${quoted(running)}`
        : last === undefined
          ? "it has said nothing"
          : `the last that it said: "${last.trim()}"`;
    return `suite "${suite}" took longer than ${limit} min; ${where}`;
  }
  const failed = results?.failed ?? 0;
  const which = failed === 0 ? "" : `, ${failed} ${failed === 1 ? "test" : "tests"} failed`;
  if (code !== 0) return `suite "${suite}" failed: "${command}" ended with exit code ${code}${which}`;
  if (results === undefined && reports.length > 0)
    return `suite "${suite}" wrote no report that input \`reports\` names: ${quoted(reports)}`;
  if (results !== undefined && results.passed + results.failed === 0)
    return `suite "${suite}" ran no test${results.skipped > 0 ? `: all ${results.skipped} were skipped` : ""}`;
  return undefined;
}

const hints: readonly (readonly [RegExp, string])[] = [
  [/took longer/, "end what the test waits for, or raise `limit-minutes`"],
  [/ran no test/, "see whether the command's files and filters still match"],
  [/wrote no report/, "let the command write them in each run, or correct `reports`"],
];

/** Tells why the suite failed, and throws `TestsFailed`. */
export async function failSuite(
  inputs: TestInputs,
  { problem, end, results }: { problem: string; end: CommandEnd; results: TestResults | undefined },
  context: ActionContext,
): Promise<never> {
  const failures = failuresOf(results, await filesOf(context));
  for (const { name, message, at } of failures.slice(0, annotationsShown)) {
    context.runner.error(message === "" ? "failed" : message, name, at);
  }
  if (failures.length === 0 && end.code !== 0 && !end.isOverLimit)
    context.runner.error(failureExcerpt(end.lines), `Suite ${inputs.suite}`);
  const words = results === undefined ? "" : `: ${countWords(results)}`;
  await leave(inputs, { suite: inputs.suite, problem, failures }, words, slowestMarkdown(results), context);
  const hint =
    hints.find(([pattern]) => pattern.test(problem))?.[1] ??
    `run \`${inputs.command}\` in a clone of the commit to see the same`;
  throw new ActionError("TestsFailed", problem, { hint });
}

/** Tells what a check found, and throws `TestsFailed`. */
export async function failCheck(inputs: TestInputs, end: CommandEnd, context: ActionContext): Promise<never> {
  const { suite, "check-command": check } = inputs;
  const files = await filesOf(context);
  const failures = checkProblems(end.lines).map(({ file, line, message }): Failure => {
    const path = files.find(file);
    return { name: message, message, ...(path && { at: { file: path, line } }) };
  });
  for (const { message, at } of failures.slice(0, annotationsShown)) {
    context.runner.error(message, `Check of ${suite}`, at);
  }
  if (failures.length === 0) context.runner.error(failureExcerpt(end.lines), `Check of ${suite}`);
  const how = end.isOverLimit
    ? `took longer than ${inputs["limit-minutes"]} min`
    : `ended with exit code ${end.code}`;
  const problem = `the checks of suite "${suite}" failed: "${check}" ${how}`;
  const found = failures.map((failure) => ({ ...failure, name: "check" }));
  await leave(inputs, { suite, problem, failures: found }, "", "", context);
  throw new ActionError("TestsFailed", problem, {
    hint: `run \`${check}\` in a clone of the commit to see the same`,
  });
}

/** Which tests a cancelled job was at: a job that takes longer than it may ends so. */
export function sayRunning(
  { suite }: TestInputs,
  running: readonly string[],
  { runner }: Pick<ActionContext, "runner">,
): void {
  if (running.length > 0) runner.error(`still running: ${quoted(running)}`, `Suite ${suite} was cancelled`);
}

function quoted(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => `"${name}"`);
  return [...shown, ...(names.length > shown.length ? [`${names.length - shown.length} more`] : [])].join(
    ", ",
  );
}

async function filesOf({ run }: Pick<ActionContext, "run">): Promise<SourceFiles> {
  return new SourceFiles(run.workspace, await trackedFiles(run.workspace, ".").catch(() => []));
}

async function leave(
  { suite }: TestInputs,
  said: SuiteFailures,
  words: string,
  slowest: string,
  { runner, run }: ActionContext,
): Promise<void> {
  const folder = join(run.temp, `failures-${suite}`);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, failuresFile), `${JSON.stringify(said, null, 2)}\n`);
  runner.output("failures", folder);
  const parts = [
    `Suite **${suite}** failed${words}.`,
    cell(said.problem),
    failuresMarkdown(said.failures),
    slowest,
  ];
  await runner.summary(`${parts.filter((part) => part !== "").join("\n\n")}\n\n`);
}
