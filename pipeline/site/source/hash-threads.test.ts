import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { sha256 } from "../../kit/sha256.ts";
import { folderSource } from "./folder-source.ts";
import { hashInThreads } from "./hash-threads.ts";

describe("a folder hashed in threads", () => {
  const folder = mkdtempSync(join(tmpdir(), "hash-threads-"));
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
    await using hashing = hashInThreads(folder);
    const files = folderSource(folder, headers, await hashing.hashed()).files();
    expect([...files].map(([key, file]) => [key, file.sha256, file.bytes])).to.deep.equal([
      ["huge.bin", sha256(huge), huge.length],
      ["long.bin", sha256(long), long.length],
      ["sub/empty.txt", sha256(""), 0],
    ]);
  });

  it("is hashed by several threads, each file once", async () => {
    const many = join(folder, "many");
    mkdirSync(many);
    const keys = Array.from({ length: 9000 }, (_, n) => `${String(n).padStart(4, "0")}.txt`);
    for (const key of keys) writeFileSync(join(many, key), `text of ${key}`);
    await using hashing = hashInThreads(many, 3);
    expect(hashing.keys).to.deep.equal(keys);
    const files = folderSource(many, headers, await hashing.hashed()).files();
    expect([...files].map(([key, file]) => [key, file.sha256])).to.deep.equal(
      keys.map((key) => [key, sha256(`text of ${key}`)]),
    );
    rmSync(many, { recursive: true });
  });

  it("is hashed by the thread that waits for it, which meanwhile answers others", async () => {
    await using hashing = hashInThreads(folder, 0);
    let turns = 0;
    let isHashing = true;
    const turn = (): void => {
      turns += 1;
      if (isHashing) setImmediate(turn);
    };
    turn();
    const { keys, sha256: hashes } = await hashing.hashed();
    isHashing = false;
    expect(keys).to.deep.equal(["huge.bin", "long.bin", "sub/empty.txt"]);
    expect(Buffer.from(hashes).toString("hex")).to.equal(
      [huge, long, ""].map((text) => sha256(text)).join(""),
    );
    expect(turns, "one for each MiB").to.be.at.least(12);
  });

  it("is not read again for the upload, as far as it can be held", async () => {
    const small = join(folder, "small");
    mkdirSync(small);
    // Together more than is held: the last ones are read again.
    const text = Buffer.alloc(1_000_000, "text");
    const keys = Array.from({ length: 36 }, (_, n) => `${n}.txt`.padStart(6, "0"));
    for (const key of keys) writeFileSync(join(small, key), text);
    await using hashing = hashInThreads(small);
    const source = folderSource(small, headers, await hashing.hashed());
    const contentOf = (key: string): string => {
      const content = source.content(key, { ...headers(), sha256: "", bytes: text.length });
      return "read" in content ? sha256(content.read()) : "";
    };
    expect(keys.map(contentOf), "as they are").to.deep.equal(keys.map(() => sha256(text)));
    for (const key of keys) writeFileSync(join(small, key), "written later");
    const held = keys.filter((key) => contentOf(key) === sha256(text));
    expect(held, "as they were").to.have.length(33);
    rmSync(small, { recursive: true });
  });

  it("fails with what is wrong with the folder, and what to do", async () => {
    await using hashing = hashInThreads(join(folder, "none"));
    const error = await hashing.hashed().then(
      () => undefined,
      (reason) => reason,
    );
    expect(error).to.include({ code: "SourceUnreadable" });
    expect(error.message).to.match(/^could not read ".*\/none": ENOENT/);
    expect(error.hint).to.include("`source`");
  });
});
