import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { sha256 } from "../lib/bundle.ts";
import { hashInThread } from "./hash-thread.ts";

describe("a folder hashed in a thread", () => {
  const folder = mkdtempSync(join(tmpdir(), "hash-thread-"));
  const long = Buffer.alloc(2 * 1024 * 1024 + 7, "long");

  before(() => {
    mkdirSync(join(folder, "sub"));
    writeFileSync(join(folder, "sub", "empty.txt"), "");
    writeFileSync(join(folder, "long.bin"), long);
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  it("has every file by its key, however long", async () => {
    await using hashing = hashInThread(folder);
    expect(await hashing.hashed).to.deep.equal({
      keys: ["long.bin", "sub/empty.txt"],
      sha256: [sha256(long), sha256("")],
      bytes: [long.length, 0],
    });
  });

  it("fails with what is wrong with the folder, and what to do", async () => {
    await using hashing = hashInThread(join(folder, "none"));
    const error = await hashing.hashed.then(
      () => undefined,
      (reason) => reason,
    );
    expect(error).to.include({ code: "SourceUnreadable" });
    expect(error.message).to.match(/^could not read ".*\/none": ENOENT/);
    expect(error.hint).to.include("`source`");
  });
});
