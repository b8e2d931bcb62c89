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
    const files = folderSource(folder, headers, await hashing.hashed).files();
    expect([...files].map(([key, file]) => [key, file.sha256, file.bytes])).to.deep.equal([
      ["huge.bin", sha256(huge), huge.length],
      ["long.bin", sha256(long), long.length],
      ["sub/empty.txt", sha256(""), 0],
    ]);
  });

  it("is not read again for the upload, unless it is too much to hold", async () => {
    const readAfterwards = async (): Promise<string> => {
      await using hashing = hashInThread(folder);
      const source = folderSource(folder, headers, await hashing.hashed);
      writeFileSync(join(folder, "long.bin"), "written later");
      const content = source.content("long.bin", { ...headers(), sha256: "", bytes: long.length });
      return "read" in content ? sha256(content.read()) : "";
    };
    expect(await readAfterwards(), "beside a huge file").to.equal(sha256("written later"));
    rmSync(join(folder, "huge.bin"));
    writeFileSync(join(folder, "long.bin"), long);
    expect(await readAfterwards(), "without it").to.equal(sha256(long));
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
