import type { TestCase, TestResults } from "./test-results.ts";

/**
 * The names of tests that failed and then passed with the same code: those that the tool itself tried again, and those that failed in
 * an earlier try of the suite and not in its last. `earlier` holds the results of the tries before, oldest first.
 */
export function flakyNames(
  earlier: readonly (TestResults | undefined)[],
  last: TestResults | undefined,
): readonly string[] {
  const stillFailing = new Set(namesOf(last, ({ outcome }) => outcome === "failed"));
  const failed = earlier.flatMap((results) => namesOf(results, ({ outcome }) => outcome === "failed"));
  const retried = namesOf(last, ({ isFlaky }) => isFlaky === true);
  return [...new Set([...failed, ...retried])].filter((name) => !stillFailing.has(name));
}

function namesOf(results: TestResults | undefined, wanted: (test: TestCase) => boolean): readonly string[] {
  return results?.cases.filter(wanted).map(({ name }) => name) ?? [];
}
