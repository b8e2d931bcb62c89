// What a suite's output says of its tests, whichever of the usual tools printed it.
import { readJest } from "./read-jest.ts";
import { readMocha } from "./read-mocha.ts";
import { readNodeTest } from "./read-node-test.ts";
import { readVitest } from "./read-vitest.ts";
import { joined, type TestCase, type TestResults } from "./test-results.ts";

const readers = [readMocha, readJest, readVitest, readNodeTest];

/**
 * The results of all runs of mocha, jest, vitest and `node --test` in the output, by their default reporters; lines have no terminal
 * codes. Undefined where none of them says how it ended.
 */
export function readOutput(lines: readonly string[]): TestResults | undefined {
  const results = joined(readers.flatMap((read) => read(lines)));
  return results && { ...results, cases: [...results.cases, ...timedTests(lines)] };
}

/** The tests that passed with their times, which the tools print behind slow ones or all: `✔ waits a little (353ms)`. */
function timedTests(lines: readonly string[]): readonly TestCase[] {
  return lines.flatMap((line) => {
    const [, name = "", time, unit] = /^\s*[✓✔√] (.*?)\s+\(?([\d.]+) ?(ms|s)\)?$/.exec(line) ?? [];
    // vitest has lines of files too.
    if (time === undefined || / \(\d+ tests?\b/.test(name)) return [];
    return [{ name, outcome: "passed", seconds: Number(time) / (unit === "s" ? 1 : 1000) } as const];
  });
}
