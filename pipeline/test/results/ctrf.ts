import { separator, type TestCase } from "./test-results.ts";

/** The tests of a CTRF report (Common Test Report Format, ctrf.io/docs/specification). Throws where it is none. */
export function readCtrf(json: string): readonly TestCase[] {
  const { results } = (JSON.parse(json) ?? {}) as { results?: { tests?: unknown } };
  if (!Array.isArray(results?.tests)) throw new Error("it has no list results.tests");
  return results.tests.map(caseOf);
}

function caseOf(test: Readonly<Record<string, unknown>>): TestCase {
  const { name, status, duration, suite, message, trace, filePath, line, flaky } = test;
  const suites = Array.isArray(suite) ? suite : typeof suite === "string" ? suite.split(" > ") : [];
  const said = [message, trace].filter((part) => typeof part === "string" && part !== "");
  return {
    name: [...suites, name].join(separator),
    outcome: status === "passed" || status === "failed" ? status : "skipped",
    ...(typeof duration === "number" && { seconds: duration / 1000 }),
    ...(said.length > 0 && { message: said.join("\n") }),
    ...(typeof filePath === "string" && { file: filePath }),
    ...(typeof line === "number" && { line }),
    ...(flaky === true && { isFlaky: true }),
  };
}
