import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { unpackBundle } from "../../local/aws/elastic-beanstalk/bundle/unpack.ts";
import { checkBundle } from "../bundle/bundle-check.ts";
import { readManifest } from "../bundle/manifest.ts";
import { migrationExports } from "../bundle/migration-exports.ts";
import { wholeManifest } from "../bundle/whole-manifest-fixture.ts";
import { readZip } from "../bundle/zip.ts";
import { declared } from "../kit/contract-fixture.ts";
import { failureOf } from "../kit/failure-fixture.ts";
import { bundledMigrations } from "../schema/migration/bundled.ts";
import { BuildFixture, filesOf } from "./build-fixture.ts";
import { inputs as specification } from "./inputs.ts";

describe("build", () => {
  let fixture: BuildFixture;
  before(() => {
    fixture = new BuildFixture();
  });
  after(() => fixture.close());

  it("writes a whole bundle, and says what it is", async () => {
    const space = fixture.workspace();
    const { said } = await fixture.build(space);
    const directory = join(space.directory, "release");
    const manifest = wholeManifest(await readManifest(directory));
    await checkBundle(directory, manifest);
    expect(manifest.id).to.match(/^20260102T030405Z-[0-9a-f]{7}$/);
    expect(manifest.commit).to.equal(space.git("rev-parse", "HEAD").trim());
    expect(manifest.migrations.map(({ name, phase, reversible }) => [name, phase, reversible])).to.deep.equal(
      [
        ["20260101T000000Z-first.ts", "expand", true],
        ["20260101T000001Z-second.ts", "contract", false],
      ],
    );
    expect(Object.keys(manifest.site.files)).to.deep.equal([
      "assets/app-B1x9_a3f.js",
      "index.html",
      "robots.txt",
    ]);
    expect(said.outputs).to.deep.include({
      "release-id": manifest.id,
      "api-version": manifest.api.version,
      directory: "release",
      reused: false,
    });
    expect(said.outputs.artifact).to.match(/^bundle-[0-9a-f]{32}$/);
    expect(said.summary).to.include(manifest.id);
    expect(Object.keys(said.outputs)).to.have.members(declared("build").outputs);
  });

  const none = { "api-entry": "", "site-directory": "", "migrations-directory": "" };
  const alone = {
    api: { "api-entry": "backend/src/main.ts" },
    site: { "site-directory": "frontend/dist" },
    migrations: { "migrations-directory": "backend/migrations" },
  } as const;
  for (const part of ["api", "site", "migrations"] as const) {
    it(`leaves out what the app does not have: ${part} alone`, async () => {
      const space = fixture.workspace();
      const { said } = await fixture.build(space, { ...none, ...alone[part] });
      const directory = join(space.directory, "release");
      const manifest = await readManifest(directory);
      await checkBundle(directory, manifest);
      const { schema, id, commit, committedAt, ...parts } = manifest;
      const more = part === "migrations" ? ["migrationsArchive"] : [];
      expect([schema, Object.keys(parts).sort()]).to.deep.equal([2, [part, ...more]]);
      const tops = new Set(Object.keys(filesOf(directory)).map((file) => file.split("/")[0]));
      const { api, site, migrations } = { api: "api.zip", site: "site", migrations: "migrations.zip" };
      expect([...tops]).to.have.members(["release.json", { api, site, migrations }[part]]);
      expect(said.outputs["api-version"]).to.equal(manifest.api?.version ?? "");
      const text = `${said.lines.join("\n")}${said.summary}`;
      expect(text).not.to.match(/undefined|\b0 files|migrations \| 0/);
      expect(/\| API/.test(text)).to.equal(part === "api");
      expect(/\| site/.test(text)).to.equal(part === "site");
    });
  }

  it("needs a part, and takes a site's folder as it is where there is no command", async () => {
    const space = fixture.workspace();
    const { code, message } = await failureOf(fixture.build(space, none));
    expect(code).to.equal("InvalidInputs");
    for (const name of Object.keys(none)) expect(message).to.include(`"${name}"`);
    const given = { ...none, "site-command": "", "site-directory": "frontend/pages" };
    const { said } = await fixture.build(space, given);
    expect(said.outputs["api-version"]).to.equal("");
    expect(Object.keys(filesOf(join(space.directory, "release")))).to.include("site/index.html");
  });

  it("publishes of a site at the repository's root what is the site's", async () => {
    const space = fixture.workspace();
    const own = {
      "index.html": "<!doctype html>",
      ".well-known/security.txt": "Contact: us",
      "a/.git": "gitdir: x",
    };
    space.commit({ ...own, ".editorconfig": "root = true" });
    const given = { ...none, "site-command": "mkdir -p node_modules/x && touch node_modules/x/index.js" };
    await fixture.build(space, { ...given, "site-directory": "." });
    const { site } = await readManifest(join(space.directory, "release"));
    const keys = Object.keys(site?.files ?? {});
    expect(keys).to.include.members(["index.html", ".well-known/security.txt", "frontend/pages/index.html"]);
    expect(keys.filter((key) => /(^|\/)\.(git|editor)|^node_modules|^release/.test(key))).to.deep.equal([]);
  });

  it("builds migrations in every format that sequelize-cli takes into modules that need nothing else", async () => {
    const make = (name: string): string => `await queryInterface.createTable("${name}");`;
    const formats = {
      "20220129140530-common.js": `"use strict";\nmodule.exports = { async up(queryInterface) { ${make("common")} }, async down() {} };`,
      "20220129140531-default.mjs": `export default { up: async (queryInterface) => { ${make("default")} }, phase: "expand", down: false };`,
      "20220129140532 class.cjs": `class One { name = "class"; async up(queryInterface) { await queryInterface.createTable(this.name); } }
        module.exports = new One();`,
      "20220129140533-typed.ts": `export = { up: async (queryInterface: { createTable(name: string): void }): Promise<void> => { ${make("typed")} } };`,
      "20220129140534-of-the-app.js": `const path = require("path");
        exports.up = async (queryInterface) => queryInterface.createTable(require("../lib/name").name + path.basename(__filename));`,
      "20220129140535-own-names.mjs": `import { createRequire } from "node:module";
        const require = createRequire(import.meta.url);
        const __dirname = "own";
        export const up = (queryInterface) => queryInterface.createTable(__dirname + typeof require);`,
    };
    const space = fixture.workspace();
    space.commit({
      "db/package.json": "{}",
      "db/lib/name.js": 'exports.name = "app";',
      "db/.sequelizerc": 'module.exports = { "migrations-path": "./steps" };',
      ...Object.fromEntries(Object.entries(formats).map(([file, text]) => [`db/steps/${file}`, text])),
    });
    await fixture.build(space, { "migrations-directory": "db" });
    const directory = join(space.directory, "release");
    const { migrations = [] } = await readManifest(directory);
    expect(migrations.map(({ name, phase, reversible }) => [name, phase, reversible])).to.have.deep.members([
      ["20220129140530-common.js", undefined, true],
      ["20220129140531-default.mjs", "expand", false],
      ["20220129140532 class.cjs", undefined, false],
      ["20220129140533-typed.ts", undefined, false],
      ["20220129140534-of-the-app.js", undefined, false],
      ["20220129140535-own-names.mjs", undefined, false],
    ]);
    const made: string[] = [];
    const onlooker = { createTable: (name: string) => made.push(name) };
    const place = { folder: directory, temp: space.directory, environment: {} };
    await using source = bundledMigrations(await readManifest(directory), place);
    for (const entry of migrations) {
      const { up, holder } = migrationExports(await import(pathToFileURL(await source.fileOf(entry)).href));
      await (up as (queryInterface: unknown) => unknown).call(holder, onlooker);
    }
    expect(made).to.have.members([
      ...["common", "default", "class", "typed"],
      "app20220129140534-of-the-app.js.mjs",
      "ownfunction",
    ]);
  });

  it("names migrations by the ending that databases have on record", async () => {
    const space = fixture.workspace();
    await fixture.build(space, { "recorded-extension": "js" });
    const { migrations = [] } = await readManifest(join(space.directory, "release"));
    expect(migrations.map(({ name }) => name)).to.deep.equal([
      "20260101T000000Z-first.js",
      "20260101T000001Z-second.js",
    ]);
  });

  it("gives the site's files the headers and redirects that are asked for", async () => {
    const space = fixture.workspace();
    await fixture.build(space, {
      "cache-control": [{ glob: "robots.txt", value: "no-store" }],
      "content-type": [{ glob: "robots.txt", value: "text/x-robots" }],
      redirects: [
        { key: "old/page", to: "/" },
        { key: "assets", to: "/" },
        { key: "index.html/old", to: "/" },
      ],
      precompress: ["br"],
    });
    const directory = join(space.directory, "release");
    const manifest = wholeManifest(await readManifest(directory));
    await checkBundle(directory, manifest);
    const { "robots.txt": robots, "old/page": old, "index.html": page } = manifest.site.files;
    expect(robots).to.include({ cacheControl: "no-store", contentType: "text/x-robots" });
    expect(old).to.include({ redirect: "/", bytes: 0, cacheControl: "no-cache" });
    expect(page).to.include({ cacheControl: "no-cache" }).and.not.have.property("redirect");
    expect(manifest.site.files).to.include.all.keys("assets", "index.html/old", "index.html.br");
    expect(manifest.site.files["index.html.br"]).to.include({ contentEncoding: "br" });
    for (const key of ["robots.txt", "release.json"]) {
      const { code, message } = await failureOf(fixture.build(space, { redirects: [{ key, to: "/" }] }));
      expect([code, message.includes(`"${key}"`)]).to.deep.equal(["BuildFailed", true]);
    }
  });

  it("reads the inputs that it declares", () => {
    expect(Object.keys(specification)).to.have.members(declared("build").inputs);
  });

  it("packs the API so that Elastic Beanstalk runs it with nothing to install", async () => {
    const space = fixture.workspace();
    await fixture.build(space);
    const entries = readZip(readFileSync(join(space.directory, "release", "api.zip")), "api.zip");
    expect(entries.map(({ name, mode }) => [name, mode.toString(8)])).to.deep.equal([
      [".ebextensions/options.config", "644"],
      [".platform/hooks/prebuild/check.sh", "755"],
      [".platform/nginx/conf.d/elasticbeanstalk/pipeline-release.conf", "644"],
      ["Procfile", "644"],
      ["package.json", "644"],
      ["server.mjs", "644"],
      ["version.json", "644"],
    ]);
    const text = (file: string): string =>
      Buffer.from(entries.find(({ name }) => name === file)?.content ?? []).toString();
    const { api } = wholeManifest(await readManifest(join(space.directory, "release")));
    expect(JSON.parse(text("version.json"))).to.deep.equal({ version: api.version });
    expect(text(".platform/nginx/conf.d/elasticbeanstalk/pipeline-release.conf"))
      .to.include("location = /api/.release.json {")
      .and.include(`return 200 '{"version":"${api.version}"}';`);
    expect(text("Procfile")).to.equal("web: node server.mjs\n");
    expect(JSON.parse(text("package.json"))).not.to.have.property("dependencies");
    expect(text("server.mjs")).to.include("hello to");
  });

  it("gives bundled code the require, __dirname and __filename of its one file", async () => {
    const space = fixture.workspace();
    space.commit({
      "backend/src/main.ts": [
        'import { createRequire } from "node:module";',
        'import { dirname } from "node:path";',
        'import { fileURLToPath } from "node:url";',
        'import old from "./old.cjs";',
        "const require = createRequire(import.meta.url);",
        "const __filename = fileURLToPath(import.meta.url);",
        "const __dirname = dirname(__filename);",
        'const { sep } = require("node:path");',
        "console.log(JSON.stringify([...old, __dirname, __filename, sep]));",
      ].join("\n"),
      "backend/src/old.cjs":
        'const { version } = require(require("path").join(__dirname, "version.json"));\nmodule.exports = [__dirname, __filename, typeof version];\n',
    });
    await fixture.build(space);
    const app = fixture.inside("app");
    await unpackBundle(readFileSync(join(space.directory, "release", "api.zip")), app);
    const output = execFileSync(process.execPath, [join(app, "server.mjs")], { encoding: "utf8" });
    const file = join(app, "server.mjs");
    expect(JSON.parse(output)).to.deep.equal([app, file, "string", app, file, "/"]);
  });

  it("makes the same bytes of the same commit, in another folder and at another time", async () => {
    const [one, other] = [fixture.workspace(), fixture.workspace()];
    await Promise.all([fixture.build(one), fixture.build(other)]);
    expect(filesOf(join(one.directory, "release"))).to.deep.equal(filesOf(join(other.directory, "release")));
  });

  it("leaves the API's version alone when only the site changes, and not when the API does", async () => {
    const space = fixture.workspace();
    const versions: unknown[] = [];
    const artifacts = new Set<unknown>();
    const changes: Record<string, string>[] = [
      {},
      { "frontend/pages/index.html": "new\n" },
      { "backend/src/greet.ts": "export const greet = () => 1;\n" },
    ];
    for (const change of changes) {
      if (Object.keys(change).length > 0) space.commit(change);
      const { said } = await fixture.build(space);
      versions.push(said.outputs["api-version"]);
      artifacts.add(said.outputs.artifact);
    }
    expect(versions[1]).to.equal(versions[0]);
    expect(versions[2]).not.to.equal(versions[1]);
    expect(artifacts.size).to.equal(3);
  });

  it("says below the API's path which version it is; where that is belongs to the version", async () => {
    const space = fixture.workspace();
    const builds: Record<string, unknown> = {};
    for (const path of ["/api", "/v2/photos", ""]) {
      const { said } = await fixture.build(space, { "api-path": path });
      const entries = readZip(readFileSync(join(space.directory, "release", "api.zip")), "api.zip");
      const location = entries.find(({ name }) => name.endsWith("pipeline-release.conf"));
      expect(Buffer.from(location?.content ?? []).toString()).to.include(
        `location = ${path}/.release.json {`,
      );
      builds[path] = said.outputs["api-version"];
    }
    expect(new Set(Object.values(builds)).size).to.equal(3);
  });

  it("takes the site's own config.json where nothing writes one at deploy", async () => {
    const space = fixture.workspace();
    space.commit({ "frontend/pages/config.json": "{}\n" });
    await fixture.build(space, { "written-at-deploy": ["release.json"] });
    const { site } = await readManifest(join(space.directory, "release"));
    expect(site?.files).to.have.property("config.json");
  });

  it("names what differs from the commit, and offers it to no later run", async () => {
    const space = fixture.workspace();
    space.write({ "backend/src/greet.ts": "export const greet = () => 2;\n" });
    const { said } = await fixture.build(space);
    expect(said.warnings.join()).to.include("backend/src/greet.ts");
    expect(said.outputs.artifact).to.equal("bundle-of-run-7-1");
  });

  it("shows the children of a build none of the action's inputs", async () => {
    const space = fixture.workspace();
    await fixture.build(space, { "site-command": 'node frontend/build.mjs; test -z "$INPUT_SECRET"' });
  });
});
