import { expect } from "chai";
import fc from "fast-check";
import { LineSplitter } from "./line-splitter.ts";

function split(chunks: readonly Buffer[]): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return lines;
}

describe("output lines", () => {
  it("end at \\n, \\r\\n and \\r, and at the end of the stream", () => {
    expect(split([Buffer.from("a\nb\r\nc\r10%\r20%\r\nd")])).to.deep.equal([
      "a",
      "b",
      "c",
      "10%",
      "20%",
      "d",
    ]);
  });

  it("come when they are complete, not later", () => {
    const lines: string[] = [];
    const splitter = new LineSplitter((line) => lines.push(line));
    splitter.push(Buffer.from("one\ntw"));
    expect(lines).to.deep.equal(["one"]);
  });

  it("are the same however the stream is cut, inside characters too", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("a", "é", "🙂", "\n", "\r", "\r\n"), { maxLength: 20 }),
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 30 }),
        (parts, sizes) => {
          const bytes = Buffer.from(parts.join(""));
          const chunks: Buffer[] = [];
          for (let at = 0, index = 0; at < bytes.length; index++) {
            const size = sizes[index % sizes.length] ?? 1;
            chunks.push(bytes.subarray(at, at + size));
            at += size;
          }
          expect(split(chunks)).to.deep.equal(split([bytes]));
        },
      ),
    );
  });
});
