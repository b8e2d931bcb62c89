import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { root } from "../root.ts";
import { type ActionBundles, bundleActions } from "./bundle-actions.ts";
import { compareBundles } from "./compare-bundles.ts";

describe("the actions' bundles", () => {
  let folder: string;
  let made: ActionBundles;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "udagram-bundle-"));
    made = await bundleActions(root, ["test", "db-migrate"]);
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  it("are the same bytes from another folder", async () => {
    const other = join(folder, "elsewhere", "clone");
    mkdirSync(join(other, "actions"), { recursive: true });
    cpSync(join(root, "actions"), join(other, "actions"), {
      recursive: true,
      filter: (path) => !/actions\/(dist|node_modules)/.test(path),
    });
    cpSync(join(root, "pipeline"), join(other, "pipeline"), { recursive: true });
    symlinkSync(join(root, "node_modules"), join(other, "node_modules"));
    writeFileSync(join(other, "package.json"), "{}");
    const again = await bundleActions(other, ["test", "db-migrate"]);
    expect(compareBundles(again.files, made.files)).to.deep.equal([]);
  });

  it("share their code in chunks, and keep Sequelize out of what every action loads", () => {
    const entry = Buffer.from(made.files.get("main/db-migrate.js") ?? "").toString();
    const text = ([, content]: [string, Uint8Array]): string => Buffer.from(content).toString();
    const chunks = [...made.files].filter(([path]) => path.startsWith("chunks/"));
    const [sequelize] = chunks
      .filter((chunk) => text(chunk).includes("SequelizeDatabaseError"))
      .map(([path]) => path);
    expect(sequelize).to.be.a("string");
    expect(entry).not.to.include(`from"../${sequelize}"`);
    expect(made.bytes.sequelize).to.be.greaterThan(500_000);
    expect(made.bytes.shared).to.be.below(2_500_000);
  });

  it("run without a node_modules, and say what is wrong with their inputs", () => {
    const dist = join(folder, "actions", "dist");
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    for (const [path, content] of made.files) {
      mkdirSync(dirname(join(dist, path)), { recursive: true });
      writeFileSync(join(dist, path), content);
    }
    const env = Object.fromEntries(
      [
        "REPOSITORY",
        "SHA",
        "REF",
        "EVENT_NAME",
        "ACTOR",
        "WORKFLOW",
        "JOB",
        "WORKSPACE",
        "API_URL",
        "SERVER_URL",
      ].map((name) => [`GITHUB_${name}`, "owner/repository"]),
    );
    const { status, stdout } = spawnSync(process.execPath, [join(dist, "test.js")], {
      encoding: "utf8",
      env: {
        ...env,
        GITHUB_RUN_ID: "1",
        GITHUB_RUN_ATTEMPT: "1",
        RUNNER_TEMP: folder,
        INPUT_SUITE: "No Name",
      },
    });
    expect(status).to.equal(1);
    expect(stdout)
      .to.include("::error title=InvalidInputs::")
      .and.include('input "suite"')
      .and.include("No Name");
    expect(
      readdirSync(join(folder, "compile-cache")),
      "what the next step need not compile",
    ).not.to.deep.equal([]);
  });

  it("come with the licences of what they contain", () => {
    const licences = Buffer.from(made.files.get("LICENSES.txt") ?? "").toString();
    for (const name of ["@actions/core", "sequelize", "pg ", "@aws-sdk/client-s3", "fflate"]) {
      expect(licences).to.match(new RegExp(`^${name}`, "m"));
    }
    expect(licences).not.to.include(root);
  });

  it("are compared file by file", () => {
    const bytes = (text: string): Uint8Array => Buffer.from(text);
    const committed = new Map([
      ["a.js", bytes("1")],
      ["b.js", bytes("2")],
      ["old.js", bytes("3")],
    ]);
    const built = new Map([
      ["a.js", bytes("1")],
      ["b.js", bytes("changed")],
      ["new.js", bytes("4")],
    ]);
    expect(compareBundles(built, committed)).to.deep.equal([
      "actions/dist/b.js differs",
      "actions/dist/new.js is missing",
      "actions/dist/old.js is left over",
    ]);
  });
});
