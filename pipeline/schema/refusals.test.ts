import { expect } from "chai";
import { recordedContext } from "../kit/context-fixture.ts";
import { failureOf } from "../kit/failure-fixture.ts";
import { sqlModule } from "./bundle-fixture.ts";
import { urlSource } from "./database/address-inputs.ts";
import { migrateSchema, type SchemaOptions } from "./migrate.ts";
import { MigrateFixture, users } from "./migrate-fixture.ts";
import type { PoolerFixture } from "./pooler-fixture.ts";

describe("db-migrate, where the database refuses,", () => {
  let fixture: MigrateFixture;
  before(async () => {
    fixture = await MigrateFixture.open();
    await fixture.newDatabase();
    await fixture.administer(
      `CREATE ROLE other LOGIN PASSWORD 'other'; CREATE ROLE lonely LOGIN PASSWORD 'lonely' CONNECTION LIMIT 1;
       CREATE ROLE lost LOGIN PASSWORD 'lost'; ALTER ROLE lost SET search_path = nowhere`,
    );
  });
  after(() => fixture.close());
  beforeEach(() => fixture.newDatabase());

  async function as(role: string): Promise<SchemaOptions> {
    const url = fixture.database.replace(/\/\/[^@]+@/, `//${role}:${role}@`);
    return { ...(await fixture.options({ users })), database: urlSource(url, fixture.ca, recordedContext()) };
  }

  it("says that the user may not create anything, and how to let it", async () => {
    const error = await failureOf(migrateSchema(await as("other")));
    expect(error.code).to.equal("DatabaseRefused");
    expect(error.message).to.include('user "other" may not create anything in schema "public"');
    expect(error.hint).to.include('GRANT CREATE ON SCHEMA public TO "other"').and.include("owns");
  });

  it("says that the user may not connect", async () => {
    await fixture.administer(
      `REVOKE CONNECT ON DATABASE "${new URL(fixture.database).pathname.slice(1)}" FROM PUBLIC`,
    );
    const error = await failureOf(migrateSchema(await as("other")));
    expect(error.code).to.equal("DatabaseRefused");
    expect(error.message).to.include('user "other" may not connect');
    expect(error.hint).to.include("GRANT CONNECT");
  });

  it("says that no schema of the user's search_path exists", async () => {
    const error = await failureOf(migrateSchema(await as("lost")));
    expect(error.message).to.include("search_path").and.include("nowhere");
    expect(error.code).to.equal("DatabaseRefused");
  });

  it("says that it needs more than one session", async () => {
    await fixture.administer("GRANT CREATE ON SCHEMA public TO lonely");
    const error = await failureOf(migrateSchema(await as("lonely")));
    expect(error.code).to.equal("DatabaseRefused");
    expect(error.message).to.include("has no connection left");
    expect(error.hint).to.include("CONNECTION LIMIT");
  });

  it("says that the database is read-only, before anything is asked", async () => {
    await fixture.query(
      `ALTER DATABASE "${new URL(fixture.database).pathname.slice(1)}" SET default_transaction_read_only = on`,
    );
    const options = await fixture.options({ users });
    let isAsked = false;
    const beforeFirstChange = async () => {
      isAsked = true;
    };
    const error = await failureOf(migrateSchema({ ...options, beforeFirstChange }));
    expect(error.code).to.equal("DatabaseRefused");
    expect(error.message).to.include("is read-only");
    expect(error.hint).to.include("default_transaction_read_only");
    expect(isAsked).to.equal(false);
  });

  it("says that the connection broke, not that the migration is wrong", async () => {
    const slow = sqlModule("SELECT pg_sleep(600)", "SELECT 1");
    const work = failureOf(migrateSchema(await fixture.options({ slow })));
    await fixture.untilActive("%pg_sleep(600)%");
    await fixture.administer(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'db-migrate%'",
    );
    const error = await work;
    expect(error.code).to.equal("DatabaseUnreachable");
    expect(error.message).to.include("connection").and.include("broke");
    expect(error.hint).not.to.include("correct the migration");
  });

  describe("through a pooler", () => {
    let pooler: PoolerFixture | undefined;
    afterEach(async () => {
      await pooler?.close();
    });

    async function through(options: Parameters<MigrateFixture["openPooler"]>[0]): Promise<SchemaOptions> {
      pooler = await fixture.openPooler(options);
      const database = urlSource(pooler.url, fixture.ca, recordedContext());
      return { ...(await fixture.options({ users })), database };
    }

    it("refuses one that changes sessions with transactions, and leaves no lock behind", async () => {
      const error = await failureOf(migrateSchema(await through({ mode: "transaction" })));
      expect(error.code).to.equal("DatabaseRefused");
      expect(error.message).to.include("pooler").and.include("every transaction another session");
      expect(error.hint).to.include("database's own address");
      const locks = "SELECT count(*)::int FROM pg_locks WHERE locktype = 'advisory'";
      expect(await fixture.query(locks)).to.deep.equal([0]);
    });

    it("takes one that keeps sessions", async () => {
      expect((await migrateSchema(await through({ mode: "session" }))).applied).to.have.length(1);
    });

    it("waits for a server behind it that is starting, and says so", async () => {
      let connections = 0;
      const refuses = {
        get setting() {
          connections += 1;
          return connections > 2 ? "nobody asks for this" : "options";
        },
        code: "57P03",
        message: "the database system is starting up",
      };
      const options = await through({ mode: "session", refuses });
      const context = recordedContext();
      expect((await migrateSchema({ ...options, context })).applied).to.have.length(1);
      expect(context.said.lines.join("\n")).to.include("is starting or recovering (57P03); waiting for it");
    });

    it("names one that takes no settings with a connection", async () => {
      const refuses = {
        setting: "options",
        code: "08P01",
        message: "unsupported startup parameter: options",
      };
      const error = await failureOf(migrateSchema(await through({ mode: "session", refuses })));
      expect(error.code).to.equal("DatabaseRefused");
      expect(error.message).to.include("pooler").and.include("takes no settings");
    });
  });

  it("leaves out what PostgreSQL 13 does not know", async () => {
    const setting = "client_connection_check_interval";
    const refuses = { setting, code: "42704", message: `unrecognized configuration parameter "${setting}"` };
    const pooler = await fixture.openPooler({ mode: "session", refuses });
    const options = await fixture.options({ users });
    const database = urlSource(pooler.url, fixture.ca, recordedContext());
    expect((await migrateSchema({ ...options, database })).applied).to.have.length(1);
    await pooler.close();
  });

  it("takes a CA whose line ends were written as \\n", async () => {
    const context = recordedContext();
    const options = await fixture.options({ users }, context);
    const database = urlSource(fixture.database, fixture.ca.replaceAll("\n", "\\n"), context);
    expect((await migrateSchema({ ...options, database })).applied).to.have.length(1);
  });

  it("says that a CA is no certificate, whatever its first line", async () => {
    const text = "-----BEGIN CERTIFICATE-----\nnothing\n-----END CERTIFICATE-----";
    const read = async () => urlSource(fixture.database, text, recordedContext()).read();
    const error = await failureOf(read());
    expect(error.code).to.equal("InvalidInputs");
    expect(error.message).to.include('"database-ca"').and.include("cannot be read as a certificate");
  });
});
