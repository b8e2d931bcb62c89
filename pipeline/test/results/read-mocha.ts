import { separator, type TestCase, type TestResults, textOf } from "./test-results.ts";

/** What mocha's reporters `spec`, `dot` and their like print at the end, once for each run of mocha in the output. */
export function readMocha(lines: readonly string[]): readonly TestResults[] {
  const starts = lines.flatMap((line, index) => (/^\s*\d+ passing\b/.test(line) ? [index] : []));
  return starts.map((start, index) => readSummary(lines.slice(start, starts[index + 1])));
}

function readSummary(lines: readonly string[]): TestResults {
  const counts = { passing: 0, pending: 0, failing: 0 };
  let end = 0;
  for (const line of lines) {
    const [, number, word] = /^\s*(\d+) (passing|pending|failing)\b/.exec(line) ?? [];
    if (number === undefined && line.trim() !== "") break;
    if (number !== undefined) counts[word as keyof typeof counts] = Number(number);
    end += 1;
  }
  return {
    passed: counts.passing,
    failed: counts.failing,
    skipped: counts.pending,
    cases: counts.failing === 0 ? [] : readFailures(lines.slice(end)),
  };
}

/** `  1) suite`, titles further in, the last of them with a colon at its end, then what was thrown. */
function readFailures(lines: readonly string[]): readonly TestCase[] {
  const starts: number[] = [];
  for (const [index, line] of lines.entries()) {
    if (new RegExp(`^  ${starts.length + 1}\\) `).test(line)) starts.push(index);
  }
  return starts.map((start, index) => {
    const block = lines.slice(start, starts[index + 1]);
    const last = block.findIndex((line) => line.endsWith(":"));
    const titles = block.slice(0, last + 1 || 1).map((line) => line.trim());
    titles[0] = (titles[0] ?? "").replace(/^\d+\) /, "");
    const name = titles.join(separator).replace(/:$/, "");
    return { name, outcome: "failed", message: textOf(block.slice(titles.length)) };
  });
}
