import { expect } from "chai";
import { terminalOf } from "./terminal.ts";
import { duration, fit, fitJob, plainText, widthOf, wrap } from "./text.ts";

describe("text for terminals", () => {
  it("counts columns, two for wide characters", () => {
    expect(["abc", "é", "日本", "👩‍🚀", "✓"].map(widthOf)).deep.equal([3, 1, 4, 2, 1]);
  });

  it("is cut to its columns with an ellipsis", () => {
    expect([fit("abcdef", 6), fit("abcdef", 4), fit("日本語", 5), fit("ab", 0)]).deep.equal([
      "abcdef",
      "abc…",
      "日本…",
      "",
    ]);
  });

  it("keeps the own name of a called job, and cuts that of its caller", () => {
    const name = "Deploy to production / Build";
    expect([28, 20, 10, 9, 4].map((columns) => fitJob(name, columns))).deep.equal([
      name,
      "Deploy to p… / Build",
      "D… / Build",
      "Deploy t…",
      "Dep…",
    ]);
    expect([fitJob("a / b / Finish", 12), fitJob("Without a caller", 8)]).deep.equal([
      "a … / Finish",
      "Without…",
    ]);
  });

  it("is wrapped at spaces, keeping its indent", () => {
    expect(wrap("  one two three\nfour", 9)).deep.equal(["  one two", "  three", "four"]);
  });

  it("loses what a terminal would obey", () => {
    expect(plainText("\x1b[2Ja\tb\x07\x1b]8;;http://x\x07c\r")).equal("a  bc");
    expect(plainText("\u202egnp.exe\u2069")).equal("gnp.exe");
  });

  it("says how long things took", () => {
    expect([0.04, 9.94, 9.96, 59.4, 60, 185].map(duration)).deep.equal([
      "0.0 s",
      "9.9 s",
      "10 s",
      "59 s",
      "1 min 0 s",
      "3 min 5 s",
    ]);
  });
});

describe("what a terminal can show", () => {
  const stream = { isTTY: true, columns: 120, rows: 40 } as NodeJS.WriteStream;
  for (const [environment, expected] of [
    [
      { TERM: "xterm-256color", LANG: "en_US.UTF-8" },
      { isTTY: true, noColor: false, unicode: true },
    ],
    [{ NO_COLOR: "1" }, { isTTY: true, noColor: true, unicode: true }],
    [{ CI: "true" }, { isTTY: false, noColor: false, unicode: true }],
    [{ TERM: "dumb" }, { isTTY: false, noColor: false, unicode: true }],
    [
      { LC_ALL: "C", LANG: "en_US.UTF-8" },
      { isTTY: true, noColor: false, unicode: false },
    ],
    [{ TERM: "linux" }, { isTTY: true, noColor: false, unicode: false }],
  ] as const) {
    it(`with ${JSON.stringify(environment)}`, () => {
      expect(terminalOf(stream, environment)).include(expected);
    });
  }

  it("is of usual size where it says that it has none, as script(1) makes it", () => {
    const { columns, rows } = terminalOf({ isTTY: true, columns: 0, rows: 0 } as NodeJS.WriteStream, {});
    expect([columns(), rows()]).to.deep.equal([98, 24]);
  });
});
