/** One test, or what fails in a test's place: a hook, a file that does not load. */
export interface TestCase {
  /** The titles of the suites that it is in and its own, joined by " › ". */
  readonly name: string;
  readonly outcome: "passed" | "failed" | "skipped";
  readonly seconds?: number;
  /** What was thrown, as the tool shows it: message, difference, stack. */
  readonly message?: string;
  /** Where it stands or failed, as the tool says it; the stack may say more. */
  readonly file?: string;
  readonly line?: number;
  /** It failed first, and passed when it was tried again. */
  readonly isFlaky?: boolean;
}

/** What a tool said of one run. */
export interface TestResults {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** The tests known by name: the failed ones, and of the others those that the tool names. */
  readonly cases: readonly TestCase[];
}

export const separator = " › ";

/** The results of several runs as those of one; undefined of none. */
export function joined(all: readonly TestResults[]): TestResults | undefined {
  if (all.length === 0) return undefined;
  const sum = (of: (results: TestResults) => number): number =>
    all.reduce((total, results) => total + of(results), 0);
  return {
    passed: sum(({ passed }) => passed),
    failed: sum(({ failed }) => failed),
    skipped: sum(({ skipped }) => skipped),
    cases: all.flatMap(({ cases }) => cases),
  };
}

/** The results that cases alone tell. */
export function countedCases(cases: readonly TestCase[]): TestResults {
  const count = (wanted: TestCase["outcome"]): number =>
    cases.filter(({ outcome }) => outcome === wanted).length;
  return { passed: count("passed"), failed: count("failed"), skipped: count("skipped"), cases };
}

/** What was thrown, without the blank lines around it; each line keeps its indent, which they may have in common. */
export function textOf(lines: readonly string[]): string {
  const first = lines.findIndex((line) => line.trim() !== "");
  return first === -1 ? "" : lines.slice(first).join("\n").trimEnd();
}
