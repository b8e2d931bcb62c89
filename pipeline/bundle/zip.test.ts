import { expect } from "chai";
import fc from "fast-check";
import { zipSync } from "fflate";
import type { ActionError } from "../kit/errors.ts";
import { readZip, writeZip, type ZipEntry } from "./zip.ts";

const entry = (name: string, content: string, mode = 0o644): ZipEntry => ({
  name,
  mode,
  content: Buffer.from(content),
});

const refusal = (archive: Uint8Array): ActionError => {
  try {
    readZip(archive, "api.zip");
  } catch (error) {
    return error as ActionError;
  }
  throw new Error("was read");
};

describe("a zip", () => {
  it("gives back names, permissions and content, sorted", () => {
    const entries = [
      entry("b/run.sh", "#!/bin/sh", 0o755),
      entry("ä.txt", ""),
      entry("a.txt", "x".repeat(10_000)),
    ];
    const read = readZip(writeZip(entries), "api.zip");
    expect(
      read.map(({ name, mode, content }) => [name, mode, Buffer.from(content).toString()]),
    ).to.deep.equal([
      ["a.txt", 0o644, "x".repeat(10_000)],
      ["b/run.sh", 0o755, "#!/bin/sh"],
      ["ä.txt", 0o644, ""],
    ]);
  });

  it("is the same bytes whatever the order", () => {
    const name = fc.stringMatching(/^[a-z]{1,8}$/);
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(name, fc.string()), { selector: ([key]) => key }), (files) => {
        const entries = files.map(([key, text]) => entry(key, text));
        expect(writeZip(entries.toReversed())).to.deep.equal(writeZip(entries));
      }),
    );
  });

  for (const name of ["../up", "a/../../up", "/etc/passwd", "C:\\x", "a\\b"]) {
    it(`with "${name}" in it is refused`, () => {
      const error = refusal(zipSync({ [name]: new Uint8Array(1) }));
      expect(error.code).to.equal("InvalidBundle");
      expect(error.message).to.include("would leave the folder");
    });
  }

  it("that is torn is refused, wherever it is torn", () => {
    const archive = writeZip([entry("a", "x".repeat(500)), entry("b", "y".repeat(500))]);
    for (let length = 0; length < archive.length; length += 7) {
      expect(refusal(archive.subarray(0, length)).code).to.equal("InvalidBundle");
    }
  });
});
