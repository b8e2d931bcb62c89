import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { writeZip, type ZipEntry } from "../../bundle/zip.ts";
import { readBundle } from "./read-bundle.ts";
import { startProblems } from "./start-problems.ts";
import { bundleInMemory, type StoredBundle } from "./stored-bundle.ts";

const entry = (name: string, content: string | Uint8Array = "", mode = 0o644): ZipEntry => ({
  ...{ name, mode },
  content: Buffer.from(content),
});

/** Counts what is read. */
function counted(bundle: StoredBundle): StoredBundle & { bytes: number; reads: number } {
  const count = { bytes: 0, reads: 0 };
  const took = async (part: ReturnType<StoredBundle["tail"]>) => {
    count.reads += 1;
    count.bytes += (await part).bytes.length;
    return part;
  };
  return Object.assign(count, {
    tail: (bytes: number) => took(bundle.tail(bytes)),
    range: (from: number, to: number) => took(bundle.range(from, to)),
  });
}

describe("readBundle", () => {
  it("looks into a large bundle without reading it all", async () => {
    const archive = writeZip([
      entry(".ebextensions/a.config", "files: {}\n"),
      entry(".platform/hooks/predeploy/1.sh", "#!/bin/sh\n", 0o755),
      entry("node_modules/large/index.js", randomBytes(3_000_000)),
      entry("package.json", "{}"),
      entry("z/large.bin", randomBytes(3_000_000)),
    ]);
    const bundle = counted(bundleInMemory(archive));
    const read = await readBundle(bundle);
    expect(read.names).to.have.length(5);
    expect(read.bytes).to.equal(archive.length);
    expect(
      read.entries.map(({ name, mode, content }) => [name, mode, Buffer.from(content).toString()]),
    ).to.deep.equal([
      [".ebextensions/a.config", 0o644, "files: {}\n"],
      [".platform/hooks/predeploy/1.sh", 0o755, "#!/bin/sh\n"],
      ["package.json", 0o644, "{}"],
    ]);
    expect(bundle.reads).to.equal(3);
    expect(bundle.bytes).to.be.below(600_000);
  });

  it("reads a small one at once", async () => {
    const bundle = counted(bundleInMemory(writeZip([entry("Procfile", "web: x\n"), entry("app.js")])));
    expect((await readBundle(bundle)).entries).to.have.length(1);
    expect(bundle.reads).to.equal(1);
  });

  it("reads the directory of one with very many files", async () => {
    const files = Array.from({ length: 9000 }, (_, index) =>
      entry(`node_modules/package-${index}/lib/a.js`, "x"),
    );
    const read = await readBundle(bundleInMemory(writeZip([...files, entry("app.js")])));
    expect(read.names).to.have.length(9001);
  });

  it("refuses what is no zip", async () => {
    const error = await readBundle(bundleInMemory(Buffer.from("no zip"))).catch((thrown) => thrown);
    expect(error).to.include({ code: "InvalidBundle" });
    expect(error.message).to.match(/no readable zip: it has no end record/);
  });
});

describe("startProblems", () => {
  const node = "64bit Amazon Linux 2023 v6.10.0 running Node.js 24";
  const rows: [string, string, ZipEntry[], RegExp | undefined][] = [
    ["accepts a Procfile", node, [entry("Procfile", "web: node x.js\n")], undefined],
    ["refuses a Procfile without web", node, [entry("Procfile", "worker: x\n")], /no line `web:/],
    ["accepts a start script", node, [entry("package.json", '{"scripts":{"start":"node x"}}')], undefined],
    ["accepts app.js", node, [entry("app.js")], undefined],
    ["accepts server.js", node, [entry("server.js")], undefined],
    ["refuses what nothing starts", node, [entry("index.js")], /nothing says how it is started/],
    [
      "refuses a package.json that is none",
      node,
      [entry("app.js"), entry("package.json", "{")],
      /is no JSON/,
    ],
    [
      "refuses engines that the platform does not meet",
      node,
      [entry("app.js"), entry("package.json", '{"engines":{"node":"18.x"}}')],
      /"18\.x" \(engines\.node\), and the environment's platform has 24/,
    ],
    [
      "accepts engines that it meets",
      "arn:aws:elasticbeanstalk:us-east-1::platform/Node.js 22 running on 64bit Amazon Linux 2023/6.10.0",
      [entry("app.js"), entry("package.json", '{"engines":{"node":">=20"}}')],
      undefined,
    ],
    [
      "refuses a folder in the archive",
      node,
      [entry("my-app/app.js"), entry("my-app/a")],
      /in the folder "my-app"/,
    ],
    [
      "accepts a Dockerfile on Docker",
      "64bit Amazon Linux 2023 v4 running Docker",
      [entry("Dockerfile")],
      undefined,
    ],
    [
      "refuses Docker without one",
      "64bit Amazon Linux 2023 v4 running Docker",
      [entry("app.js")],
      /none of Dockerfile/,
    ],
    [
      "leaves other platforms alone",
      "64bit Amazon Linux 2023 v4 running Python 3.13",
      [entry("a.py")],
      undefined,
    ],
  ];
  for (const [sentence, platform, entries, problem] of rows) {
    it(sentence, async () => {
      const found = startProblems(await readBundle(bundleInMemory(writeZip(entries))), platform);
      if (problem === undefined) expect(found).to.deep.equal([]);
      else expect(found.join("; ")).to.match(problem);
    });
  }
});
