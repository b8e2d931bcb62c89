import { readFileSync } from "node:fs";
import { expect } from "chai";
import { readElf } from "./elf.ts";
import { elf, machines } from "./elf-fixture.ts";
import { NativeFiles } from "./native-files.ts";

const { x64, arm64 } = machines;
const old = {
  "libc.so.6": ["GLIBC_2.2.5", "GLIBC_2.34"],
  "libstdc++.so.6": ["GLIBCXX_3.4.29", "CXXABI_1.3"],
};

describe("what a compiled file needs", () => {
  it("is read as its loader reads it", () => {
    expect(readElf(elf(x64, old))).to.deep.equal({
      architecture: "x64",
      libraries: ["libc.so.6", "libstdc++.so.6"],
      versions: ["GLIBC_2.2.5", "GLIBC_2.34", "GLIBCXX_3.4.29", "CXXABI_1.3"],
    });
  });

  it("is read of a real program too: this Node.js", function () {
    if (process.platform !== "linux") this.skip();
    const needs = readElf(readFileSync(process.execPath));
    expect(needs?.architecture).to.equal(process.arch);
    expect(needs?.libraries).to.include("libc.so.6");
    expect(needs?.versions.filter((version) => version.startsWith("GLIBC_"))).not.to.deep.equal([]);
  });

  it("is nothing for a file that is none, and no version for one that is cut off", () => {
    expect(readElf(Buffer.from("module.exports = 1;\n".repeat(9)))).to.equal(undefined);
    expect(readElf(elf(arm64, old).subarray(0, 100))).to.deep.equal({
      architecture: "arm64",
      libraries: [],
      versions: [],
    });
  });
});

describe("compiled files in a bundle", () => {
  const package_ = "node_modules/p";
  const table: [string, Record<string, Buffer>, string[]][] = [
    ["are fine where the platform has what they need", { "build/p.node": elf(x64, old) }, []],
    [
      "are named with the newest version that the platform lacks",
      { "build/p.node": elf(x64, { "libc.so.6": ["GLIBC_2.35", "GLIBC_2.38", "GLIBC_2.4"] }) },
      ["build/p.node needs GLIBC_2.38, and Amazon Linux 2023 has GLIBC_2.34"],
    ],
    [
      "are named for a newer C++ library",
      { "build/p.node": elf(x64, { "libstdc++.so.6": ["GLIBCXX_3.4.32"] }) },
      ["build/p.node needs GLIBCXX_3.4.32, and Amazon Linux 2023 has GLIBCXX_3.4.29"],
    ],
    [
      "are named where they are another processor's",
      { "build/p.node": elf(arm64, old) },
      ["build/p.node is compiled for arm64, not for x64"],
    ],
    [
      "may be of other platforms beside the one that fits",
      {
        "prebuilds/linux-x64/p.glibc.node": elf(x64, old),
        "prebuilds/linux-x64/p.musl.node": elf(x64, { "libc.musl-x86_64.so.1": [] }),
        "prebuilds/linux-arm64/p.node": elf(arm64, old),
      },
      [],
    ],
    [
      "are named where all are of other platforms",
      { "prebuilds/linux-arm64/p.node": elf(arm64, old) },
      ["prebuilds/linux-arm64/p.node is compiled for arm64, not for x64"],
    ],
    [
      "are named by the one that was meant, where that does not fit",
      {
        "prebuilds/linux-x64/p.node": elf(x64, { "libc.so.6": ["GLIBC_2.39"] }),
        "prebuilds/linux-arm64/p.node": elf(arm64, old),
      },
      ["prebuilds/linux-x64/p.node needs GLIBC_2.39, and Amazon Linux 2023 has GLIBC_2.34"],
    ],
  ];
  for (const [sentence, files, problems] of table) {
    it(sentence, () => {
      const native = new NativeFiles();
      for (const [name, content] of Object.entries(files))
        native.add(package_, `${package_}/${name}`, content);
      expect(native.problems("x64")).to.deep.equal(problems.map((problem) => `${package_}/${problem}`));
    });
  }
});
