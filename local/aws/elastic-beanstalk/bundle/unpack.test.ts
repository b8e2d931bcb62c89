import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { zip } from "./bundles-fixture.ts";
import { readBundleFiles, unpackBundle } from "./unpack.ts";

const link = (content: string) => ({ content, mode: 0o120777 });

describe("unpacking a source bundle", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "eb-unpack-"));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const failure = async (source: Buffer): Promise<string> => {
    try {
      await unpackBundle(source, join(root, "out"));
      return "";
    } catch (error) {
      return (error as Error).message;
    }
  };

  /** yazl itself refuses bad names, so they are put into the finished archive. */
  const renamed = async (name: string): Promise<Buffer> => {
    const good = "x".repeat(name.length);
    const archive = await zip({ [good]: "evil" });
    return Buffer.from(archive.toString("latin1").replaceAll(good, name), "latin1");
  };

  it("keeps folders, contents, modes and inner links", async () => {
    const source = await zip({
      "a/b.txt": "hello",
      "run.sh": { content: "#!/bin/sh\n", mode: 0o100755 },
      "a/link": link("../run.sh"),
    });
    await unpackBundle(source, join(root, "out"));
    expect(readFileSync(join(root, "out/a/b.txt"), "utf8")).equals("hello");
    expect(statSync(join(root, "out/a/link")).mode & 0o777).equals(0o755);
  });

  for (const name of ["../evil.txt", "a/../../evil", "/tmp/evil.txt", "..\\evil.txt"]) {
    it(`refuses the entry "${name}"`, async () => {
      expect(await failure(await renamed(name))).matches(/outside of it|cannot be unpacked/);
      expect(existsSync(join(root, "evil.txt"))).equals(false);
    });
  }

  it("refuses links that lead out, also by way of other links", async () => {
    expect(await failure(await zip({ out: link("../../..") }))).contains(
      'the link "out" to "../../.." leads outside',
    );
    rmSync(join(root, "out"), { recursive: true, force: true });
    const chain = { "x/file": "1", "d/e/near": link("../../x"), far: link("d/e/near/../..") };
    expect(await failure(await zip(chain))).contains('"far"');
  });

  it("writes no file through a link of the bundle", async () => {
    const source = await zip({ up: link(".."), "up/evil.txt": "evil" });
    expect(await failure(source)).not.equals("");
    expect(existsSync(join(root, "evil.txt"))).equals(false);
  });

  it("refuses what is no zip", async () => {
    expect(await failure(Buffer.from("hello"))).contains("is not a ZIP file");
  });

  it("reads single files without unpacking", async () => {
    const source = await zip({
      ".ebextensions/a.config": "x: 1",
      ".ebextensions/b.txt": "no",
      "a.config": "no",
    });
    const files = await readBundleFiles(source, /^\.ebextensions\/[^/]+\.config$/);
    expect([...files]).deep.equals([[".ebextensions/a.config", "x: 1"]]);
  });
});
