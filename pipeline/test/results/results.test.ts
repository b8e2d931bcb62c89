// What the stock reporters print, as recorded of one suite of six tests in each tool: two fail, one is behind a hook that fails, one is
// skipped, two pass, of which one takes 350 ms.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { expect } from "chai";
import { checkProblems } from "./check-problems.ts";
import { readCtrf } from "./ctrf.ts";
import { readJunit } from "./junit.ts";
import { readOutput } from "./read-output.ts";
import { SourceFiles } from "./source-files.ts";
import { failuresMarkdown, failuresOf, parseFailures } from "./suite-report.ts";
import { countedCases } from "./test-results.ts";

const recorded = (name: string): string => readFileSync(join(import.meta.dirname, "recorded", name), "utf8");
const linesOf = (text: string): readonly string[] =>
  text.split("\n").map((line) => stripVTControlCharacters(line).trimEnd());

const files = new SourceFiles("/home/runner/work/app/app", ["api/index.ts", "test/cart.test.js"]);
const place = (line: number) => ({ file: "test/cart.test.js", line });

describe("the output of", () => {
  const rows: readonly [name: string, failures: readonly [string, number, string][]][] = [
    [
      "jest-30.txt",
      [
        ["cart › with a photo › adds up", 6, "expect(received).toEqual(expected) // deep equality"],
        ["cart › with a photo › reads a missing field", 7, "TypeError: Cannot read properties of undefined"],
        ["a store › keeps what it is given", 11, "no database on port 5432"],
      ],
    ],
    [
      "vitest-4.txt",
      [
        ["a store", 12, "Error: no database on port 5432"],
        ["cart › with a photo › adds up", 7, "AssertionError: expected { sum: 2 }"],
        ["cart › with a photo › reads a missing field", 8, "TypeError: Cannot read properties of undefined"],
      ],
    ],
    ...["mocha-10.txt", "mocha-10-dot.txt"].map((name): [string, [string, number, string][]] => [
      name,
      [
        ["cart › with a photo › adds up", 7, "AssertionError: expected { sum: 2 }"],
        ["cart › with a photo › reads a missing field", 8, "TypeError: Cannot read properties of undefined"],
        ['a store › "before all" hook for "keeps what it is given"', 12, "Error: no database on port 5432"],
      ],
    ]),
    [
      "node-24.txt",
      [
        ["adds up", 7, "AssertionError [ERR_ASSERTION]: Expected values"],
        ["reads a missing field", 8, "TypeError: Cannot read properties of undefined"],
        ["keeps what it is given", 13, "'test did not finish before its parent"],
        ["a store", 12, "Error: no database on port 5432"],
      ],
    ],
    [
      "node-24-tap.txt",
      [
        ["cart › with a photo › adds up", 7, "Expected values to be strictly deep-equal:"],
        ["cart › with a photo › reads a missing field", 8, '"Cannot read properties of undefined'],
        ["a store › keeps what it is given", 13, "'test did not finish before its parent"],
        ["a store", 12, "'no database on port 5432'"],
      ],
    ],
  ];
  for (const [name, wanted] of rows) {
    it(`${name.replace(/\.txt$/, "")} names failed tests, their lines and reasons, and counts the others`, () => {
      const results = readOutput(linesOf(recorded(name)));
      expect(results).to.include({ passed: 2, skipped: name.startsWith("vitest") ? 2 : 1 });
      const failures = failuresOf(results, files);
      expect(results?.failed).to.equal(failures.length);
      expect(failures.map((failure) => [failure.name, failure.at])).to.deep.equal(
        wanted.map(([title, line]) => [title, place(line)]),
      );
      for (const [index, [, , message]] of wanted.entries()) {
        expect(failures[index]?.message.startsWith(message), failures[index]?.message).to.equal(true);
        expect(failures[index]?.message).not.to.match(/^\s+at |node:internal/m);
      }
    });
  }

  it("jest keeps the lines of a difference below one another", () => {
    const [failure] = failuresOf(readOutput(linesOf(recorded("jest-30.txt"))), files);
    expect(failure?.message.split("\n").slice(2, 5)).to.deep.equal([
      "- Expected  - 1",
      "+ Received  + 1",
      "",
    ]);
  });

  it("the tools that say times names the slow tests", () => {
    for (const name of ["jest-30", "vitest-4", "mocha-10", "node-24"]) {
      const results = readOutput(linesOf(recorded(`${name}.txt`)));
      const slow = results?.cases.filter(({ seconds = 0 }) => seconds > 0.3).map((test) => test.name);
      expect(slow, name).to.deep.equal(["waits a little"]);
    }
  });

  it("no known tool says nothing", () => {
    expect(readOutput(["hello", "2 tests"])).to.equal(undefined);
  });

  it("several runs of mocha counts all", () => {
    const twice = [...linesOf(recorded("mocha-10.txt")), ...linesOf(recorded("mocha-10.txt"))];
    expect(readOutput(twice)).to.include({ passed: 4, failed: 6, skipped: 2 });
  });

  it("jest whose file does not load names the file", () => {
    const output = [
      "FAIL api/index.ts",
      "  ● Test suite failed to run",
      "",
      "    SyntaxError: Unexpected token (3:1)",
      "",
      "      at parse (api/index.ts:3:1)",
      "",
      "Test Suites: 1 failed, 1 total",
      "Tests:       0 total",
    ];
    expect(failuresOf(readOutput(output), files)).to.deep.equal([
      {
        name: "api/index.ts › Test suite failed to run",
        message: "SyntaxError: Unexpected token (3:1)",
        at: { file: "api/index.ts", line: 3 },
      },
    ]);
  });
});

describe("the JUnit report of", () => {
  for (const [name, line, title] of [
    ["jest-30", 6, "cart with a photo adds up"],
    ["mocha-10-xunit", 7, "cart with a photo › adds up"],
    ["node-24", 7, "cart.with a photo › adds up"],
    ["vitest-4", 7, "cart › with a photo › adds up"],
  ] as const) {
    it(`${name.split("-")[0]} names failed tests, their lines and reasons`, () => {
      const file = name.endsWith("xunit") ? `${name}.xml` : `${name}-junit.xml`;
      const results = countedCases(readJunit(recorded(file)));
      expect(results).to.include({ passed: 2, failed: 3 });
      expect(results.cases.find(({ seconds = 0 }) => seconds > 0.3)?.name).to.match(/waits a little$/);
      const failures = failuresOf(results, files);
      const [first] = failures.filter(({ name: of }) => of.endsWith("adds up"));
      expect(first?.name).to.equal(title);
      expect(first?.at).to.deep.equal(place(line));
      expect(first?.message).to.match(/^(?:Error: |AssertionError: )?expect/i);
    });
  }

  it("something else is refused", () => {
    expect(() => readJunit("<html></html>")).to.throw("no element testsuite");
    expect(() => readCtrf("{}")).to.throw("no list results.tests");
  });
});

describe("a CTRF report", () => {
  it("has names, places and what is flaky", () => {
    const tests = [
      { name: "adds up", status: "passed", duration: 1200, suite: ["cart"], flaky: true },
      { name: "later", status: "pending", duration: 0 },
    ];
    expect(readCtrf(JSON.stringify({ results: { tests } }))).to.deep.equal([
      { name: "cart › adds up", outcome: "passed", seconds: 1.2, isFlaky: true },
      { name: "later", outcome: "skipped", seconds: 0 },
    ]);
  });
});

describe("the findings of", () => {
  const rows: readonly [tool: string, output: string, problem: object][] = [
    [
      "tsc",
      "src/a.ts(3,7): error TS2322: Type 'string' is not assignable to type 'number'.",
      { file: "src/a.ts", line: 3, message: "TS2322: Type 'string' is not assignable to type 'number'." },
    ],
    [
      "tsc --pretty",
      "src/a.ts:3:7 - error TS2322: Type 'string' is not assignable to type 'number'.\n\n3 let a: number = '';",
      { file: "src/a.ts", line: 3, message: "TS2322: Type 'string' is not assignable to type 'number'." },
    ],
    [
      "ESLint",
      "\n/home/app/src/a.js\n  1:3  warning  Prefer const  prefer-const\n  4:9  error    'b' is not defined  no-undef\n\n✖ 2 problems (1 error, 1 warning)\n",
      { file: "/home/app/src/a.js", line: 4, message: "'b' is not defined no-undef" },
    ],
    [
      "Biome",
      "src/a.ts:2:7 lint/correctness/noUnusedVariables ━━━━━━━━━━\n\n  × This variable a is unused.\n",
      {
        file: "src/a.ts",
        line: 2,
        message: "lint/correctness/noUnusedVariables: This variable a is unused.",
      },
    ],
  ];
  for (const [tool, output, problem] of rows) {
    it(`${tool} have their place`, () => {
      expect(checkProblems(output.split("\n"))).to.deep.equal([problem]);
    });
  }
});

describe("what a failed suite leaves for the comment", () => {
  it("is read again, and is no markup", () => {
    const failures = [{ name: "a | <b> @you", message: "no", at: { file: "a.ts", line: 1 } }];
    const said = { suite: "api", problem: "failed", failures };
    expect(parseFailures(JSON.stringify(said))).to.deep.equal(said);
    expect(parseFailures("[]")).to.equal(undefined);
    expect(parseFailures("no")).to.equal(undefined);
    expect(failuresMarkdown(failures)).not.to.include("<b>").and.not.to.include("@you");
  });
});
