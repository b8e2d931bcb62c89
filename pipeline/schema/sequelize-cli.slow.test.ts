import { execFile } from "node:child_process";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { recordedContext } from "../kit/context-fixture.ts";
import { failureOf } from "../kit/failure-fixture.ts";
import { writeBundle } from "./bundle-fixture.ts";
import { urlSource } from "./database/address-inputs.ts";
import { standardLimits } from "./database/limits.ts";
import { migrateSchema, revertMigrations, type SchemaOptions } from "./migrate.ts";
import { MigrateFixture, users } from "./migrate-fixture.ts";
import { bundledMigrations } from "./migration/bundled.ts";
import { folderMigrations } from "./migration/folder.ts";

const require = createRequire(import.meta.url);
const packages = dirname(dirname(require.resolve("sequelize/package.json")));

/** A table of its own, made as the files of a sequelize-cli project make theirs. */
const table = (name: string): string =>
  `await queryInterface.createTable("${name}", { id: { type: Sequelize.INTEGER, primaryKey: true } });`;
const common = (name: string): string => `"use strict";
module.exports = {
  async up(queryInterface, Sequelize) { ${table(name)} },
  async down(queryInterface, Sequelize) { await queryInterface.dropTable("${name}"); },
};
`;

describe("migrations as sequelize-cli has them", () => {
  let fixture: MigrateFixture;
  let project: string;
  before(async () => {
    fixture = await MigrateFixture.open();
  });
  after(() => fixture.close());
  beforeEach(async () => {
    await fixture.newDatabase();
    project = fixture.folder();
    await symlink(packages, join(project, "node_modules"));
  });

  async function write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [file, text] of Object.entries(files)) {
      await mkdir(dirname(join(project, file)), { recursive: true });
      await writeFile(join(project, file), text);
    }
  }

  /** For the project's folder, or the one that it names. */
  async function options(directory = "migrations", recordedExtension = ""): Promise<SchemaOptions> {
    const context = recordedContext({ workspace: project }, { env: { PATH: process.env.PATH } });
    return {
      database: urlSource(fixture.database, fixture.ca, context),
      limits: { ...standardLimits, lockWaitSeconds: 20 },
      migrations: await folderMigrations(directory, recordedExtension, {}, context),
      context,
    };
  }

  /** The names of what is applied now. */
  async function migrate(...given: Parameters<typeof options>): Promise<readonly string[]> {
    return (await migrateSchema(await options(...given))).applied.map(({ name }) => name);
  }

  /** Runs the tool itself; its output. */
  async function cli(...args: readonly string[]): Promise<string> {
    const dialectOptions = { ssl: { ca: fixture.ca, host: "127.0.0.1" } };
    const { protocol, username, password, hostname, port, pathname } = new URL(fixture.database);
    await write({
      "config/config.json": JSON.stringify({
        development: {
          ...{ dialect: protocol.slice(0, -1), username, password, host: hostname, port },
          ...{ database: pathname.slice(1), dialectOptions },
        },
      }),
    });
    const bin = join(packages, "sequelize-cli", "lib", "sequelize");
    const { stdout } = await promisify(execFile)(process.execPath, [bin, ...args], {
      cwd: project,
      env: { PATH: process.env.PATH },
    });
    return stdout;
  }

  const recorded = (): Promise<unknown[]> => fixture.query('SELECT name FROM "SequelizeMeta" ORDER BY name');

  it("are handed over to sequelize-cli and back at any point", async () => {
    await write({ "migrations/20220129140530-create-tag.js": common("tags") });
    await cli("db:migrate");
    await write({ "migrations/20220129140531-create-post.js": common("posts") });
    expect(await migrate()).to.deep.equal(["20220129140531-create-post.js"]);
    expect(await cli("db:migrate")).to.include("already up to date");
    await write({ "migrations/20220129140532-create-user.js": common("users") });
    expect(await cli("db:migrate")).to.include("20220129140532-create-user: migrated");
    expect(await migrate()).to.deep.equal([]);
    await cli("db:migrate:undo");
    await cli("db:migrate:undo");
    expect(await fixture.tables()).to.deep.equal(["tags"]);
    expect(await migrate()).to.deep.equal(["20220129140531-create-post.js", "20220129140532-create-user.js"]);
    const reverted = await revertMigrations({
      ...(await options()),
      names: ["20220129140530-create-tag.js", "20220129140532-create-user.js"],
    });
    expect(reverted.map(({ name }) => name)).to.deep.equal([
      "20220129140532-create-user.js",
      "20220129140530-create-tag.js",
    ]);
    expect(await cli("db:migrate"))
      .to.include("create-tag: migrated")
      .and.include("create-user: migrated");
    expect(await recorded()).to.deep.equal([
      "20220129140530-create-tag.js",
      "20220129140531-create-post.js",
      "20220129140532-create-user.js",
    ]);
  });

  it("are recorded where sequelize-cli notes the time as well", async () => {
    await write({ "migrations/20220129140530-create-tag.js": common("tags") });
    await cli("db:migrate");
    await cli("db:migrate:schema:timestamps:add");
    await write({ "migrations/20220129140531-create-post.js": common("posts") });
    expect(await migrate()).to.deep.equal(["20220129140531-create-post.js"]);
    expect(await cli("db:migrate")).to.include("already up to date");
    const times = await fixture.query(
      'SELECT count("createdAt")::int, count("updatedAt")::int FROM "SequelizeMeta"',
    );
    expect(times).to.deep.equal([2, 2]);
  });

  it("are refused where sequelize-cli keeps their record in another table, which is named", async () => {
    await write({ "migrations/20220129140530-create-tag.js": common("tags") });
    const config = { production: { dialect: "postgres", migrationStorageTableName: "Done" } };
    for (const [file, text] of [
      ["config/config.json", JSON.stringify(config, null, 2)],
      ["db/config.js", "module.exports = { production: { migrationStorageTableSchema: 'meta' } };"],
    ] as const) {
      await write({ [file]: text, "db/.sequelizerc": `module.exports = { config: "./config.js" };` });
      const { code, message } = await failureOf(migrate(file.startsWith("db") ? "db" : "migrations"));
      expect([code, message]).to.deep.equal([
        "InvalidInputs",
        file.startsWith("db")
          ? `"db/config.js" keeps the record of migrations elsewhere: migrationStorageTableSchema: 'meta'`
          : `"config/config.json" keeps the record of migrations elsewhere: migrationStorageTableName": "Done"`,
      ]);
    }
    await write({
      "config/config.json": JSON.stringify({ production: { migrationStorageTableName: "SequelizeMeta" } }),
    });
    expect(await migrate()).to.deep.equal(["20220129140530-create-tag.js"]);
  });

  const formats: Record<string, string> = {
    "1-common.js": common("one"),
    "2 common, too.cjs": `exports.up = async function (queryInterface, Sequelize) { ${table("two")} };`,
    "3-module.mjs": `export default { up: async (queryInterface, Sequelize) => { ${table("three")} } };`,
    "4-typed.ts": `import type { QueryInterface } from "sequelize";
      export async function up(queryInterface: QueryInterface, Sequelize: any): Promise<void> { ${table("four")} }`,
    "5-class.js": `class Five {
        name = "five";
        async up(queryInterface, Sequelize) { await queryInterface.createTable(this.name, { id: Sequelize.INTEGER }); }
      }
      module.exports = new Five();`,
    "6-compiled.js": `Object.defineProperty(exports, "__esModule", { value: true });
      exports.default = { up: async (queryInterface, Sequelize) => { ${table("six")} } };`,
    "7-of-the-app.js": `const { DataTypes } = require("sequelize");
      const name = require("../lib/name");
      const columns = require(require("path").join(__dirname, "..", "lib", "columns.json"));
      module.exports = { up: (queryInterface) => queryInterface.createTable(name, { [columns[0]]: DataTypes.INTEGER }) };`,
  };

  it("run in every format, with the packages and the code of their app", async () => {
    const files = Object.entries(formats).map(([file, text]) => [`migrations/${file}`, text]);
    await write({
      ...Object.fromEntries(files),
      "lib/name.js": 'module.exports = "seven";',
      "lib/columns.json": '["id"]',
    });
    expect(await migrate()).to.deep.equal(Object.keys(formats));
    expect(await recorded()).to.deep.equal(Object.keys(formats));
    expect(await fixture.tables()).to.have.members(["one", "two", "three", "four", "five", "six", "seven"]);
  });

  it("run with the Sequelize that is installed for them", async () => {
    const folder = join(project, "app");
    await write({
      "app/node_modules/sequelize/package.json":
        '{ "name": "sequelize", "version": "6.0.0-mine", "main": "index.js" }',
      "app/node_modules/sequelize/index.js": `module.exports = require(${JSON.stringify(require.resolve("sequelize"))}); module.exports.isMine = true;`,
      "app/1-a.js": `exports.up = async (queryInterface, Sequelize) => {
        if (!Sequelize.isMine) throw new Error("another Sequelize"); };`,
    });
    const given = await options(folder);
    expect((await migrateSchema(given)).applied).to.have.length(1);
    expect((given.context as ReturnType<typeof recordedContext>).said.lines).to.include(
      "with Sequelize 6.0.0-mine of the migrations' folder",
    );
  });

  it("are found where .sequelizerc says", async () => {
    await write({
      "db/.sequelizerc": `const path = require("path");
        module.exports = { "migrations-path": path.resolve(__dirname, "..", "elsewhere") };`,
      "elsewhere/1-a.js": common("a"),
    });
    expect(await migrate("db")).to.deep.equal(["1-a.js"]);
  });

  it("say what is wrong with a .sequelizerc", async () => {
    await write({ "db/.sequelizerc": 'throw new Error("not today");' });
    const error = await failureOf(options("db"));
    expect(error.code).to.equal("InvalidInputs");
    expect(error.message).to.include(".sequelizerc").and.include("not today");
  });

  it("do not run a second time under another ending, unless the team says that they are the same", async () => {
    await write({ "migrations/1-a.js": common("a") });
    await migrate();
    await write({
      "src/1-a.ts": "export const up = async () => { throw new Error(); };",
      "src/2-b.ts": "export const up = async () => {};",
    });
    const error = await failureOf(migrate("src"));
    expect(error.code).to.equal("MigrationMisnamed");
    expect(error.message).to.include('"1-a.ts" is on record as "1-a.js"');
    expect(error.hint).to.include("`recorded-extension`: js");
    expect(await migrate("src", "js")).to.deep.equal(["2-b.js"]);
    expect(await recorded()).to.deep.equal(["1-a.js", "2-b.js"]);
  });

  it("are refused where only case or ending tells two of them apart", async () => {
    await write({
      "migrations/1-a.js": "",
      "migrations/1-A.js": "",
      "migrations/2-b.js": "",
      "migrations/2-b.ts": "",
    });
    const error = await failureOf(options());
    expect(error.code).to.equal("MigrationMisnamed");
    expect(error.message).to.include("1-A.js, 1-a.js; 2-b.js, 2-b.ts");
  });

  it("warn of a number that two of them have, and keep sequelize-cli's order", async () => {
    await write({
      "migrations/1-b.js": common("b"),
      "migrations/1-a.js": common("a"),
      "migrations/10-c.js": common("c"),
    });
    const given = await options();
    expect((given.context as ReturnType<typeof recordedContext>).said.warnings.join()).to.include(
      "1-a.js, 1-b.js",
    );
    const { applied } = await migrateSchema(given);
    expect(applied.map(({ name }) => name)).to.deep.equal(["1-a.js", "1-b.js", "10-c.js"]);
  });

  describe("on a database of before", () => {
    const name = "20261123T190000Z-create-users";

    /** What this pipeline wrote while names had no endings. */
    beforeEach(() =>
      fixture.query(`
        CREATE TABLE "SequelizeMeta" (name VARCHAR(255) NOT NULL UNIQUE, PRIMARY KEY (name));
        CREATE TABLE "SequelizeMetaHistory" (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, direction text NOT NULL,
          status text NOT NULL, sha256 text NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp(),
          duration_ms integer, release text, commit text, run text, error text);
        CREATE TABLE users (id int);
        INSERT INTO "SequelizeMeta" VALUES ('${name}.ts');
        INSERT INTO "SequelizeMetaHistory" (name, direction, status, sha256) VALUES ('${name}', 'up', 'succeeded', 'of the module');`),
    );

    it("nothing that was applied runs again or counts as changed, and the next one goes on the record", async () => {
      await write({
        [`migrations/${name}.ts`]: "export const up = async () => { throw new Error(); };",
        "migrations/20270101T000000Z-more.ts": `export const up = async (queryInterface: any, Sequelize: any) => { ${table("more")} };`,
      });
      const { plan, applied } = await migrateSchema(await options());
      expect([plan.applied, plan.changed]).to.deep.equal([[`${name}.ts`], []]);
      expect(applied.map((one) => one.name)).to.deep.equal(["20270101T000000Z-more.ts"]);
      expect(await recorded()).to.deep.equal([`${name}.ts`, "20270101T000000Z-more.ts"]);
    });

    it("a release of before finds its migrations, and takes them back", async () => {
      const directory = fixture.folder();
      const manifest = await writeBundle(directory, { users });
      const [entry] = manifest.migrations ?? [];
      if (entry === undefined) throw new Error("no migration");
      const old = { ...entry, name, phase: "expand" as const };
      await writeFile(join(directory, "migrations", `${name}.mjs`), users);
      const place = { folder: directory, temp: directory, environment: {} };
      const migrations = bundledMigrations({ ...manifest, migrations: [old] }, place);
      const given = { ...(await options(directory)), migrations };
      expect((await migrateSchema(given)).plan.applied).to.deep.equal([name]);
      expect(await revertMigrations({ ...given, names: [name] })).to.have.length(1);
      expect(await recorded()).to.deep.equal([]);
      expect(await fixture.tables()).to.deep.equal([]);
    });
  });
});
