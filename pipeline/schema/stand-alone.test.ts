import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { MigrationEntry } from "../bundle/manifest.ts";
import type { Finding } from "../bundle/observation.ts";
import { recordedContext } from "../kit/context-fixture.ts";
import { failureOf } from "../kit/failure-fixture.ts";
import { urlSource } from "./database/address-inputs.ts";
import { readDatabaseState } from "./database-state.ts";
import { MigrateFixture } from "./migrate-fixture.ts";
import { folderMigrations } from "./migration/folder.ts";
import type { MigrationSource } from "./migration/migration-source.ts";
import { judgeStandAlone } from "./stand-alone.ts";

describe("db-migrate by itself", () => {
  let fixture: MigrateFixture;
  before(async () => {
    fixture = await MigrateFixture.open();
  });
  after(() => fixture.close());

  const finding: Finding = {
    rule: "create-index",
    severity: "error",
    message: "builds an index",
    on: { table: "users" },
    line: 3,
  };
  const entry: MigrationEntry = {
    name: "2-index.js",
    sha256: "0".repeat(64),
    reversible: true,
    findings: [],
    observed: {
      postgres: 16,
      file: "m/2-index.js",
      derived: "expand",
      creates: [],
      statements: [],
      findings: [finding],
    },
  };
  const source = (entries: readonly MigrationEntry[]): MigrationSource => ({
    release: "",
    commit: "",
    entries,
    fileOf: async () => "",
    objection: { code: "InvalidBundle", hint: "" },
    libraryFrom: undefined,
    environment: {},
    [Symbol.asyncDispose]: async () => undefined,
  });
  const pending = [
    { name: "2-index.js", phase: "expand", reversible: true, outOfOrder: false, reason: "" },
  ] as const;
  const bundle = { "migrations-directory": "" };

  it("applies nothing where what is pending breaks a rule, unless it is told to warn or to be silent", async () => {
    const plan = { pending, applied: ["1-users.js"] };
    const said = async (lint: "error" | "warn" | "off") => {
      const context = recordedContext();
      const failure = await failureOf(
        judgeStandAlone(source([entry]), plan, { ...bundle, lint }, context),
      ).catch(() => undefined);
      return [failure?.code, context.said.errors, context.said.warnings];
    };
    expect(await said("error")).to.deep.equal(["UnsafeMigrations", ["builds an index"], []]);
    expect(await said("warn")).to.deep.equal([undefined, [], ["builds an index"]]);
    expect(await said("off")).to.deep.equal([undefined, [], []]);
  });

  it("judges only what is pending, and nothing for a database that has none of them yet", async () => {
    const context = recordedContext();
    for (const plan of [
      { pending: [], applied: ["1-users.js", "2-index.js"] },
      { pending, applied: [] },
    ]) {
      await judgeStandAlone(source([entry]), plan, { ...bundle, lint: "error" }, context);
    }
    expect(context.said.errors).to.deep.equal([]);
  });

  it("looks at a plain folder here and now", async () => {
    const folder = fixture.folder();
    const context = recordedContext(
      { workspace: folder, temp: fixture.folder() },
      { env: { PATH: process.env.PATH } },
    );
    const write = (name: string, up: string) =>
      writeFileSync(join(folder, name), `exports.up = (q, { INTEGER }) => ${up};\nexports.down = false;\n`);
    write("1-users.cjs", 'q.createTable("users", { id: { type: INTEGER, primaryKey: true }, age: INTEGER })');
    write("2-index.cjs", 'q.addIndex("users", ["age"])');
    const migrations = await folderMigrations(folder, "", {}, context);
    const plan = { pending: [{ ...pending[0], name: "2-index.cjs" }], applied: ["1-users.cjs"] };
    const given = { "migrations-directory": folder, lint: "error" } as const;
    const { code, message } = await failureOf(judgeStandAlone(migrations, plan, given, context));
    expect(code).to.equal("UnsafeMigrations");
    expect(message).to.match(/migration "2-index\.cjs":1 builds the index users_age.*\(create-index\)/);
  });

  it("reads the server's major and how large its tables are", async () => {
    await fixture.newDatabase();
    await fixture.query("CREATE TABLE people AS SELECT n FROM generate_series(1, 5000) AS n");
    await fixture.query("ANALYZE people");
    const context = recordedContext();
    const state = await readDatabaseState(urlSource(fixture.database, fixture.ca, context), context);
    expect(state.postgres).to.be.at.least(13);
    expect(state.isWhole).to.equal(true);
    expect(Object.keys(state.tables)).to.deep.equal(["people"]);
    expect(state.tables.people?.rows).to.equal(5000);
    expect(state.tables.people?.bytes).to.be.greaterThan(100_000);
    await fixture.newDatabase();
    const empty = await readDatabaseState(urlSource(fixture.database, fixture.ca, context), context);
    expect([empty.tables, empty.postgres]).to.deep.equal([{}, state.postgres]);
  });
});
