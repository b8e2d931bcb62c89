import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { until } from "../../test/until.ts";
import { type RecordedContext, recordedContext } from "../kit/context-fixture.ts";
import { ActionError } from "../kit/errors.ts";
import { failureOf } from "../kit/failure-fixture.ts";
import { freePort } from "../kit/free-port.ts";
import { type Modules, sqlModule } from "./bundle-fixture.ts";
import { urlSource } from "./database/address-inputs.ts";
import type { MigrationLimits } from "./database/limits.ts";
import { migrateSchema } from "./migrate.ts";
import { MigrateFixture, posts, users } from "./migrate-fixture.ts";

describe("db-migrate, where something is in its way,", () => {
  let fixture: MigrateFixture;
  before(async () => {
    fixture = await MigrateFixture.open();
  });
  after(() => fixture.close());
  beforeEach(() => fixture.newDatabase());

  it("lets only one of two runners apply, and the other one find it done", async () => {
    const held = sqlModule(
      `${await fixture.holdStatements()}; CREATE TABLE users (id int)`,
      "DROP TABLE users",
    );
    const contexts = [recordedContext({ runId: 11 }), recordedContext({ runId: 12 })];
    const shared = await fixture.options({ held, posts });
    const runs = Promise.all(contexts.map((context) => migrateSchema({ ...shared, context })));
    await until(() =>
      contexts.some(({ said }) => said.lines.some((line) => line.startsWith("waiting for another"))),
    );
    await fixture.releaseStatements();
    const results = await runs;
    expect(results.map(({ applied }) => applied.length).sort()).to.deep.equal([0, 2]);
    const waiting = contexts
      .flatMap(({ said }) => said.lines)
      .filter((line) => line.startsWith("waiting for another"));
    expect(waiting.join("\n")).to.match(
      /held by "db-migrate owner\/repository run 1[12]\/1 \w+", user udagram, pid \d+/,
    );
  });

  it("gives up waiting for another runner in time, and names it", async () => {
    const slow = sqlModule(await fixture.holdStatements(), "SELECT 1");
    const first = migrateSchema(await fixture.options({ slow }, recordedContext({ runId: 11 })));
    await fixture.untilActive("DO %");
    const second = await fixture.options({ slow }, recordedContext({ runId: 12 }), { lockWaitSeconds: 0 });
    const error = await failureOf(migrateSchema(second));
    expect(error.code).to.equal("DatabaseBusy");
    expect(error.message).to.include("run 11/1").and.include("executing DO ");
    await fixture.releaseStatements();
    await first;
  });

  it("tries again when a table is locked, and names who is in the way", async () => {
    await fixture.query("CREATE TABLE busy (id int)");
    const visitor = await fixture.connect();
    await visitor.query("BEGIN; SELECT * FROM busy");
    const context = recordedContext();
    const work = migrateSchema(
      await fixture.options({ alter: sqlModule("ALTER TABLE busy ADD COLUMN a int", "SELECT 1") }, context),
    );
    const log = (): string => context.said.lines.join("\n");
    await until(() => /rolled back: no lock in time \(55P03/.test(log()));
    await visitor.query("COMMIT");
    expect((await work).applied).to.have.length(1);
    expect(log()).to.match(/waiting for a lock: pid \d+, "a visitor", user udagram, idle in transaction/);
  });

  it("fails with the blocker's name when the table stays locked", async () => {
    await fixture.query("CREATE TABLE busy (id int)");
    const visitor = await fixture.connect();
    await visitor.query("BEGIN; SELECT * FROM busy");
    const alter = sqlModule("ALTER TABLE busy ADD COLUMN a int", "SELECT 1");
    const error = await failureOf(
      migrateSchema(await fixture.options({ alter }, recordedContext(), { tries: 2 })),
    );
    expect(error.code).to.equal("DatabaseBusy");
    expect(error.message).to.match(/got no lock in 2 tries; in its way: pid \d+, "a visitor"/);
  });

  it("ends a statement that takes too long", async () => {
    const slow = sqlModule("SELECT pg_sleep(600)", "SELECT 1");
    const error = await failureOf(
      migrateSchema(await fixture.options({ slow }, recordedContext(), { statementTimeoutSeconds: 1 })),
    );
    expect(error.details.code).to.equal("57014");
    expect(error.hint).to.include("statement-timeout-seconds");
  });

  /** A migration run whose job can be cancelled. */
  async function cancellable(modules: Modules, limits?: Partial<MigrationLimits>) {
    const job = new AbortController();
    const context = recordedContext({}, { signal: job.signal });
    const work = migrateSchema(await fixture.options(modules, context, limits));
    const cancel = (): void => job.abort(new ActionError("Cancelled", "the job was cancelled"));
    return { work, said: context.said, cancel };
  }

  /** Cancels, and expects the run to end for that, not when its statements do. */
  async function expectCancelled({ work, cancel }: Awaited<ReturnType<typeof cancellable>>): Promise<void> {
    cancel();
    expect((await failureOf(work)).code).to.equal("Cancelled");
  }

  it("cancels the statement when the job is cancelled, and leaves nothing of it", async () => {
    const slow = sqlModule("CREATE TABLE users (id int); SELECT pg_sleep(600)", "SELECT 1");
    const run = await cancellable({ slow });
    await fixture.untilActive("%pg_sleep%");
    await expectCancelled(run);
    expect(await fixture.tables()).to.deep.equal([]);
  });

  it("cancels what it does before the first migration, and calls that cancelled too", async () => {
    await fixture.query('CREATE TABLE "SequelizeMeta" (name text)');
    const visitor = await fixture.connect();
    await visitor.query('BEGIN; LOCK TABLE "SequelizeMeta"');
    const run = await cancellable({ users });
    await fixture.untilActive('%"SequelizeMeta"%');
    await expectCancelled(run);
  });

  it("cancels a migration that is between two statements with its next one", async () => {
    const pausing = `export const phase = "expand"; export const down = false;
      export async function up({ sequelize }) {
        await sequelize.query("CREATE TABLE users (id int)");
        await new Promise((resolve) => setTimeout(resolve, 1000));
        await sequelize.query("SELECT pg_sleep(600)");
      }`;
    const run = await cancellable({ pausing });
    await until(() => run.said.lines.join("\n").includes("CREATE TABLE users"));
    await fixture.untilActive("CREATE TABLE users%", "idle in transaction");
    await expectCancelled(run);
    expect(await fixture.tables()).to.deep.equal([]);
  });

  it("still records a step without a transaction that is done when the job is cancelled", async () => {
    const visitor = await fixture.connect();
    await visitor.query("SELECT pg_advisory_lock(7)");
    const done = `export const phase = "expand"; export const transaction = false; export const down = false;
      export async function up({ sequelize }) {
        await sequelize.query("CREATE TABLE users (id int)");
        await sequelize.query("SELECT pg_advisory_lock(7)");
      }`;
    const { work, cancel } = await cancellable({ done }, { lockTimeoutMs: 10_000 });
    await fixture.untilActive("%pg_advisory_lock(7)%");
    await visitor.query('BEGIN; LOCK TABLE "SequelizeMeta"');
    await visitor.query("SELECT pg_advisory_unlock(7)");
    await fixture.untilActive('%LOCK TABLE "SequelizeMeta"%INSERT INTO "SequelizeMeta"%');
    cancel();
    await new Promise((resolve) => setTimeout(resolve, 600));
    await visitor.query("COMMIT");
    expect((await work).applied).to.have.length(1);
    expect(await fixture.query('SELECT name FROM "SequelizeMeta"')).to.have.length(1);
  });

  it("survives kill -9 in the middle: the next run applies it whole", async () => {
    const held = sqlModule(`CREATE TABLE users (id int); ${await fixture.holdStatements()}`, "SELECT 1");
    const shared = await fixture.options({ held });
    const { limits, manifest, directory } = shared;
    const plain = { limits, manifest, directory, url: fixture.database, ca: fixture.ca };
    const child: ChildProcess = spawn(
      process.execPath,
      [fileURLToPath(new URL("killed-runner-fixture.ts", import.meta.url)), JSON.stringify(plain)],
      { env: { PATH: process.env.PATH ?? "" }, stdio: ["ignore", "ignore", "inherit"] },
    );
    await fixture.untilActive("CREATE TABLE users%");
    child.kill("SIGKILL");
    await once(child, "exit");
    await fixture.releaseStatements();
    expect((await migrateSchema(shared)).applied).to.have.length(1);
    expect(await fixture.tables()).to.deep.equal(["users"]);
  });

  describe("without a way in", () => {
    const given = (url: string, ca = fixture.ca) => urlSource(url, ca, recordedContext());

    it("names the user when the password is wrong, and never the password", async () => {
      const wrong = {
        ...(await fixture.options({ users })),
        database: given(fixture.database.replace(/:[^:@]+@/, ":wrong-password@")),
      };
      const error = await failureOf(migrateSchema(wrong));
      expect(error.code).to.equal("DatabaseRefused");
      expect(error.hint).to.include('password of user "udagram"');
      expect(`${error.message}${error.hint}${JSON.stringify(error.details)}`).not.to.include(
        "wrong-password",
      );
    });

    it("names the database that does not exist", async () => {
      const wrong = {
        ...(await fixture.options({ users })),
        database: given(fixture.database.replace(/\/\w+$/, "/nowhere")),
      };
      const error = await failureOf(migrateSchema(wrong));
      expect(error.code).to.equal("DatabaseRefused");
      expect(error.message).to.include('"nowhere"');
    });

    it("does not trust a certificate whose CA it was not given", async () => {
      const untrusted = { ...(await fixture.options({ users })), database: given(fixture.database, "") };
      const error = await failureOf(migrateSchema(untrusted));
      expect(error.code).to.equal("DatabaseUntrusted");
      expect(error.hint).to.include("database-ca");
    });

    /** A clock by which waiting takes no time. */
    function hurried(): RecordedContext {
      let ms = Date.now();
      const clock = {
        now: () => new Date(ms),
        sleep: async (waited: number) => {
          ms += waited;
        },
      };
      return { ...recordedContext(), clock };
    }

    it("waits for a server that does not listen yet, for a while, and says so", async () => {
      const context = hurried();
      const options = await fixture.options({ users }, context);
      await failureOf(
        migrateSchema({ ...options, database: given("postgres://user:password@127.0.0.1:1/name") }),
      );
      const waited = context.said.lines.filter((line) =>
        /does not listen \(ECONNREFUSED\); waiting for it/.test(line),
      );
      expect(waited.length).to.be.within(5, 10);
      const real = recordedContext();
      const { port, pathname } = new URL(fixture.database);
      const later = createServer((socket) => {
        const server = connect(Number(port), "127.0.0.1");
        socket.pipe(server).pipe(socket);
        for (const one of [socket, server]) one.on("error", () => one.destroy());
      });
      const free = await freePort("127.0.0.1");
      const url = fixture.database.replace(`:${port}${pathname}`, `:${free}${pathname}`);
      const migrating = migrateSchema({ ...(await fixture.options({ users }, real)), database: given(url) });
      await until(() => real.said.lines.some((line) => line.includes("does not listen")));
      later.listen(free, "127.0.0.1");
      expect((await migrating).applied).to.have.length(1);
      later.close();
    });

    it("says where it found nobody", async () => {
      const nobody = "postgres://user:password@127.0.0.1:1/name";
      const options = await fixture.options({ users }, hurried());
      const error = await failureOf(migrateSchema({ ...options, database: given(nobody) }));
      expect(error.code).to.equal("DatabaseUnreachable");
      expect(error.message).to.include("127.0.0.1:1");
    });
  });
});
