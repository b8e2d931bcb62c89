import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect } from "chai";
import { root } from "./root.ts";

describe("what runs before npm start", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "prepare-"));
    for (const name of ["scripts", "bin", "node_modules"]) mkdirSync(join(folder, name));
    copyFileSync(join(root, "scripts/prepare.mjs"), join(folder, "scripts/prepare.mjs"));
    writeFileSync(join(folder, "bin/npm"), '#!/bin/sh\necho "npm $1"\n');
    chmodSync(join(folder, "bin/npm"), 0o755);
    put("package-lock.json", { "": {}, "node_modules/a": { version: "1.0.0" }, "node_modules/b": other });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** A package for another platform. */
  const other = { version: "1.0.0", optional: true };
  const put = (file: string, packages: object) =>
    writeFileSync(join(folder, file), JSON.stringify({ lockfileVersion: 3, packages }));
  const installs = () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/prepare.mjs"], {
      cwd: folder,
      encoding: "utf8",
      env: { PATH: `${join(folder, "bin")}${delimiter}${process.env.PATH}` },
    });
    expect(status, stderr).to.equal(0);
    return stdout.includes("npm ci");
  };
  const record = "node_modules/.package-lock.json";

  it("installs once, and again for another lockfile", () => {
    expect([installs(), installs()]).to.eql([true, false]);
    put("package-lock.json", { "": {} });
    rmSync(join(folder, record), { force: true });
    expect([installs(), installs()]).to.eql([true, false]);
  });

  it("installs once where two start at the same time, and does not wait for one that died", async () => {
    writeFileSync(join(folder, "bin/npm"), '#!/bin/sh\nsleep 0.5\necho "npm $1"\n');
    const start = () =>
      new Promise<string>((resolve) => {
        const env = { PATH: `${join(folder, "bin")}${delimiter}${process.env.PATH}` };
        const child = spawn(process.execPath, ["scripts/prepare.mjs"], { cwd: folder, env });
        let said = "";
        child.stdout.on("data", (chunk: Buffer) => {
          said += chunk.toString();
        });
        child.once("close", () => resolve(said));
      });
    const said = await Promise.all([start(), start()]);
    expect(said.filter((text) => text.includes("npm ci"))).to.have.length(1);
    const name = createHash("sha256").update(realpathSync(folder)).digest("hex").slice(0, 16);
    writeFileSync(join(tmpdir(), `install-${name}.lock`), "999999999");
    put("package-lock.json", { "": {} });
    expect(installs()).to.equal(true);
  });

  it("does not install what npm ci just did", () => {
    put(record, { "node_modules/a": { version: "1.0.0" } });
    expect(installs()).to.equal(false);
    expect(readFileSync(join(folder, "node_modules/.installed-lockfile"), "utf8")).to.match(
      /^[0-9a-f]{64}\n$/,
    );
  });

  for (const [name, packages] of [
    ["a package is missing", {}],
    ["a package has another version", { "node_modules/a": { version: "1.0.1" } }],
  ] as const) {
    it(`installs where ${name}`, () => {
      put(record, packages);
      expect(installs()).to.equal(true);
    });
  }
});
