import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { commandFiles, packageFiles } from "./package-files.ts";
import { layOutPackages } from "./package-layout.ts";

/** Installed packages by folder: what each needs, as its package.json says it. */
type Tree = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

describe("the layout of packages", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "udagram-layout-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Each package tells its own version, and what it gets for each that it needs. */
  const install = (tree: Tree): void => {
    for (const [path, fields] of Object.entries(tree)) {
      const directory = join(folder, path);
      mkdirSync(directory, { recursive: true });
      const name = path.split("node_modules/").at(-1) ?? "";
      writeFileSync(join(directory, "package.json"), JSON.stringify({ name, ...fields }));
      const needs = Object.keys((fields.dependencies ?? {}) as object);
      const told = needs.map((need) => `${JSON.stringify(need)}: require(${JSON.stringify(need)})`);
      writeFileSync(
        join(directory, "index.js"),
        `module.exports = { is: "${fields.version}", ${told.join(", ")} };\n`,
      );
    }
  };
  const needs = (...names: string[]) => ({
    dependencies: Object.fromEntries(names.map((name) => [name, "*"])),
  });

  /** Lays the packages of `app` out and runs the app in what came of it. */
  const lay = async (app: string) => {
    const layout = await layOutPackages([join(folder, app), folder], folder, { architecture: "x64" });
    const bundle = join(folder, "bundle");
    cpSync(join(folder, app, "index.js"), join(bundle, "index.js"));
    for (const one of layout.packages) {
      for (const { name, read } of await packageFiles(one)) {
        mkdirSync(dirname(join(bundle, name)), { recursive: true });
        writeFileSync(join(bundle, name), await read());
      }
    }
    const print = "console.log(JSON.stringify(require('./index.js')))";
    const seen: unknown = JSON.parse(
      execFileSync(process.execPath, ["-e", print], { cwd: bundle, encoding: "utf8" }),
    );
    return { ...layout, seen, places: layout.packages.map(({ location }) => location).sort() };
  };

  it("gives everyone the version that they had, two of one name included", async () => {
    install({
      api: { version: 1, ...needs("a", "b") },
      "node_modules/a": { version: 1, ...needs("c") },
      "node_modules/c": { version: 1, ...needs("b") },
      "node_modules/b": { version: 1 },
      "api/node_modules/b": { version: 2, ...needs("d") },
      "node_modules/d": { version: 1, ...needs("b") },
    });
    const { seen, places, missing } = await lay("api");
    expect(seen).to.deep.equal({
      is: "1",
      a: { is: "1", c: { is: "1", b: { is: "1" } } },
      b: { is: "2", d: { is: "1", b: { is: "1" } } },
    });
    expect(missing).to.deep.equal([]);
    expect(places).to.deep.equal([
      "node_modules/a",
      "node_modules/b",
      "node_modules/c",
      "node_modules/c/node_modules/b",
      "node_modules/d",
      "node_modules/d/node_modules/b",
    ]);
  });

  it("follows links: workspaces of npm, the store of pnpm", async () => {
    install({
      api: { version: 1, ...needs("@team/shared", "a") },
      shared: { version: 7, ...needs("a") },
      "node_modules/.pnpm/a@1/node_modules/a": { version: 1, ...needs("b") },
      "node_modules/.pnpm/a@1/node_modules/b": { version: 3 },
    });
    const link = (from: string, to: string): void => {
      mkdirSync(dirname(join(folder, from)), { recursive: true });
      symlinkSync(join(folder, to), join(folder, from));
    };
    link("node_modules/@team/shared", "shared");
    link("node_modules/a", "node_modules/.pnpm/a@1/node_modules/a");
    const { seen, places } = await lay("api");
    const a = { is: "1", b: { is: "3" } };
    expect(seen).to.deep.equal({ is: "1", "@team/shared": { is: "7", a }, a });
    expect(places).to.deep.equal(["node_modules/@team/shared", "node_modules/a", "node_modules/b"]);
  });

  it("leaves out parts for other platforms, and says who has none for this one", async () => {
    const part = (cpu: string) => ({ version: 1, os: ["linux"], cpu: [cpu] });
    const optional = (...names: string[]) => ({
      optionalDependencies: Object.fromEntries(names.map((name) => [name, "*"])),
    });
    install({
      api: { version: 1, ...needs("image", "hash") },
      "node_modules/image": { version: 1, ...optional("image-x64", "image-arm64") },
      "node_modules/hash": { version: 1, ...optional("hash-arm64", "hash-riscv") },
      "node_modules/image-x64": part("x64"),
      "node_modules/image-arm64": part("arm64"),
      "node_modules/hash-arm64": part("arm64"),
    });
    const { places, foreign } = await lay("api");
    expect(places).to.deep.equal(["node_modules/hash", "node_modules/image", "node_modules/image-x64"]);
    expect(foreign).to.deep.equal(["hash"]);
  });

  it("says what is needed and not installed", async () => {
    install({ api: { version: 1 }, "node_modules/a": { version: 1 } });
    writeFileSync(
      join(folder, "api", "package.json"),
      JSON.stringify({ name: "api", ...needs("a", "gone") }),
    );
    expect((await lay("api")).missing).to.deep.equal(['api needs "gone"']);
  });

  it("has what was compiled, without what compiling it left", async () => {
    install({ api: { version: 1, ...needs("hash") }, "node_modules/hash": { version: 1 } });
    const made = [
      "build/Release/hash.node",
      "build/Release/obj.target/hash/hash.o",
      "build/Release/.deps/a.d",
    ];
    for (const file of made) {
      mkdirSync(dirname(join(folder, "node_modules/hash", file)), { recursive: true });
      writeFileSync(join(folder, "node_modules/hash", file), "");
    }
    const { packages } = await lay("api");
    const names = (await Promise.all(packages.map(packageFiles))).flat().map(({ name }) => name);
    expect(names.filter((name) => name.includes("build/"))).to.deep.equal([
      "node_modules/hash/build/Release/hash.node",
    ]);
  });

  it("has commands that run without links", async () => {
    install({
      api: { version: 1, ...needs("tool") },
      "node_modules/tool": { version: 1, bin: { tool: "cli.js" } },
    });
    writeFileSync(
      join(folder, "node_modules/tool/cli.js"),
      "#!/usr/bin/env node\nconsole.log(process.argv[2]);\n",
    );
    const { packages } = await lay("api");
    const [command] = await commandFiles(packages);
    const file = join(folder, "bundle", command?.name ?? "");
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, (await command?.read()) ?? "", { mode: command?.mode });
    expect(execFileSync(file, ["two words"], { encoding: "utf8" })).to.equal("two words\n");
  });
});
