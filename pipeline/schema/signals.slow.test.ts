import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { until } from "../../test/until.ts";
import { recordedContext } from "../kit/context-fixture.ts";
import { fullName, sqlModule } from "./bundle-fixture.ts";
import { migrateSchema } from "./migrate.ts";
import { MigrateFixture, posts } from "./migrate-fixture.ts";

describe("db-migrate, ended by a signal or met by others,", () => {
  let fixture: MigrateFixture;
  before(async () => {
    fixture = await MigrateFixture.open();
  });
  after(() => fixture.close());
  beforeEach(() => fixture.newDatabase());

  /** Where a run is when it is ended: what keeps it there, and by which statement it is known. */
  const places: [string, string, string][] = [
    [
      "the beginning of its transaction",
      'BEGIN; LOCK TABLE "SequelizeMeta" IN SHARE MODE',
      'BEGIN;%LOCK TABLE "SequelizeMeta"%',
    ],
    ["its first statement", "BEGIN; LOCK TABLE gate_1", "LOCK TABLE gate_1%"],
    ["a later statement", "BEGIN; LOCK TABLE gate_2", "LOCK TABLE gate_2%"],
    [
      "its record",
      'BEGIN; LOCK TABLE "SequelizeMetaHistory" IN SHARE MODE',
      '%INSERT INTO "SequelizeMetaHistory"%COMMIT%',
    ],
  ];
  const steps = sqlModule("LOCK TABLE gate_1", "SELECT 1").replace(
    'await sequelize.query("LOCK TABLE gate_1");',
    'for (const sql of ["LOCK TABLE gate_1", "CREATE TABLE users (id int)", "LOCK TABLE gate_2"]) await sequelize.query(sql);',
  );
  for (const signal of ["SIGKILL", "SIGTERM", "SIGINT"] as const) {
    for (const [place, gate, statement] of places) {
      it(`is whole or not there after ${signal} at ${place}, and the next run goes on`, async () => {
        await fixture.query("CREATE TABLE gate_1 (id int); CREATE TABLE gate_2 (id int)");
        await migrateSchema(await fixture.options({ first: sqlModule("SELECT 1", "SELECT 1") }));
        const options = await fixture.options(
          { first: sqlModule("SELECT 1", "SELECT 1"), steps },
          recordedContext(),
          { lockTimeoutMs: 600_000, lockWaitSeconds: 60 },
        );
        const { limits, manifest, directory } = options;
        const visitor = await fixture.connect();
        await visitor.query(gate);
        const given = { limits, manifest, directory, url: fixture.database, ca: fixture.ca };
        const runner = spawn(
          process.execPath,
          [fileURLToPath(new URL("killed-runner-fixture.ts", import.meta.url)), JSON.stringify(given)],
          { env: { PATH: process.env.PATH ?? "" }, stdio: "ignore" },
        );
        await fixture.untilActive(statement);
        const ended = once(runner, "exit");
        runner.kill(signal);
        await ended;
        await visitor.query("ROLLBACK");
        await until(
          async () =>
            (
              await fixture.query(
                "SELECT count(*)::int FROM pg_stat_activity WHERE application_name LIKE 'db-migrate%'",
              )
            )[0] === 0,
        );
        const recorded = await fixture.query(`SELECT name FROM "SequelizeMeta" WHERE name ~ 'steps'`);
        const there = (await fixture.tables()).filter((name) => name === "users");
        expect(there).to.have.length(recorded.length);
        await migrateSchema(options);
        expect(await fixture.tables()).to.include("users");
        const names = await fixture.query('SELECT name FROM "SequelizeMeta" ORDER BY 1');
        expect(names).to.deep.equal([fullName(0, "first"), fullName(1, "steps")]);
      });
    }
  }

  it("applies once what ten runners want to apply at the same moment", async () => {
    const users = sqlModule("CREATE TABLE users (id int)", "DROP TABLE users");
    const shared = await fixture.options({ users, posts }, recordedContext(), { lockWaitSeconds: 110 });
    const runs = Array.from({ length: 10 }, (_, runId) =>
      migrateSchema({ ...shared, context: recordedContext({ runId }) }),
    );
    const applied = (await Promise.all(runs)).map((one) => one.applied.length);
    expect(applied.sort()).to.deep.equal([0, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
    const history = `SELECT count(*)::int FROM "SequelizeMetaHistory" WHERE status = 'succeeded'`;
    expect(await fixture.query(history)).to.deep.equal([2]);
  });
});
