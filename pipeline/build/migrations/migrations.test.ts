import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { CustomerFixture } from "../../../test/customers/customer-fixture.ts";
import { checkBundle } from "../../bundle/bundle-check.ts";
import { readManifest } from "../../bundle/manifest.ts";
import { failureOf } from "../../kit/failure-fixture.ts";
import { urlSource } from "../../schema/database/address-inputs.ts";
import { standardLimits } from "../../schema/database/limits.ts";
import { migrateSchema, revertMigrations, type SchemaOptions } from "../../schema/migrate.ts";
import { MigrateFixture } from "../../schema/migrate-fixture.ts";
import { bundledMigrations } from "../../schema/migration/bundled.ts";
import type { BuildInputs } from "../inputs.ts";

type Files = Readonly<Record<string, string>>;

const json = (value: object): string => `${JSON.stringify(value)}\n`;
const api: Files = {
  "api/package.json": json({ name: "api", scripts: { start: "node index.js" } }),
  "api/index.js": 'require("node:http").createServer().listen(process.env.PORT);\n',
};
/** A migration that lives from what lies beside it, and from the app's own code. */
const reading: Files = {
  "20220129140530-create-tag.js": `"use strict";
const { readFileSync } = require("node:fs");
const names = require("./names.json");
const { dropped } = require("../../lib/drop");
module.exports = {
  up: async ({ sequelize }) => {
    readFileSync("lib/drop.js");
    await sequelize.query(readFileSync(__dirname + "/tag.sql", "utf8").replace("NAME", names.table));
  },
  down: ({ sequelize }) => sequelize.query(dropped(names.table)),
};
`,
  "names.json": json({ table: "tag" }),
  "tag.sql": "CREATE TABLE NAME (id int)",
};
const lib = 'exports.dropped = (name) => "DROP TABLE " + name;\n';
const below = (folder: string, files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));

describe("migrations that travel as they are", () => {
  let fixture: MigrateFixture;
  const customers: CustomerFixture[] = [];
  before(async () => {
    fixture = await MigrateFixture.open();
  });
  beforeEach(() => fixture.newDatabase());
  after(() => fixture.close());
  afterEach(() => {
    for (const customer of customers.splice(0)) customer.close();
  });
  const customer = (files: Files): CustomerFixture => {
    const made = new CustomerFixture(files);
    customers.push(made);
    return made;
  };

  /** Applies the bundle's migrations and takes them back: the tables after each. */
  async function upAndDown(
    made: CustomerFixture,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<readonly unknown[][]> {
    const manifest = await readManifest(made.bundle);
    await checkBundle(made.bundle, manifest);
    const context = made.context();
    const { temp } = context.run;
    const tables: unknown[][] = [];
    {
      await using migrations = bundledMigrations(manifest, { folder: made.bundle, temp, environment });
      const options: SchemaOptions = {
        database: urlSource(fixture.database, fixture.ca, context),
        limits: { ...standardLimits, lockWaitSeconds: 20 },
        migrations,
        context,
      };
      await migrateSchema(options);
      tables.push(await fixture.tables());
      await revertMigrations({ ...options, names: (manifest.migrations ?? []).map(({ name }) => name) });
      tables.push(await fixture.tables());
    }
    expect(readdirSync(temp).filter((name) => name.startsWith("migrations"))).to.deep.equal([]);
    return tables;
  }

  const sequelizerc = `require("dotenv").config();
const path = require("path");
module.exports = { "migrations-path": path.resolve("db", "steps") };
`;

  it("run out of the unpacked API where they lie in its folder, which .sequelizerc may name", async () => {
    const files = {
      ...below("api/db/steps", reading),
      "api/lib/drop.js": lib,
      "api/.sequelizerc": sequelizerc,
    };
    const made = customer({ ...api, ...files });
    await made.build({ "api-directory": "api", "migrations-directory": "api", "postgres-version": 0 });
    const { migrations, migrationsArchive } = await readManifest(made.bundle);
    const [only] = migrations ?? [];
    expect([only?.name, only?.file]).to.deep.equal([
      "20220129140530-create-tag.js",
      "db/steps/20220129140530-create-tag.js",
    ]);
    expect(only?.observed).to.deep.include({ derived: "expand", creates: ["tag"] });
    expect([migrationsArchive, existsSync(join(made.bundle, "migrations"))]).to.deep.equal([
      undefined,
      false,
    ]);
    expect(await upAndDown(made)).to.deep.equal([["tag"], []]);
  });

  it("are those that the API's command writes", async () => {
    const typed =
      "export const up = async (query: { createTable(name: string, columns: object): Promise<void> }) => query;\n";
    const made = customer({
      ...api,
      ".gitignore": "dist/\n",
      ...below("api/src/migrations", { "1-a.ts": typed }),
    });
    const command = `mkdir -p api/dist/migrations && echo 'exports.up = ({ sequelize }) => sequelize.query("CREATE TABLE a ()"); exports.down = ({ sequelize }) => sequelize.query("DROP TABLE a");' > api/dist/migrations/1-a.js`;
    await made.build({
      "api-directory": "api",
      "api-command": command,
      "migrations-directory": "api/dist/migrations",
    });
    expect(await upAndDown(made)).to.deep.equal([["a"], []]);
  });

  for (const [where, files, inputs] of [
    ["without an API", {}, {}],
    ["beside the API's folder", api, { "api-directory": "api" }],
  ] as const) {
    it(`bring the package that they lie in ${where}`, async () => {
      const made = customer({
        ...files,
        ...below("schema/db/steps", reading),
        "schema/package.json": json({ name: "schema" }),
        "schema/lib/drop.js": lib,
      });
      await made.build({ ...inputs, "migrations-directory": "schema/db/steps" });
      const { migrations, migrationsArchive } = await readManifest(made.bundle);
      expect([migrations?.length, typeof migrationsArchive?.sha256]).to.deep.equal([1, "string"]);
      expect(await upAndDown(made)).to.deep.equal([["tag"], []]);
    });
  }

  it("find what `migration-env` gives them, already where they are only looked at", async () => {
    const strict = `const { SCHEMA, STAGE } = process.env;
if (SCHEMA !== "own" || STAGE !== "one") throw new Error("no SCHEMA");
exports.up = ({ sequelize }) => sequelize.query("CREATE TABLE " + SCHEMA + STAGE + " ()");
exports.down = ({ sequelize }) => sequelize.query("DROP TABLE " + SCHEMA + STAGE);
`;
    const made = customer({ "migrations/1-a.js": strict });
    const inputs = { "migrations-directory": "migrations" };
    const { message } = await failureOf(made.build(inputs));
    expect(message).to.include('migration "1-a.js" cannot be imported: no SCHEMA');
    const given = [{ name: "SCHEMA", value: "own" }, { name: "STAGE" }, { name: "ABSENT" }];
    await made.build({ ...inputs, "migration-env": given }, { STAGE: "one" });
    expect(await upAndDown(made, { SCHEMA: "own", STAGE: "one" })).to.deep.equal([["ownone"], []]);
  });

  const one = { "db/steps/1-a.js": "exports.up = async () => {};\n" };
  const refused: [string, Files, Partial<BuildInputs>, string, RegExp][] = [
    [
      "the folder is missing",
      one,
      { "migrations-directory": "db/other" },
      "InvalidInputs",
      /db\/other" cannot be read/,
    ],
    [
      "the API's command did not write the folder",
      api,
      { "api-directory": "api", "migrations-directory": "api/dist/steps" },
      "BuildFailed",
      /"dist\/steps" is not in api\.zip/,
    ],
    [
      "a key lies beside them",
      { ...one, "db/.env": "A=1\n" },
      {},
      "BuildFailed",
      /db\/\.env may hold secrets/,
    ],
    [
      "their package has no lockfile",
      { ...one, "db/package.json": json({ dependencies: { sequelize: "6.37.8" } }) },
      {},
      "DependenciesNotInstalled",
      /the migrations' package in "db" has no lockfile/,
    ],
    [
      "Node.js cannot run their TypeScript as it is",
      { "db/steps/1-a.ts": 'import { Op } from "sequelize";\nmodule.exports = { up: async () => Op };\n' },
      {},
      "BuildFailed",
      /migration "1-a\.ts" cannot be imported/,
    ],
    [
      "two could be taken for each other",
      { ...one, "db/steps/1-a.ts": "export const up = async () => {};\n" },
      {},
      "MigrationMisnamed",
      /1-a\.js, 1-a\.ts/,
    ],
  ];
  for (const [sentence, files, inputs, code, message] of refused) {
    it(`are refused where ${sentence}`, async () => {
      const build = customer(files).build({ "migrations-directory": "db/steps", ...inputs });
      const error = await failureOf(build);
      expect(error.message).to.match(message);
      expect([error.code, typeof error.hint]).to.deep.equal([code, "string"]);
    });
  }

  it("are named where they have one number", async () => {
    const made = customer({ ...one, "db/steps/1-b.js": "exports.up = async () => {};\n" });
    const { said } = await made.build({ "migrations-directory": "db/steps" });
    expect(said.warnings.join()).to.match(
      /one number run in the order of the rest of their names: 1-a\.js, 1-b\.js/,
    );
  });
});
