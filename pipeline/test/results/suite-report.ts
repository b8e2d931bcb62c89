// What a suite says of itself to whoever comes after it: its summary, and the file that the pull request's comment is made from.
import { cell, code, count, folded, table } from "../../kit/markdown.ts";
import type { SourcePlace } from "../../kit/runner.ts";
import { type SourceFiles, withoutStack } from "./source-files.ts";
import type { TestCase, TestResults } from "./test-results.ts";

/** The file in the folder of a suite that failed. */
export const failuresFile = "failures.json";

export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly at?: SourcePlace;
}

/** failures.json: why a suite failed. */
export interface SuiteFailures {
  readonly suite: string;
  /** What went wrong with the whole, in a sentence. */
  readonly problem: string;
  readonly failures: readonly Failure[];
}

/** The failed tests, with their places and without their stacks. */
export function failuresOf(results: TestResults | undefined, files: SourceFiles): readonly Failure[] {
  const failed = results?.cases.filter(({ outcome }) => outcome === "failed") ?? [];
  return failed.map((test) => {
    const at = files.placeOf(test);
    return { name: test.name, message: withoutStack(test.message ?? ""), ...(at && { at }) };
  });
}

/** `12 tests passed, 3 skipped`, or that nobody knows how many there were. */
export function countWords(results: TestResults | undefined): string {
  if (results === undefined) return "its tests are not counted: the command prints no summary that is known";
  const { passed, failed, skipped } = results;
  const parts = [`${count(passed, "test")} passed`];
  if (failed > 0) parts.push(`${failed} failed`);
  if (skipped > 0) parts.push(`${skipped} skipped`);
  return parts.join(", ");
}

const failuresShown = 50;

/** The failed tests by name and place, each with what was thrown, as the summary and the comment show them. */
export function failuresMarkdown(failures: readonly Failure[]): string {
  if (failures.length === 0) return "";
  const rows = failures.slice(0, failuresShown).map(({ name, at, message }) => {
    const place = at ? `${at.file}${at.line === undefined ? "" : `:${at.line}`}` : "";
    return [cell(name), place === "" ? "" : code(place), cell(firstLine(message))];
  });
  const left = failures.length - rows.length;
  if (left > 0) rows.push([`${left} more`, "", ""]);
  return table(["failed", "where", "why"], rows);
}

/** A reason in a row of a table; the annotation has the whole. */
function firstLine(message: string): string {
  const [line = ""] = message.split("\n", 1);
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}

const slowestShown = 5;
/** Quicker tests are no news. */
const leastSeconds = 0.2;

/** The slowest tests, folded; empty where none is slow, or the tool told no times. */
export function slowestMarkdown(results: TestResults | undefined): string {
  const slowest = [...(results?.cases ?? [])]
    .filter((test): test is TestCase & { seconds: number } => (test.seconds ?? 0) >= leastSeconds)
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, slowestShown);
  if (slowest.length === 0) return "";
  const rows = slowest.map(({ name, seconds }) => [cell(name), `${seconds.toFixed(1)} s`]);
  return folded("Slowest tests", table(["test", "time"], rows));
}

/** Reads what another job has left; undefined where it is something else. */
export function parseFailures(text: string): SuiteFailures | undefined {
  try {
    const { suite, problem, failures } = JSON.parse(text) as Partial<Record<keyof SuiteFailures, unknown>>;
    if (typeof suite !== "string" || typeof problem !== "string" || !Array.isArray(failures))
      return undefined;
    return { suite, problem, failures: failures.flatMap(parseFailure) };
  } catch {
    return undefined;
  }
}

function parseFailure(value: unknown): readonly Failure[] {
  const { name, message, at } = (value ?? {}) as Partial<Record<keyof Failure, unknown>>;
  if (typeof name !== "string" || typeof message !== "string") return [];
  const { file, line } = (at ?? {}) as Partial<Record<keyof SourcePlace, unknown>>;
  if (typeof file !== "string") return [{ name, message }];
  return [{ name, message, at: { file, ...(typeof line === "number" && { line }) } }];
}
