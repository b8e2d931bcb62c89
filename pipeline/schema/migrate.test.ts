import { expect } from "chai";
import { recordedContext } from "../kit/context-fixture.ts";
import { declared } from "../kit/contract-fixture.ts";
import { ActionError } from "../kit/errors.ts";
import { failureOf } from "../kit/failure-fixture.ts";
import { fullName, type Modules, sqlModule, writeBundle } from "./bundle-fixture.ts";
import { standardLimits } from "./database/limits.ts";
import { type MigrateInputs, inputs as specification } from "./inputs.ts";
import { appliedMigrations, migrateSchema, revertMigrations } from "./migrate.ts";
import { MigrateFixture, posts, short, users } from "./migrate-fixture.ts";
import { run } from "./run.ts";

describe("db-migrate", () => {
  let fixture: MigrateFixture;
  before(async () => {
    fixture = await MigrateFixture.open();
  });
  after(() => fixture.close());
  beforeEach(() => fixture.newDatabase());

  it("applies what is missing in order, and nothing the second time", async () => {
    const first = await fixture.options({ users, posts });
    expect(short((await migrateSchema(first)).applied)).to.deep.equal(["users", "posts"]);
    expect(await fixture.tables()).to.deep.equal(["posts", "users"]);
    const again = await migrateSchema(first);
    expect(again.applied).to.deep.equal([]);
    expect(again.plan.pending).to.deep.equal([]);
    expect(short(await appliedMigrations(first))).to.deep.equal(["users", "posts"]);
  });

  it("asks before the first change, and changes nothing when that refuses", async () => {
    const asked = await fixture.options({ users });
    const refused = migrateSchema({
      ...asked,
      beforeFirstChange: async () => {
        throw new ActionError("LockLost", "somebody else has it");
      },
    });
    expect((await failureOf(refused)).code).to.equal("LockLost");
    expect(
      await fixture.query("SELECT count(*)::int FROM pg_tables WHERE schemaname = 'public'"),
    ).to.deep.equal([0]);
  });

  it("rolls a failing migration back whole, keeps those before it, and says what the database said", async () => {
    const broken = `export const phase = "expand";
      export async function up(queryInterface, { DataTypes }) {
        await queryInterface.createTable("half", { id: DataTypes.INTEGER });
        await Promise.all([queryInterface.addColumn("half", "a", DataTypes.TEXT), queryInterface.addIndex("half", ["id"])]);
        await queryInterface.sequelize.transaction(() => queryInterface.addColumn("half", "b", DataTypes.TEXT));
        await queryInterface.addColumn("half", "a", DataTypes.TEXT);
      }
      export const down = false;`;
    const context = recordedContext();
    const error = await failureOf(migrateSchema(await fixture.options({ users, broken }, context)));
    expect(error.code).to.equal("MigrationFailed");
    expect(error.message)
      .to.include(fullName(1, "broken"))
      .and.include('column "a" of relation "half" already exists');
    expect(error.details).to.include({ code: "42701" });
    expect(await fixture.tables()).to.deep.equal(["users"]);
    expect(await fixture.query('SELECT name FROM "SequelizeMeta"')).to.deep.equal([fullName(0, "users")]);
    expect(
      await fixture.query(`SELECT name FROM "SequelizeMetaHistory" WHERE status = 'failed'`),
    ).to.deep.equal([fullName(1, "broken")]);
    expect(context.said.lines.join("\n")).to.include('CREATE TABLE IF NOT EXISTS "half"');
  });

  it("runs a migration that refuses a transaction, and records it", async () => {
    const index = `export const phase = "expand"; export const transaction = false;
      export const up = ({ sequelize }) => sequelize.query("CREATE INDEX CONCURRENTLY by_id ON users (id)");
      export const down = ({ sequelize }) => sequelize.query("DROP INDEX CONCURRENTLY by_id");`;
    const both = await fixture.options({ users, index });
    expect(short((await migrateSchema(both)).applied)).to.deep.equal(["users", "index"]);
    expect(await fixture.query('SELECT name FROM "SequelizeMeta" ORDER BY 1')).to.deep.equal([
      fullName(0, "users"),
      fullName(1, "index"),
    ]);
    const history = `SELECT status FROM "SequelizeMetaHistory" WHERE name ~ 'index' ORDER BY id`;
    expect(await fixture.query(history)).to.deep.equal(["started", "succeeded"]);
  });

  it("says that a statement refuses a transaction, and how to run it without", async () => {
    const vacuum = sqlModule("VACUUM", "SELECT 1");
    const error = await failureOf(migrateSchema(await fixture.options({ vacuum })));
    expect(error.hint).to.include("transaction = false");
  });

  it("does not record a migration that left an invalid index", async () => {
    await fixture.query("CREATE TABLE twice (id int); INSERT INTO twice VALUES (1), (1)");
    const index = `export const phase = "expand"; export const transaction = false;
      export const up = ({ sequelize }) => sequelize.query("CREATE UNIQUE INDEX CONCURRENTLY only_one ON twice (id)").catch(() => {});
      export const down = false;`;
    const error = await failureOf(migrateSchema(await fixture.options({ index })));
    expect(error.message).to.include("invalid indexes: only_one");
    expect(await fixture.query('SELECT name FROM "SequelizeMeta"')).to.deep.equal([]);
  });

  it("reverts the named migrations that are on record, newest first", async () => {
    const both = await fixture.options({ users, posts });
    await migrateSchema(both);
    const names = [fullName(0, "users"), fullName(1, "posts"), "20270101T000000Z-never-applied"];
    expect(short(await revertMigrations({ ...both, names }))).to.deep.equal(["posts", "users"]);
    expect(await fixture.tables()).to.deep.equal([]);
    expect(await revertMigrations({ ...both, names })).to.deep.equal([]);
    expect(short((await migrateSchema(both)).applied)).to.deep.equal(["users", "posts"]);
  });

  it("reverts nothing when one of the migrations has no way back", async () => {
    const one = 'export const phase = "contract"; export async function up() {} export const down = false;';
    const both = await fixture.options({ users, one });
    await migrateSchema(both);
    const names = [fullName(0, "users"), fullName(1, "one")];
    expect((await failureOf(revertMigrations({ ...both, names }))).code).to.equal("MigrationIrreversible");
    expect(await fixture.tables()).to.deep.equal(["users"]);
  });

  it("reports a migration that was changed after it was applied", async () => {
    await migrateSchema(await fixture.options({ users }));
    const edited = await fixture.options({ users: `${users}// edited\n` });
    const { plan } = await migrateSchema(edited);
    expect(short(plan.changed)).to.deep.equal(["users"]);
  });

  describe("as an action", () => {
    const inputs = async (modules: Modules, dryRun: boolean): Promise<MigrateInputs> => {
      const directory = fixture.folder();
      await writeBundle(directory, modules);
      return {
        release: "",
        directory,
        "migrations-directory": "",
        "recorded-extension": "",
        operation: "migrate",
        to: "",
        names: [],
        "schema-dump": "",
        "accept-differences": [],
        "migration-env": [],
        "database-url": fixture.database,
        "database-secret": "",
        "database-host": "",
        "database-port": "",
        "database-name": "",
        "database-ca": fixture.ca,
        "lock-wait-seconds": 20,
        "lock-timeout-ms": 300,
        "statement-timeout-seconds": 60,
        "migration-timeout-seconds": 600,
        "dry-run": dryRun,
        lint: "error",
        "aws-region": "",
        "role-to-assume": "",
      };
    };

    it("says where a database that is not given comes from", async () => {
      const given = { ...(await inputs({ users }, false)), "database-url": "" };
      const error = await failureOf(run(given, recordedContext()));
      expect(error.code).to.equal("InvalidInputs");
      expect(error.message).to.include('"database-secret" or "database-url" is required');
      expect(error.hint).to.include("the variable DATABASE_SECRET").and.include("the secret DATABASE_URL");
    });

    it("reads the inputs that it declares, with the limits that callers without inputs get", () => {
      const { inputs: names, defaults } = declared("db-migrate");
      expect(Object.keys(specification)).to.have.members(names);
      expect(defaults).to.include({
        "lock-wait-seconds": String(standardLimits.lockWaitSeconds),
        "lock-timeout-ms": String(standardLimits.lockTimeoutMs),
        "statement-timeout-seconds": String(standardLimits.statementTimeoutSeconds),
        "migration-timeout-seconds": String(standardLimits.migrationTimeoutSeconds),
      });
    });

    it("shows the plan of a dry run and changes nothing", async () => {
      const context = recordedContext();
      await run(await inputs({ users }, true), context);
      expect(context.said.lines).to.deep.equal([
        `expand    ${fullName(0, "users")}  (not in the database yet)`,
        "1 to apply, 0 in the database",
      ]);
      expect(context.said.outputs).to.include({ "pending-count": 1, "applied-count": 0, changed: false });
      expect(
        await fixture.query("SELECT count(*)::int FROM pg_tables WHERE schemaname = 'public'"),
      ).to.deep.equal([0]);
    });

    it("reports what it applied, and nothing to do the second time", async () => {
      const given = await inputs({ users }, false);
      const context = recordedContext();
      await run(given, context);
      expect(Object.keys(context.said.outputs)).to.have.members(declared("db-migrate").outputs);
      expect(context.said.outputs).to.deep.include({
        applied: JSON.stringify([fullName(0, "users")]),
        changed: true,
      });
      expect(context.said.summary).to.include(fullName(0, "users"));
      const again = recordedContext();
      await run(given, again);
      expect(again.said.lines).to.deep.equal(["nothing to apply, 1 in the database"]);
      expect(again.said.summary).to.equal("");
    });

    it("applies up to a name, and says whether one can go back from there", async () => {
      const modules = {
        users,
        posts,
        "drop-users": posts.replaceAll("posts", "tags").replace('"expand"', '"contract"'),
      };
      const given = await inputs(modules, false);
      const first = recordedContext();
      await run({ ...given, to: fullName(1, "posts").replace(".js", "") }, first);
      expect(first.said.outputs).to.deep.include({ "applied-count": 2, "rollback-safe": true });
      const error = await failureOf(run({ ...given, to: "20990101-later.js" }, recordedContext()));
      expect(error.code).to.equal("InvalidInputs");
      expect(error.hint).to.include(fullName(2, "drop-users"));
      const rest = recordedContext();
      await run({ ...given, lint: "off" }, rest);
      expect(rest.said.outputs).to.deep.include({ "applied-count": 1, "rollback-safe": false });
    });

    it("reverts what is named and on record, newest first, and refuses a name that nothing has", async () => {
      const given = await inputs({ users, posts }, false);
      await run(given, recordedContext());
      const names = [fullName(0, "users"), fullName(1, "posts")];
      const revert = { ...given, operation: "revert" as const, names };
      expect((await failureOf(run({ ...revert, names: [] }, recordedContext()))).message).to.include(
        '"names"',
      );
      const strange = await failureOf(run({ ...revert, names: ["20990101-later"] }, recordedContext()));
      expect(strange.message).to.include('"20990101-later"');
      const shown = recordedContext();
      await run({ ...revert, "dry-run": true }, shown);
      expect(shown.said.lines.join()).to.include(`to revert ${names[1]}`);
      expect(await fixture.tables()).to.deep.equal(["posts", "users"]);
      const done = recordedContext();
      await run(revert, done);
      expect(done.said.outputs).to.deep.include({
        reverted: JSON.stringify([...names].reverse()),
        changed: true,
      });
      expect(await fixture.tables()).to.deep.equal([]);
      const again = recordedContext();
      await run(revert, again);
      expect(again.said.lines).to.deep.equal(["nothing to revert: none of them is on record"]);
    });
  });
});
