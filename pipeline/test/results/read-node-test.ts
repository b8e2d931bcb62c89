import { separator, type TestCase, type TestResults, textOf } from "./test-results.ts";

/** What `node --test` prints, as its reporter `spec` or as TAP: the counts, and the failed tests with where they stand. */
export function readNodeTest(lines: readonly string[]): readonly TestResults[] {
  const starts = lines.flatMap((line, index) => (/^[ℹ#] tests \d+$/.test(line) ? [index] : []));
  return starts.map((start, index) => {
    const counts = new Map<string, number>();
    for (const line of lines.slice(start, start + 9)) {
      const [, word = "", number] = /^[ℹ#] (\w+) (\d+)$/.exec(line) ?? [];
      if (!counts.has(word)) counts.set(word, Number(number));
    }
    const count = (word: string): number => counts.get(word) ?? 0;
    const isTap = lines[start]?.startsWith("#") ?? false;
    const cases = isTap
      ? readTap(lines.slice(index === 0 ? 0 : (starts[index - 1] ?? 0), start))
      : readSpec(lines.slice(start, starts[index + 1]));
    const failed = Math.max(count("fail") + count("cancelled"), cases.length);
    return { passed: count("pass"), failed, skipped: count("skipped") + count("todo"), cases };
  });
}

/** `test at <file>:<line>:<column>`, then `✖ <title> (<time>)`, then what was thrown. */
function readSpec(lines: readonly string[]): readonly TestCase[] {
  const starts = lines.flatMap((line, index) => (/^test at .+:\d+:\d+$/.test(line) ? [index] : []));
  return starts.map((start, index) => {
    const [where = "", title = "", ...said] = lines.slice(start, starts[index + 1]);
    const [, file = "", line] = /^test at (.+):(\d+):\d+$/.exec(where) ?? [];
    const name = title.replace(/^✖ /, "").replace(/ \([\d.]+ms\)$/, "");
    return { name, outcome: "failed", message: textOf(said), file, line: Number(line) };
  });
}

/** A suite that failed only by its tests is none of the failures. */
function readTap(lines: readonly string[]): readonly TestCase[] {
  const cases: TestCase[] = [];
  const titles: string[] = [];
  for (const [index, line] of lines.entries()) {
    const [, indent = "", title] = /^( *)# Subtest: (.*)$/.exec(line) ?? [];
    if (title !== undefined) titles.splice(indent.length / 4, titles.length, title);
    const [failed, inside = ""] = /^( *)not ok \d+/.exec(line) ?? [];
    if (failed === undefined || / # TODO\b/.test(line)) continue;
    const end = lines.indexOf(`${inside}  ...`, index);
    const block = lines.slice(index + 1, end === -1 ? index + 1 : end);
    if (block.some((one) => one.includes("failureType: 'subtestsFailed'"))) continue;
    const place = /location: '(.+):(\d+):\d+'/.exec(block.join("\n"));
    cases.push({
      name: titles.slice(0, inside.length / 4 + 1).join(separator),
      outcome: "failed",
      message: thrownIn(block.map((one) => one.slice(inside.length + 2))),
      ...(place && { file: place[1] ?? "", line: Number(place[2]) }),
    });
  }
  return cases;
}

/** The YAML block's `error`, of one line or several, and its stack. */
function thrownIn(block: readonly string[]): string {
  const part = (key: string): readonly string[] => {
    const start = block.findIndex((line) => line.startsWith(`${key}:`));
    if (start === -1) return [];
    const first = block[start]?.slice(key.length + 2) ?? "";
    const length = block.slice(start + 1).findIndex((line) => /^\S/.test(line));
    const rest = block.slice(start + 1, length === -1 ? undefined : start + 1 + length);
    return [...(first.startsWith("|") ? [] : [first]), ...rest];
  };
  return [...part("error"), ...part("stack").map((frame) => `    at ${frame.trim()}`)].join("\n");
}
