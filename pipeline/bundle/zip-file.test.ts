import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { zipSync } from "fflate";
import { unpackBundle } from "../../local/aws/elastic-beanstalk/bundle/unpack.ts";
import { failureOf } from "../kit/failure-fixture.ts";
import { sha256 } from "../kit/sha256.ts";
import { readFromZip, unzipFile } from "./unzip-file.ts";
import { readZip, writeZip } from "./zip.ts";
import { writeZipFile, type ZipSource } from "./zip-file.ts";

describe("an archive written to disk", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "udagram-zip-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const source = (name: string, text: string, mode = 0o644): ZipSource => ({
    name,
    mode,
    read: async () => Buffer.from(text),
  });
  const sources = [
    source("views/ö.html", "x".repeat(5000)),
    source("bin/www", "#!/bin/sh\necho started\n", 0o755),
    source("empty", ""),
    ...Array.from({ length: 20 }, (_, index) => source(`many/${index}`, `file ${index}`)),
  ];

  it("reads back as what went in, here and by others' tools", async () => {
    const path = join(folder, "a.zip");
    const { sha256: sum, bytes } = await writeZipFile(path, sources);
    expect([sum, bytes]).to.deep.equal([sha256(readFileSync(path)), statSync(path).size]);
    const entries = readZip(readFileSync(path), path).map(({ name, mode, content }) => [
      name,
      mode,
      Buffer.from(content).toString(),
    ]);
    const expected = await Promise.all(
      sources.map(async ({ name, mode, read }) => [name, mode, Buffer.from(await read()).toString()]),
    );
    expect(entries).to.have.deep.members(expected);
    for (const [name, unpack] of Object.entries({ unpackBundle, unzipFile })) {
      const out = join(folder, name);
      await unpack(path, out);
      expect(execFileSync(join(out, "bin", "www"), { encoding: "utf8" })).to.equal("started\n");
      expect(readFileSync(join(out, "views", "ö.html"), "utf8")).to.have.length(5000);
      expect(readdirSync(join(out, "many"))).to.have.length(20);
    }
    expect(Buffer.from((await readFromZip(path, "many/7")) ?? "").toString()).to.equal("file 7");
    expect(await readFromZip(path, "many")).to.equal(undefined);
  });

  it("is unpacked neither where it is cut off, nor to where its files would leave the folder", async () => {
    const path = join(folder, "bad.zip");
    const whole = writeZip([{ name: "a", mode: 0o644, content: Buffer.from("a".repeat(99)) }]);
    const leaving = zipSync({ "../b": Buffer.from("b") });
    for (const [bytes, reason] of [
      [whole.subarray(0, 40), "it has no end record"],
      [leaving, '"../b" would leave the folder'],
    ] as const) {
      writeFileSync(path, bytes);
      const { code, message } = await failureOf(unzipFile(path, join(folder, "bad")));
      expect([code, message]).to.deep.equal(["InvalidBundle", `"${path}" is no readable zip: ${reason}`]);
    }
    expect(existsSync(join(folder, "b"))).to.equal(false);
  });

  it("is the same bytes whatever the order", async () => {
    const one = await writeZipFile(join(folder, "one.zip"), sources);
    const other = await writeZipFile(join(folder, "other.zip"), [...sources].reverse());
    expect(other).to.deep.equal(one);
  });

  it("fails with the file that cannot be read", async () => {
    const torn: ZipSource = { name: "torn", mode: 0o644, read: () => Promise.reject(new Error("torn away")) };
    const failure = await writeZipFile(join(folder, "torn.zip"), [...sources, torn]).catch((error) => error);
    expect(failure).to.have.property("message", "torn away");
  });

  it("refuses more files than the format counts", async () => {
    const many = Array.from({ length: 65_536 }, (_, index) => source(String(index), ""));
    const { code, message } = await failureOf(writeZipFile(join(folder, "many.zip"), many));
    expect([code, message]).to.deep.equal([
      "BuildFailed",
      "65536 files are more than an archive holds, 65535",
    ]);
  });
});
