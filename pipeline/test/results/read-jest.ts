import { separator, type TestCase, type TestResults, textOf } from "./test-results.ts";

/** What jest's default reporter prints: a block of each failure, and a line of counts. */
export function readJest(lines: readonly string[]): readonly TestResults[] {
  const ends = lines.flatMap((line, index) => (/^Tests: .*\d+ total$/.test(line) ? [index] : []));
  return ends.map((end, index) => {
    const counts = countsIn(lines[end] ?? "");
    const cases = readFailures(lines.slice(index === 0 ? 0 : (ends[index - 1] ?? 0), end));
    // A file that does not load has no tests that count as failed.
    const failed = Math.max(counts.failed, cases.length);
    return { passed: counts.passed, failed, skipped: counts.skipped + counts.todo, cases };
  });
}

function countsIn(line: string): { passed: number; failed: number; skipped: number; todo: number } {
  const counts = { passed: 0, failed: 0, skipped: 0, todo: 0 };
  for (const [, number, word] of line.matchAll(/(\d+) (passed|failed|skipped|todo)/g)) {
    counts[word as keyof typeof counts] = Number(number);
  }
  return counts;
}

/** After many test files jest prints all failures once more; each counts once. */
function readFailures(lines: readonly string[]): readonly TestCase[] {
  const cases = new Map<string, TestCase>();
  let file: string | undefined;
  let open: { name: string; file: string | undefined; lines: string[] } | undefined;
  const close = (): void => {
    if (open === undefined) return;
    const key = `${open.file} ${open.name}`;
    const { name, file: of, lines: said } = open;
    if (!cases.has(key))
      cases.set(key, {
        name,
        outcome: "failed",
        message: textOf(said),
        ...(of && { file: of }),
      });
    open = undefined;
  };
  for (const line of lines) {
    const [, of] = /^(?:FAIL|PASS) (?:\S+ )??(\S+\.[cm]?[jt]sx?)/.exec(line) ?? [];
    const [, title] = /^ {2}● (.+)$/.exec(line) ?? [];
    if (of !== undefined || title !== undefined || /^(Test Suites|Snapshots?):|^Summary of/.test(line))
      close();
    if (of !== undefined) file = of;
    if (title === undefined) open?.lines.push(line);
    else if (title !== "Console") open = { name: nameOf(title, file), file, lines: [] };
  }
  close();
  return [...cases.values()];
}

function nameOf(title: string, file: string | undefined): string {
  return title === "Test suite failed to run" && file !== undefined ? `${file}${separator}${title}` : title;
}
