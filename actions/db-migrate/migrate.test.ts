import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import pg from "pg";
import { type Postgres, startPostgres } from "../../local/aws/postgres/postgres.ts";
import { Processes } from "../../local/processes.ts";
import { type RecordedContext, recordedContext } from "../lib/context-fixture.ts";
import { declared } from "../lib/contract-fixture.ts";
import { ActionError } from "../lib/errors.ts";
import { fullName, type Modules, sqlModule, writeBundle } from "./bundle-fixture.ts";
import { type MigrateInputs, inputs as specification } from "./inputs.ts";
import { type MigrationLimits, standardLimits } from "./limits.ts";
import { appliedMigrations, migrateSchema, revertMigrations, type SchemaOptions } from "./migrate.ts";
import { run } from "./run.ts";

const users = sqlModule("CREATE TABLE users (id int)", "DROP TABLE users");
const posts = sqlModule("CREATE TABLE posts (id int)", "DROP TABLE posts");

describe("db-migrate", () => {
  let folder: string;
  let processes: Processes;
  let postgres: Postgres;
  let database: string;
  let count = 0;
  const clients: pg.Client[] = [];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "udagram-db-migrate-"));
    processes = new Processes(join(folder, "processes.json"));
    postgres = await startPostgres({
      directory: join(folder, "postgres"),
      port: 0,
      processes,
      environment: { PATH: process.env.PATH ?? "" },
      listen: "127.0.0.1",
    });
  });

  after(async () => {
    await processes.endAll(5000);
    rmSync(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    count += 1;
    database = await postgres.createDatabase(`test_${count}`);
  });

  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.end()));
  });

  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client({
      connectionString: database,
      ssl: { ca: postgres.ca, host: "127.0.0.1" },
      application_name: "a visitor",
    });
    await client.connect();
    clients.push(client);
    return client;
  };

  const query = async (sql: string): Promise<unknown[]> => {
    const client = await connect();
    const results: pg.QueryArrayResult[] = [await client.query({ text: sql, rowMode: "array" })].flat();
    return results.flatMap(({ rows }) => rows.flat());
  };

  const tables = () =>
    query(
      "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename !~ '^Sequelize' ORDER BY 1",
    );

  const options = async (
    modules: Modules,
    context: RecordedContext = recordedContext(),
    limits: Partial<MigrationLimits> = {},
  ): Promise<SchemaOptions> => {
    const directory = mkdtempSync(join(folder, "bundle-"));
    const manifest = await writeBundle(directory, modules);
    return {
      databaseUrl: database,
      databaseCa: postgres.ca,
      limits: { ...standardLimits, lockWaitSeconds: 20, lockTimeoutMs: 300, retryMs: 100, ...limits },
      manifest,
      migrationsDirectory: join(directory, "migrations"),
      context,
    };
  };

  const failure = async (work: Promise<unknown>): Promise<ActionError> => {
    const outcome = await work.then(
      () => "succeeded",
      (error: unknown) => error,
    );
    expect(outcome).to.be.instanceOf(ActionError);
    return outcome as ActionError;
  };

  const short = (list: readonly { readonly name: string }[]): string[] =>
    list.map(({ name }) => name.replace(/^\w+-/, ""));

  it("applies what is missing in order, and nothing the second time", async () => {
    const first = await options({ users, posts });
    expect(short((await migrateSchema(first)).applied)).to.deep.equal(["users", "posts"]);
    expect(await tables()).to.deep.equal(["posts", "users"]);
    const again = await migrateSchema(first);
    expect(again.applied).to.deep.equal([]);
    expect(again.plan.pending).to.deep.equal([]);
    expect(short(await appliedMigrations(first))).to.deep.equal(["users", "posts"]);
  });

  it("asks before the first change, and changes nothing when that refuses", async () => {
    const asked = await options({ users });
    const refused = migrateSchema({
      ...asked,
      beforeFirstChange: async () => {
        throw new ActionError("LockLost", "somebody else has it");
      },
    });
    expect((await failure(refused)).code).to.equal("LockLost");
    expect(await query("SELECT count(*)::int FROM pg_tables WHERE schemaname = 'public'")).to.deep.equal([0]);
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
    const error = await failure(migrateSchema(await options({ users, broken }, context)));
    expect(error.code).to.equal("MigrationFailed");
    expect(error.message)
      .to.include(fullName(1, "broken"))
      .and.include('column "a" of relation "half" already exists');
    expect(error.details).to.include({ code: "42701" });
    expect(await tables()).to.deep.equal(["users"]);
    expect(await query('SELECT name FROM "SequelizeMeta"')).to.deep.equal([`${fullName(0, "users")}.js`]);
    expect(await query(`SELECT name FROM "SequelizeMetaHistory" WHERE status = 'failed'`)).to.deep.equal([
      fullName(1, "broken"),
    ]);
    expect(context.said.lines.join("\n")).to.include('CREATE TABLE IF NOT EXISTS "half"');
  });

  it("lets only one of two runners apply, and the other one find it done", async () => {
    const slow = sqlModule("SELECT pg_sleep(0.4); CREATE TABLE users (id int)", "DROP TABLE users");
    const contexts = [recordedContext({ runId: 11 }), recordedContext({ runId: 12 })];
    const shared = await options({ slow, posts });
    const results = await Promise.all(contexts.map((context) => migrateSchema({ ...shared, context })));
    expect(results.map(({ applied }) => applied.length).sort()).to.deep.equal([0, 2]);
    const waiting = contexts
      .flatMap(({ said }) => said.lines)
      .filter((line) => line.startsWith("waiting for another"));
    expect(waiting.join("\n")).to.match(
      /held by "db-migrate owner\/repository run 1[12]\/1 \w+", user udagram, pid \d+/,
    );
  });

  it("gives up waiting for another runner in time, and names it", async () => {
    const slow = sqlModule("SELECT pg_sleep(1.5)", "SELECT 1");
    const first = migrateSchema(await options({ slow }, recordedContext({ runId: 11 })));
    await new Promise((resolve) => setTimeout(resolve, 500));
    const second = await options({ slow }, recordedContext({ runId: 12 }), { lockWaitSeconds: 0 });
    const error = await failure(migrateSchema(second));
    expect(error.code).to.equal("DatabaseBusy");
    expect(error.message).to.include("run 11/1").and.include("executing SELECT pg_sleep(1.5)");
    await first;
  });

  it("tries again when a table is locked, and names who is in the way", async () => {
    await query("CREATE TABLE busy (id int)");
    const visitor = await connect();
    await visitor.query("BEGIN; SELECT * FROM busy");
    const context = recordedContext();
    const work = migrateSchema(
      await options({ alter: sqlModule("ALTER TABLE busy ADD COLUMN a int", "SELECT 1") }, context),
    );
    await new Promise((resolve) => setTimeout(resolve, 700));
    await visitor.query("COMMIT");
    expect((await work).applied).to.have.length(1);
    const log = context.said.lines.join("\n");
    expect(log).to.match(/waiting for a lock: pid \d+, "a visitor", user udagram, idle in transaction/);
    expect(log).to.match(/rolled back: no lock in time \(55P03/);
  });

  it("fails with the blocker's name when the table stays locked", async () => {
    await query("CREATE TABLE busy (id int)");
    const visitor = await connect();
    await visitor.query("BEGIN; SELECT * FROM busy");
    const alter = sqlModule("ALTER TABLE busy ADD COLUMN a int", "SELECT 1");
    const error = await failure(migrateSchema(await options({ alter }, recordedContext(), { tries: 2 })));
    expect(error.code).to.equal("DatabaseBusy");
    expect(error.message).to.match(/got no lock in 2 tries; in its way: pid \d+, "a visitor"/);
  });

  it("ends a statement that takes too long", async () => {
    const slow = sqlModule("SELECT pg_sleep(30)", "SELECT 1");
    const error = await failure(
      migrateSchema(await options({ slow }, recordedContext(), { statementTimeoutSeconds: 1 })),
    );
    expect(error.details.code).to.equal("57014");
    expect(error.hint).to.include("statement-timeout-seconds");
  });

  it("cancels the statement when the job is cancelled, and leaves nothing of it", async () => {
    const cancel = new AbortController();
    const slow = sqlModule("CREATE TABLE users (id int); SELECT pg_sleep(30)", "SELECT 1");
    const context = recordedContext({}, { signal: cancel.signal });
    const work = migrateSchema(await options({ slow }, context)).catch((error: Error) => error.message);
    await new Promise((resolve) => setTimeout(resolve, 500));
    cancel.abort(new Error("the job was cancelled"));
    const started = performance.now();
    expect(await work).to.equal("the job was cancelled");
    expect(performance.now() - started).to.be.below(5000);
    expect(await tables()).to.deep.equal([]);
  });

  it("survives kill -9 in the middle: the next run applies it whole", async () => {
    const slow = sqlModule("CREATE TABLE users (id int); SELECT pg_sleep(1.2)", "SELECT 1");
    const shared = await options({ slow });
    const { context: _context, ...plain } = shared;
    const child: ChildProcess = spawn(
      process.execPath,
      [fileURLToPath(new URL("killed-runner-fixture.ts", import.meta.url)), JSON.stringify(plain)],
      { env: { PATH: process.env.PATH ?? "" }, stdio: ["ignore", "pipe", "inherit"] },
    );
    await once(child.stdout as NodeJS.ReadableStream, "data");
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(await tables()).to.deep.equal([]);
    expect((await migrateSchema(shared)).applied).to.have.length(1);
    expect(await tables()).to.deep.equal(["users"]);
  });

  it("runs a migration that refuses a transaction, and records it", async () => {
    const index = `export const phase = "expand"; export const transaction = false; export const source = "x.ts";
      export const up = ({ sequelize }) => sequelize.query("CREATE INDEX CONCURRENTLY by_id ON users (id)");
      export const down = ({ sequelize }) => sequelize.query("DROP INDEX CONCURRENTLY by_id");`;
    const both = await options({ users, index });
    expect(short((await migrateSchema(both)).applied)).to.deep.equal(["users", "index"]);
    expect(await query('SELECT name FROM "SequelizeMeta" ORDER BY 1')).to.deep.equal([
      `${fullName(0, "users")}.js`,
      "x.ts",
    ]);
    const history = `SELECT status FROM "SequelizeMetaHistory" WHERE name ~ 'index' ORDER BY id`;
    expect(await query(history)).to.deep.equal(["started", "succeeded"]);
  });

  it("says that a statement refuses a transaction, and how to run it without", async () => {
    const vacuum = sqlModule("VACUUM", "SELECT 1");
    const error = await failure(migrateSchema(await options({ vacuum })));
    expect(error.hint).to.include("transaction = false");
  });

  it("does not record a migration that left an invalid index", async () => {
    await query("CREATE TABLE twice (id int); INSERT INTO twice VALUES (1), (1)");
    const index = `export const phase = "expand"; export const transaction = false;
      export const up = ({ sequelize }) => sequelize.query("CREATE UNIQUE INDEX CONCURRENTLY only_one ON twice (id)").catch(() => {});
      export const down = false;`;
    const error = await failure(migrateSchema(await options({ index })));
    expect(error.message).to.include("invalid indexes: only_one");
    expect(await query('SELECT name FROM "SequelizeMeta"')).to.deep.equal([]);
  });

  it("reverts the named migrations that are on record, newest first", async () => {
    const both = await options({ users, posts });
    await migrateSchema(both);
    const names = [fullName(0, "users"), fullName(1, "posts"), "20270101T000000Z-never-applied"];
    expect(short(await revertMigrations({ ...both, names }))).to.deep.equal(["posts", "users"]);
    expect(await tables()).to.deep.equal([]);
    expect(await revertMigrations({ ...both, names })).to.deep.equal([]);
    expect(short((await migrateSchema(both)).applied)).to.deep.equal(["users", "posts"]);
  });

  it("reverts nothing when one of the migrations has no way back", async () => {
    const one = 'export const phase = "contract"; export async function up() {} export const down = false;';
    const both = await options({ users, one });
    await migrateSchema(both);
    const names = [fullName(0, "users"), fullName(1, "one")];
    expect((await failure(revertMigrations({ ...both, names }))).code).to.equal("MigrationIrreversible");
    expect(await tables()).to.deep.equal(["users"]);
  });

  it("goes on where sequelize-cli left off, whatever the file's extension", async () => {
    await query(`CREATE TABLE "SequelizeMeta" (name VARCHAR(255) NOT NULL UNIQUE, PRIMARY KEY (name));
      INSERT INTO "SequelizeMeta" VALUES ('${fullName(0, "users")}.cjs')`);
    expect(short((await migrateSchema(await options({ users, posts }))).applied)).to.deep.equal(["posts"]);
  });

  it("reports a migration that was changed after it was applied", async () => {
    await migrateSchema(await options({ users }));
    const edited = await options({ users: `${users}// edited\n` });
    const { plan } = await migrateSchema(edited);
    expect(short(plan.changed)).to.deep.equal(["users"]);
  });

  describe("as an action", () => {
    const inputs = async (modules: Modules, dryRun: boolean): Promise<MigrateInputs> => {
      const directory = mkdtempSync(join(folder, "bundle-"));
      await writeBundle(directory, modules);
      return {
        release: "",
        directory,
        "database-url": database,
        "database-ca": postgres.ca,
        "lock-wait-seconds": 20,
        "lock-timeout-ms": 300,
        "statement-timeout-seconds": 60,
        "dry-run": dryRun,
        "aws-region": "",
        "role-to-assume": "",
      };
    };

    it("says where a database that is not given comes from", () => {
      expect(() => specification["database-url"]("")).to.throw("the secret DATABASE_URL");
    });

    it("reads the inputs that it declares, with the limits that callers without inputs get", () => {
      const { inputs: names, defaults } = declared("db-migrate");
      expect(Object.keys(specification)).to.have.members(names);
      expect(defaults).to.include({
        "lock-wait-seconds": String(standardLimits.lockWaitSeconds),
        "lock-timeout-ms": String(standardLimits.lockTimeoutMs),
        "statement-timeout-seconds": String(standardLimits.statementTimeoutSeconds),
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
      expect(await query("SELECT count(*)::int FROM pg_tables WHERE schemaname = 'public'")).to.deep.equal([
        0,
      ]);
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
  });

  describe("without a way in", () => {
    it("names the user when the password is wrong, and never the password", async () => {
      const wrong = {
        ...(await options({ users })),
        databaseUrl: database.replace(/:[^:@]+@/, ":wrong-password@"),
      };
      const error = await failure(migrateSchema(wrong));
      expect(error.code).to.equal("DatabaseRefused");
      expect(error.hint).to.include('password of user "udagram"');
      expect(`${error.message}${error.hint}${JSON.stringify(error.details)}`).not.to.include(
        "wrong-password",
      );
    });

    it("names the database that does not exist", async () => {
      const wrong = { ...(await options({ users })), databaseUrl: database.replace(/\/\w+$/, "/nowhere") };
      const error = await failure(migrateSchema(wrong));
      expect(error.code).to.equal("DatabaseRefused");
      expect(error.message).to.include('"nowhere"');
    });

    it("does not trust a certificate whose CA it was not given", async () => {
      const error = await failure(migrateSchema({ ...(await options({ users })), databaseCa: "" }));
      expect(error.code).to.equal("DatabaseUntrusted");
      expect(error.hint).to.include("database-ca");
    });

    it("says where it found nobody", async () => {
      const nobody = "postgres://user:password@127.0.0.1:1/name";
      const error = await failure(migrateSchema({ ...(await options({ users })), databaseUrl: nobody }));
      expect(error.code).to.equal("DatabaseUnreachable");
      expect(error.message).to.include("127.0.0.1:1");
    });
  });
});
