import { separator, type TestCase, type TestResults, textOf } from "./test-results.ts";

/** What vitest's default reporter prints: ` FAIL  file > suite > test`, what was thrown, a rule; then a line of counts. */
export function readVitest(lines: readonly string[]): readonly TestResults[] {
  const ends = lines.flatMap((line, index) => (/^ {2,}Tests {2}\S/.test(line) ? [index] : []));
  return ends.map((end, index) => {
    const line = lines[end] ?? "";
    const count = (word: string): number => Number(new RegExp(`(\\d+) ${word}`).exec(line)?.[1] ?? 0);
    const cases = readFailures(lines.slice(index === 0 ? 0 : (ends[index - 1] ?? 0), end));
    // A suite whose hook fails, and a file that does not load, count as suites, not as tests.
    const failed = Math.max(count("failed"), cases.length);
    return { passed: count("passed"), failed, skipped: count("skipped") + count("todo"), cases };
  });
}

function readFailures(lines: readonly string[]): readonly TestCase[] {
  const cases: TestCase[] = [];
  /** Tests that failed for the same reason stand above one another. */
  let names: string[] = [];
  let said: string[] = [];
  const close = (): void => {
    const message = textOf(said);
    for (const title of names) {
      const [file = "", ...titles] = title.split(" > ");
      const name = titles.length === 0 ? file.replace(/ \[.*\]$/, "") : titles.join(separator);
      cases.push({ name, outcome: "failed", message, file: file.replace(/ \[.*\]$/, "") });
    }
    names = [];
    said = [];
  };
  for (const line of lines) {
    const [, title] = /^ FAIL {2}(?:\|[^|]*\| )?(.+)$/.exec(line) ?? [];
    if (title !== undefined) {
      if (said.some((one) => one.trim() !== "")) close();
      names.push(title);
    } else if (/^⎯{4,}/.test(line)) close();
    else if (names.length > 0) said.push(line);
  }
  close();
  return cases;
}
