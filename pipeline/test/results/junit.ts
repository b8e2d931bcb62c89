import { separator, type TestCase } from "./test-results.ts";

const token =
  /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|<[?!][^>]*>|([^<]+)/g;

/**
 * The test cases of a JUnit XML report, as jest-junit, vitest, mocha and `node --test` write it: `testsuite`s within one another,
 * `testcase` with `failure`, `error` or `skipped` inside. Throws where it has none of these elements.
 */
export function readJunit(xml: string): readonly TestCase[] {
  const cases: TestCase[] = [];
  const suites: Attributes[] = [];
  let test: (Attributes & { problem?: string; isSkipped?: boolean }) | undefined;
  let inside: "failure" | undefined;
  let isReport = false;
  for (const [, cdata, closing, tag, attributes = "", selfClosing, text] of xml.matchAll(token)) {
    const characters = cdata ?? (text === undefined ? undefined : decoded(text));
    if (characters !== undefined) {
      if (inside && test) test.problem += characters;
      continue;
    }
    const ends = closing === "/" || selfClosing === "/";
    if (tag === "testsuite" || tag === "testsuites") {
      isReport = true;
      if (closing !== "/") suites.push(tag === "testsuite" ? attributesOf(attributes) : {});
      if (ends) suites.pop();
    } else if (tag === "testcase") {
      if (closing !== "/") test = attributesOf(attributes);
      if (ends && test) {
        cases.push(caseOf(test, suites));
        test = undefined;
      }
    } else if ((tag === "failure" || tag === "error") && test) {
      if (closing !== "/") {
        const { message = "" } = attributesOf(attributes);
        test.problem = `${test.problem ?? ""}${message}\n`;
      }
      inside = ends ? undefined : "failure";
    } else if (tag === "skipped" && test) test.isSkipped = true;
  }
  if (!isReport) throw new Error("it has no element testsuite");
  return cases;
}

type Attributes = Record<string, string>;

function attributesOf(text: string): Attributes {
  const pairs = text.matchAll(/([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g);
  return Object.fromEntries(
    [...pairs].map(([, name, double, single]) => [name, decoded(double ?? single ?? "")]),
  );
}

function caseOf(
  test: Attributes & { problem?: string; isSkipped?: boolean },
  suites: readonly Attributes[],
): TestCase {
  const { name = "", classname = "", time, problem, isSkipped } = test;
  const file =
    test.file ?? suites.findLast(({ file }) => file)?.file ?? (isFile(classname) ? classname : undefined);
  const line = Number(test.line);
  const suite = isFile(classname) ? "" : classname;
  return {
    name: named(suite, name),
    outcome: problem !== undefined ? "failed" : isSkipped ? "skipped" : "passed",
    ...(Number(time) >= 0 && { seconds: Number(time) }),
    ...(problem !== undefined && { message: withoutRepetition(problem) }),
    ...(file && { file }),
    ...(line > 0 && { line }),
  };
}

/** jest-junit puts the suites into the class and, by default, into the name as well. */
function named(suite: string, name: string): string {
  const title = name.replaceAll(" > ", separator);
  return suite === "" || title.startsWith(suite) || title === suite ? title : `${suite}${separator}${title}`;
}

function isFile(text: string): boolean {
  return /\.[cm]?[jt]sx?$/.test(text);
}

/** The message stands in the attribute and again at the beginning of the text. */
function withoutRepetition(problem: string): string {
  const [first = "", ...rest] = problem.trim().split("\n");
  const text = rest.join("\n").trim();
  return text.split("\n", 1)[0]?.includes(first) ? text : `${first}\n${text}`.trim();
}

function decoded(text: string): string {
  const names: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };
  return text.replace(/&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    const code = hex ? Number.parseInt(hex, 16) : Number(decimal);
    if (!name) return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    return names[name] ?? whole;
  });
}
