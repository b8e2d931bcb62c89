import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { recordedContext } from "../kit/context-fixture.ts";
import { failureOf } from "../kit/failure-fixture.ts";
import { applyPatches } from "./patches.ts";

describe("patches of packages", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "patches-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (files: Readonly<Record<string, string>>): void => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text, { mode: 0o755 });
    }
  };
  const context = () =>
    recordedContext({ workspace: folder }, { env: { PATH: process.env.PATH, HOME: folder } });

  /** A patch-package that says what it is asked for, in a repository whose `postinstall` is this. */
  const repository = (postinstall: string, exitCode = 0): void => {
    const tool = { name: "patch-package", version: "8.0.0", bin: "run.js" };
    const own = {
      scripts: { postinstall },
      devDependencies: { "patch-package": `file:${join(folder, "tool")}` },
    };
    write({
      "tool/package.json": JSON.stringify(tool),
      "tool/run.js": `#!/usr/bin/env node
console.log("patching", process.env.NODE_ENV, process.argv.slice(2).join(), require("fs").readdirSync("patches").join());
process.exit(${exitCode});
`,
      "app/package.json": JSON.stringify(own),
      "copy/package.json": "{}",
      "copy/node_modules/express/package.json": "{}",
      "copy/node_modules/@scope/one/package.json": "{}",
      "copy/patches/express+5.1.0.patch": "",
      "copy/patches/@scope+one+1.0.0+001+why.patch": "",
      "copy/patches/vite+6.0.0.patch": "",
      "copy/patches/@scope+other++express+5.1.0.patch": "",
    });
  };

  it("are applied to what production has, whoever has patch-package", async () => {
    repository("npx patch-package --error-on-warn");
    const recorded = context();
    await applyPatches(join(folder, "app"), join(folder, "copy"), {}, recorded);
    expect(recorded.said.lines.join("\n")).to.include(
      "patching production --error-on-warn @scope+one+1.0.0+001+why.patch,express+5.1.0.patch",
    );
  });

  it("fail the build where they do not fit", async () => {
    repository("patch-package", 3);
    const failing = applyPatches(join(folder, "app"), join(folder, "copy"), {}, context());
    const { code, message, hint } = await failureOf(failing);
    expect([code, message]).to.deep.equal([
      "DependenciesNotInstalled",
      '"patch-package" failed with exit code 3',
    ]);
    expect(hint).to.include("make the patches anew");
  });

  it("are left alone where the script does other things too", async () => {
    repository("patch-package && husky", 3);
    await applyPatches(join(folder, "app"), join(folder, "copy"), {}, context());
    expect(readdirSync(join(folder, "copy/patches"))).to.have.length(4);
  });
});
