import { expect } from "chai";
import fc from "fast-check";
import { parseCommand } from "../../local/github/runner/steps/workflow-command.ts";
import { hostile } from "./hostile-fixture.ts";
import { annotationText, claimLine, logText, summaryText, withRemedy } from "./log-text.ts";
import { cell, code, plain } from "./markdown.ts";

const claim = /^made \S+ with sha256 [0-9a-f]{64}$/i;
/** What a terminal, a viewer or a reader could be led astray by. */
const invisible = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

describe("foreign text", () => {
  it("in a log is never a command, a terminal code or an action's own claim", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        for (const line of logText(text).split("\n")) {
          expect(parseCommand(line), line).to.equal(undefined);
          expect(line.replaceAll("\t", "")).not.to.match(invisible);
          expect(line).not.to.match(claim);
          expect(line.length).to.be.at.most(8000);
        }
      }),
    );
  });

  it("that is harmless stays as it is", () => {
    for (const text of [
      "ok 1 - adds up",
      "a::b::c",
      "  \tindented: yes",
      "# #1 [x] ✓ ünï",
      "made with love",
    ]) {
      expect(logText(text)).to.equal(text);
    }
  });

  it("is not obeyed after blanks, nor in the middle of a line, and can still be read", () => {
    expect(logText("  ::stop-commands::x\nsay ##[error]no")).to.equal(
      "  : :stop-commands::x\nsay # #[error]no",
    );
    expect(logText("\u001b[31mred\u001b[0m \u202etxet")).to.equal("red txet");
    expect(logText(claimLine("bundle-1", "a".repeat(64)))).to.match(/^> made bundle-1/);
  });

  it("leaves an annotation's remedy whole, however long it is", () => {
    const said = withRemedy(`it broke: ${"x".repeat(9000)}`, "read the manual");
    expect(said).to.have.length(4096);
    expect(said).to.match(/^it broke: x+… \(\d+ more characters\)\. To fix it: read the manual$/);
    expect(annotationText("y".repeat(5000))).to.have.length(4096);
    expect(withRemedy("short", undefined)).to.equal("short");
  });

  it("in Markdown neither leaves its cell nor becomes markup", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        for (const shown of [cell(text), code(text), plain(text)]) {
          expect(shown).not.to.match(/\n/).and.not.to.match(invisible);
          expect(parseCommand(shown)).to.equal(undefined);
        }
        // As GitHub reads a row: a backslash takes the meaning of the character after it.
        expect(code(text).replace(/\\[!-/:-@[-`{-~]/g, "")).not.to.include("|");
        expect(code(text).match(/`/g)).to.have.length(2);
        expect(cell(text)).not.to.match(/[|`*_~$[\]\\<]|:\/\//);
      }),
    );
  });

  it("in a summary has no control characters, and fits", () => {
    expect(summaryText("a\u0000b\u001b[1mc\r\nd")).to.equal("abc\nd");
    expect(Buffer.byteLength(summaryText("€".repeat(2_000_000)))).to.be.below(1024 * 1024);
  });
});
