import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { expect } from "chai";

const mocha = join(dirname(createRequire(import.meta.url).resolve("mocha/package.json")), "bin", "mocha.js");

describe("a test file that leaves something open", function () {
  this.timeout(300_000);

  it("ends all the same, and says what failed and what is open", async () => {
    const folder = mkdtempSync(join(tmpdir(), "no-leaks-"));
    const file = join(folder, "leaks.test.mjs");
    writeFileSync(
      file,
      `import { createServer } from "node:http";
describe("a suite", () => {
  before(async () => {
    await new Promise((resolve) => createServer().listen(0, "127.0.0.1", resolve));
    throw new Error("the set-up failed");
  });
  it("is not reached", () => {});
});
`,
    );
    try {
      const limit = ["--timeout", "120000"];
      const args = [
        mocha,
        "--no-config",
        ...limit,
        "--require",
        join(import.meta.dirname, "no-leaks.ts"),
        file,
      ];
      const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
      const [said, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
      expect(code).not.to.equal(0);
      expect(said)
        .to.contain("the set-up failed")
        .and.match(/left open by .*leaks\.test\.mjs: TCPServerWrap/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
