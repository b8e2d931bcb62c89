import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { sha256 } from "../lib/bundle.ts";
import { folderSource } from "./folder-source.ts";
import { hashInThread } from "./hash-thread.ts";

describe("a folder hashed in a thread", () => {
  const folder = mkdtempSync(join(tmpdir(), "hash-thread-"));
  const huge = Buffer.alloc(10 * 1024 * 1024 + 7, "huge");
  const long = Buffer.alloc(2 * 1024 * 1024 + 7, "long");
  const headers = () => ({ contentType: "application/octet-stream", cacheControl: "no-cache" });

  before(() => {
    mkdirSync(join(folder, "sub"));
    writeFileSync(join(folder, "sub", "empty.txt"), "");
    writeFileSync(join(folder, "huge.bin"), huge);
    writeFileSync(join(folder, "long.bin"), long);
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  it("has every file by its key, however long", async () => {
    await using hashing = hashInThread(folder);
    expect(await hashing.hashed).to.deep.include({
      keys: ["huge.bin", "long.bin", "sub/empty.txt"],
      sha256: [sha256(huge), sha256(long), sha256("")],
      bytes: [huge.length, long.length, 0],
    });
  });

  it("is not read again for the upload, but for what is too much to hold", async () => {
    await using hashing = hashInThread(folder);
    const source = folderSource(folder, headers, await hashing.hashed);
    for (const name of ["huge.bin", "long.bin"]) writeFileSync(join(folder, name), "written later");
    const read = (key: string): string => {
      const content = source.content(key);
      return "read" in content ? sha256(content.read()) : "";
    };
    expect(read("long.bin")).to.equal(sha256(long));
    expect(read("huge.bin")).to.equal(sha256("written later"));
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
