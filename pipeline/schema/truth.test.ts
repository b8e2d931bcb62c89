import { expect } from "chai";
import { recordedContext } from "../kit/context-fixture.ts";
import { failureOf } from "../kit/failure-fixture.ts";
import { fullName } from "./bundle-fixture.ts";
import { migrateSchema } from "./migrate.ts";
import { MigrateFixture, short, users } from "./migrate-fixture.ts";

/** A migration whose `up` is these statements of JavaScript. */
const script = (body: string, more = ""): string =>
  `export const phase = "expand"; export const down = false; ${more}
export async function up(queryInterface) { const { sequelize } = queryInterface; const sql = (text, options) => sequelize.query(text, options); ${body} }`;
const alone = "export const transaction = false;";

describe("db-migrate, which believes the database and not the migration,", () => {
  let fixture: MigrateFixture;
  before(async () => {
    fixture = await MigrateFixture.open();
  });
  after(() => fixture.close());
  beforeEach(() => fixture.newDatabase());

  const recorded = (): Promise<unknown[]> => fixture.query('SELECT name FROM "SequelizeMeta" ORDER BY 1');

  describe("with indexes that are built concurrently", () => {
    const duplicates = "CREATE TABLE twice (id int); INSERT INTO twice VALUES (1), (1)";
    const valid = `SELECT indisvalid FROM pg_index WHERE indexrelid::regclass::text ~ 'only_one|twice'`;
    for (const [what, statement] of [
      ["with IF NOT EXISTS", "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS only_one ON twice (id)"],
      ["without IF NOT EXISTS", 'CREATE UNIQUE INDEX CONCURRENTLY "only_one" ON public.twice (id)'],
      ["without a name", "CREATE UNIQUE INDEX CONCURRENTLY ON twice (id)"],
    ] as const) {
      it(`builds one anew that a failed try left invalid, ${what}`, async () => {
        await fixture.query(duplicates);
        const options = await fixture.options({ index: script(`await sql('${statement}');`, alone) });
        const error = await failureOf(migrateSchema(options));
        expect(error.details.code).to.equal("23505");
        await fixture.query("DELETE FROM twice; INSERT INTO twice VALUES (1)");
        await migrateSchema(options);
        expect(await fixture.query(valid)).to.deep.equal([true]);
      });
    }

    it("builds one anew that a killed try left invalid", async () => {
      await fixture.query(`${duplicates}`);
      const index = "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS only_one ON twice (id)";
      const visitor = await fixture.connect();
      await visitor.query(index).catch(() => {});
      await fixture.query("DELETE FROM twice");
      await migrateSchema(await fixture.options({ index: script(`await sql('${index}');`, alone) }));
      expect(await fixture.query(valid)).to.deep.equal([true]);
    });

    it("records none that is invalid still, whoever hides the error", async () => {
      await fixture.query(duplicates);
      const index = "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS only_one ON twice (id)";
      const options = await fixture.options({
        index: script(`await sql('${index}').catch(() => {});`, alone),
      });
      for (const _ of [1, 2]) {
        const error = await failureOf(migrateSchema(options));
        expect(error.message).to.include("left invalid indexes: only_one");
      }
      expect(await recorded()).to.deep.equal([]);
      expect(await fixture.query(valid)).to.deep.equal([]);
    });
  });

  describe("says after a failure what is there", () => {
    const three = `await sql("CREATE TABLE first (id int)"); await sql("ALTER TABLE old ADD COLUMN second int");
      await sql("SELECT 1/0");`;

    beforeEach(() => fixture.query("CREATE TABLE old (id int); CREATE TABLE gone (id int)"));

    it("of a migration without a transaction", async () => {
      const body = `await sql("DROP TABLE gone"); await sql("CREATE INDEX by_id ON old (id)"); ${three}`;
      const error = await failureOf(migrateSchema(await fixture.options({ three: script(body, alone) })));
      expect(error.hint).to.include("in the database is: ");
      for (const change of ["table first", "column old.second", "index by_id", "gone no longer"]) {
        expect(error.hint).to.include(change);
      }
      expect(error.hint).not.to.include("nothing of it");
    });

    it("of statements that ask for a connection beside the transaction: they are in it too", async () => {
      const body = `await sql("CREATE TABLE beside (id int)", { transaction: null }); ${three}`;
      const error = await failureOf(migrateSchema(await fixture.options({ three: script(body) })));
      expect(error.hint).to.include("nothing of it is in the database");
      expect(await fixture.tables()).to.deep.equal(["gone", "old"]);
    });

    it("of a migration in one transaction: nothing", async () => {
      const error = await failureOf(migrateSchema(await fixture.options({ three: script(three) })));
      expect(error.hint).to.include("nothing of it is in the database");
    });

    it("and does not blame people for what an earlier try left", async () => {
      const options = await fixture.options({ three: script(three, alone) });
      await failureOf(migrateSchema(options));
      const error = await failureOf(migrateSchema(options));
      expect(error.details.code).to.equal("42P07");
      expect(error.hint).to.include("an earlier try of this migration").and.not.include("by hand:");
    });
  });

  describe("keeps its transaction", () => {
    for (const statement of [
      "ROLLBACK",
      "/* done */ commit",
      "END",
      "select 1; Rollback and chain",
      "BEGIN",
      "PREPARE TRANSACTION 'x'",
    ]) {
      it(`from a raw ${statement}`, async () => {
        const body = `await sql("CREATE TABLE first (id int)"); await sql(${JSON.stringify(statement)}); await sql("CREATE TABLE second (id int)");`;
        const error = await failureOf(migrateSchema(await fixture.options({ raw: script(body) })));
        expect(error.code).to.equal("MigrationFailed");
        expect(error.message).to.include("transaction is not the migration's to end");
        expect(await fixture.tables()).to.deep.equal([]);
        expect(await recorded()).to.deep.equal([]);
      });
    }

    it("and leaves alone what only looks like its end", async () => {
      const body = `await sql("SELECT 'x; ROLLBACK;' AS a -- ; COMMIT");
        await sql("SAVEPOINT mine; ROLLBACK TO SAVEPOINT mine");
        await sql("CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$ BEGIN PERFORM 1; END; $f$");
        await sql("CREATE FUNCTION g() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN true THEN 1 ELSE 2 END; SELECT 2; END");
        await sequelize.transaction(async () => sql("CREATE TABLE inner_one (id int)"));
        const own = await sequelize.transaction(); await own.rollback();`;
      await migrateSchema(await fixture.options({ fine: script(body) }));
      expect(await fixture.tables()).to.deep.equal(["inner_one"]);
    });

    it("from one that ends it past Sequelize, and hides that", async () => {
      const body = `await sql("CREATE TABLE first (id int)");
        await sql("DO $$ BEGIN PERFORM 1; END $$");
        const connection = await sequelize.connectionManager.getConnection({});
        await connection.query("ROLLBACK").catch(() => {}); await sql("CREATE TABLE second (id int)").catch(() => {});`;
      const error = await failureOf(migrateSchema(await fixture.options({ raw: script(body) })));
      expect(error.message).to.include("transaction is not the migration's to end");
      expect(error.hint).to.include("nothing of it is in the database");
      expect(await fixture.tables()).to.deep.equal([]);
      expect(await recorded()).to.deep.equal([]);
    });
  });

  describe("holds its limits", () => {
    const limits = { lockTimeoutMs: 300, statementTimeoutSeconds: 1, tries: 1 };
    const waiting = `await sql("CREATE TABLE mine (id int)"); await sql("ALTER TABLE busy ADD COLUMN a int", { transaction: null });`;
    const paths: [string, string, string][] = [
      [
        "a lock, without a transaction",
        script('await sql("ALTER TABLE busy ADD COLUMN a int");', alone),
        "DatabaseBusy",
      ],
      ["a lock, beside the transaction", script(waiting), "DatabaseBusy"],
      [
        "a statement, without a transaction",
        script('await sql("SELECT pg_sleep(60)");', alone),
        "MigrationFailed",
      ],
      [
        "a statement, beside the transaction",
        script('await sql("SELECT pg_sleep(60)", { transaction: null });'),
        "MigrationFailed",
      ],
    ];
    for (const [what, module, code] of paths) {
      it(`on ${what}`, async () => {
        await fixture.query("CREATE TABLE busy (id int)");
        const visitor = await fixture.connect();
        await visitor.query("BEGIN; SELECT * FROM busy");
        const options = await fixture.options({ module }, recordedContext(), limits);
        expect((await failureOf(migrateSchema(options))).code).to.equal(code);
        await visitor.query("ROLLBACK");
      });
    }

    it("and lets an index that others keep waiting take the time of a statement", async () => {
      await fixture.query("CREATE TABLE busy (id int)");
      const visitor = await fixture.connect();
      await visitor.query("BEGIN; INSERT INTO busy VALUES (1)");
      const index = script('await sql("CREATE INDEX CONCURRENTLY by_id ON busy (id)");', alone);
      const work = migrateSchema(await fixture.options({ index }, recordedContext(), { tries: 1 }));
      await fixture.untilActive("CREATE INDEX CONCURRENTLY%");
      await new Promise((resolve) => setTimeout(resolve, 900));
      await visitor.query("COMMIT");
      expect((await work).applied).to.have.length(1);
    });
  });

  describe("starts every migration in a session as new", () => {
    const leaks: [string, string][] = [
      ["search_path", "CREATE SCHEMA other; SET search_path TO other"],
      ["an empty search_path", "SELECT pg_catalog.set_config('search_path', '', false)"],
      ["a role", "SET ROLE weak"],
      ["limits", "SET lock_timeout = 0; SET statement_timeout = 0"],
      ["temporary tables", "CREATE TEMP TABLE users (id int)"],
    ];
    before(() => fixture.administer("CREATE ROLE weak; GRANT weak TO udagram"));

    for (const [what, statement] of leaks) {
      for (const more of ["", alone]) {
        it(`after one that leaves ${what}${more === "" ? "" : ", without a transaction"}`, async () => {
          const leak = script(`await sql(${JSON.stringify(statement)});`, more);
          const check = `const [[{ lock, path }]] = await sql("SELECT current_setting('lock_timeout') AS lock, current_setting('search_path') AS path");
            if (lock !== "300ms" || !path.includes("public")) throw new Error(lock + " " + path);`;
          const options = await fixture.options({
            leak,
            check: script(check),
            users,
          });
          expect(short((await migrateSchema(options)).applied)).to.deep.equal(["leak", "check", "users"]);
          expect(await fixture.tables()).to.deep.equal(["users"]);
          expect(await recorded()).to.have.length(3);
        });
      }
    }
  });

  describe("says nothing of what is secret", () => {
    it("in log and history, of values, passwords and addresses", async () => {
      const context = recordedContext();
      const body = `await sql("CREATE TABLE people (id int primary key, email text)");
        await queryInterface.bulkInsert("people", [{ id: 4711, email: "ada@example.org" }]);
        await sequelize.transaction(() => sql("CREATE ROLE reader PASSWORD 'pa55word'")).catch(() => {});
        await sql("UPDATE people SET email = $$tagged@example.org$$, id = 4712 -- 'pa55word'");
        await sql("INSERT INTO people VALUES (4712, E'it\\\\'s@example.org')");`;
      const error = await failureOf(migrateSchema(await fixture.options({ people: script(body) }, context)));
      const history = await fixture.query('SELECT error FROM "SequelizeMetaHistory"');
      const said = JSON.stringify([context.said, error.message, error.hint, error.details, history]);
      for (const secret of ["example.org", "pa55word", "4711", "4712"]) expect(said).not.to.include(secret);
      expect(said).to.include("CREATE TABLE people (id int primary key, email text)");
      expect(error.details.code).to.equal("23505");
    });

    it("in an error that quotes an address", async () => {
      const body =
        'throw new Error("cannot reach postgres://ada:pa55word@db.example.org/x?password=s3cret");';
      const error = await failureOf(migrateSchema(await fixture.options({ quoting: script(body) })));
      const history = await fixture.query('SELECT error FROM "SequelizeMetaHistory"');
      expect(error.message).to.include("cannot reach postgres://").and.include("db.example.org");
      for (const secret of ["pa55word", "s3cret"])
        expect(`${error.message}${history}`).not.to.include(secret);
    });

    it("in what the database says of a value", async () => {
      const body = `await sql("SELECT 'pa55word'::int");`;
      const error = await failureOf(migrateSchema(await fixture.options({ value: script(body) })));
      expect(JSON.stringify([error.message, error.details])).not.to.include("pa55word");
      expect(error.message).to.include("invalid input syntax for type integer");
    });
  });

  for (const [what, thrown] of [
    ["undefined", "undefined"],
    ["null", "null"],
    ["a text", '"a text"'],
  ] as const) {
    it(`names a migration that throws ${what}`, async () => {
      const error = await failureOf(
        migrateSchema(await fixture.options({ thrower: script(`throw ${thrown};`) })),
      );
      expect(error.code).to.equal("MigrationFailed");
      expect(error.message).to.include(fullName(0, "thrower")).and.include(what);
      expect(error.hint).to.include("throw an Error");
    });
  }
});
