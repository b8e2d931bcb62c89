import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { until } from "../../../test/until.ts";
import { type RecordedContext, recordedContext } from "../../kit/context-fixture.ts";
import { ActionError } from "../../kit/errors.ts";
import { failureOf } from "../../kit/failure-fixture.ts";
import { fullName } from "../bundle-fixture.ts";
import type { MigrationLimits } from "../database/limits.ts";
import { migrateSchema } from "../migrate.ts";
import { MigrateFixture, short, users } from "../migrate-fixture.ts";

/** A migration whose `up` is these statements of JavaScript. */
const script = (body: string, more = ""): string =>
  `export const phase = "expand"; export const down = false; ${more}
export async function up(queryInterface) { const { sequelize } = queryInterface; const sql = (text) => sequelize.query(text); ${body} }`;
const alone = "export const transaction = false;";
const table = 'await sql("CREATE TABLE first (id int)");';
const later = (body: string): string => `setTimeout(() => { ${body} }, 10);`;
function isRunning(pid: number): boolean {
  try {
    // A zombie that nobody has looked at is dead.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
const hang = "await new Promise((resolve) => setTimeout(resolve, 3_600_000));";

describe("the process of the migrations", () => {
  let fixture: MigrateFixture;
  before(async () => {
    fixture = await MigrateFixture.open();
  });
  after(() => fixture.close());
  beforeEach(() => fixture.newDatabase());

  const failure = async (
    module: string,
    limits: Partial<MigrationLimits> = {},
    context: RecordedContext = recordedContext(),
  ) => failureOf(migrateSchema(await fixture.options({ users, bad: module }, context, limits)));

  const lost: [string, string, string, string][] = [
    ["calls process.exit", `${table} process.exit(0);`, "MigrationExited", "exit code 0"],
    ["exits in a timer", `${table} ${later("process.exit(3)")} ${hang}`, "MigrationExited", "exit code 3"],
    ["throws in a timer", `${table} ${later('throw new Error("late")')} ${hang}`, "MigrationEscaped", "late"],
    [
      "leaves a rejection to nobody",
      `${table} Promise.reject(new Error("lonely")); ${hang}`,
      "MigrationEscaped",
      "in a promise that nothing waits for: lonely",
    ],
    ["is killed", `${table} process.kill(process.pid, "SIGKILL"); ${hang}`, "MigrationCrashed", "SIGKILL"],
    ["aborts", `${table} process.abort();`, "MigrationCrashed", "SIGABRT"],
    ["never ends", `${table} ${hang}`, "MigrationTimedOut", "did not end in 3 s"],
    ["never lets go", `${table} for (;;);`, "MigrationTimedOut", "did not end in 3 s"],
    ["waits for the database", `${table} await sql("SELECT pg_sleep(3600)");`, "MigrationTimedOut", "3 s"],
  ];
  for (const [what, body, code, words] of lost) {
    it(`says of a migration that it ${what}, and nothing of it is there`, async () => {
      const error = await failure(script(body), { migrationTimeoutSeconds: 3 });
      expect(error.code, error.message).to.equal(code);
      expect(error.message)
        .to.include(`migration "${fullName(1, "bad")}" (up)`)
        .and.include(words);
      expect(error.hint).to.include("nothing of it is in the database");
      expect(await fixture.tables()).to.deep.equal(["users"]);
      expect(await fixture.query('SELECT name FROM "SequelizeMeta"')).to.deep.equal([fullName(0, "users")]);
      const history = `SELECT name FROM "SequelizeMetaHistory" WHERE status = 'failed'`;
      expect(await fixture.query(history)).to.deep.equal([fullName(1, "bad")]);
    });
  }

  it("says of a migration without a transaction that it ends its process, and what is there", async () => {
    const error = await failure(script(`${table} process.exit(0);`, alone));
    expect(error.code).to.equal("MigrationExited");
    expect(error.hint).to.include("in the database is: table first");
  });

  it("says of a migration that it expects a callback, before it runs", async () => {
    const callback = `exports.up = (queryInterface, Sequelize, done) => queryInterface.sequelize.query("CREATE TABLE first (id int)").then(() => done());`;
    const error = await failure(`const exports = {}; ${callback} export default exports;`);
    expect(error.code).to.equal("MigrationCallback");
    expect(error.hint).to.include("return a promise");
    expect(await fixture.tables()).to.deep.equal(["users"]);
  });

  it("says that one of them ends the process while it is loaded", async () => {
    const error = await failure(`process.exit(0); ${script("")}`);
    expect(error.code).to.equal("MigrationExited");
    expect(error.hint).to.include("nothing was changed");
  });

  it("ends with a timer at module level that ends the process, and not green", async () => {
    const held = script(`${table} ${hang}`, "setTimeout(() => process.exit(0), 1500);");
    const error = await failure(held);
    expect(error.code).to.equal("MigrationExited");
    expect(await fixture.tables()).not.to.include("first");
  });

  it("waits for statements that a migration does not wait for, and takes their failure for its own", async () => {
    const floating = script(
      `sql("CREATE TABLE first (id int)").then(() => sql("CREATE TABLE second (id int)"));`,
    );
    await migrateSchema(await fixture.options({ floating }));
    expect(await fixture.tables()).to.deep.equal(["first", "second"]);
    await fixture.newDatabase();
    const error = await failure(script(`sql("CREATE TABLE first (id int)").then(() => sql("SELECT 1/0"));`));
    expect(error.code).to.equal("MigrationEscaped");
    expect(await fixture.tables()).to.deep.equal(["users"]);
  });

  it("says of a migration without a transaction that it leaves one open", async () => {
    const error = await failure(script(`await sql("BEGIN; CREATE TABLE first (id int)");`, alone));
    expect(error.code).to.equal("MigrationFailed");
    expect(error.message).to.include("left a transaction open");
    expect(await fixture.tables()).to.deep.equal(["users"]);
  });

  it("knows nothing of GitHub, AWS and the password", async () => {
    const context = recordedContext(
      {},
      {
        env: {
          PATH: process.env.PATH,
          LANG: "C",
          RUNNER_TRACKING_ID: "github_1",
          GITHUB_TOKEN: "t0ken",
          AWS_SECRET_ACCESS_KEY: "k3y",
          ACTIONS_ID_TOKEN_REQUEST_TOKEN: "id",
          "INPUT_DATABASE-URL": fixture.database,
        },
      },
    );
    const tell = script(`
      console.log("user " + process.getuid());
      console.log("names " + Object.keys(process.env).sort().join());
      console.log("all " + JSON.stringify([process.env, process.argv, sequelize.config]));`);
    await migrateSchema(await fixture.options({ tell }, context));
    const said = context.said.lines.join("\n");
    // Without root it depends on sudo.
    if (process.getuid?.() === 0) {
      const nobody = { uid: 65_534, gid: 65_534, cwd: "/" };
      const isReadable = spawnSync("test", ["-r", process.execPath], nobody).status === 0;
      expect(said).to.include(isReadable ? "user 65534" : "migrations run as this step's own user");
    }
    expect(said).to.include("names LANG,PATH,RUNNER_TRACKING_ID");
    for (const secret of ["t0ken", "k3y", new URL(fixture.database).password]) {
      expect(said).not.to.include(secret);
    }
  });

  it("dies with its parent, also in an endless loop", async () => {
    const { manifest, directory, limits } = await fixture.options({
      bad: script(`await sql("CREATE TABLE mine AS SELECT " + process.pid + " AS pid"); for (;;);`, alone),
    });
    const given = { limits, manifest, directory, url: fixture.database, ca: fixture.ca };
    const parent = spawn(
      process.execPath,
      [fileURLToPath(new URL("../killed-runner-fixture.ts", import.meta.url)), JSON.stringify(given)],
      { env: { PATH: process.env.PATH ?? "" }, stdio: "ignore" },
    );
    const pid = Number(
      await until(async () => (await fixture.query("SELECT pid FROM mine").catch(() => []))[0]),
    );
    expect(isRunning(pid)).to.equal(true);
    parent.kill("SIGKILL");
    await until(() => !isRunning(pid));
  });

  it("prints as somebody else, whose commands have no meaning", async () => {
    const context = recordedContext();
    const loud = script(
      `console.log("::set-output name=x::y\\n  ::error::no\\n##[group]z\\u001b[31m"); console.error("and this");`,
    );
    await migrateSchema(await fixture.options({ loud }, context));
    const printed = context.said.lines.filter((line) => line.includes("|"));
    expect(printed.join("\n")).to.include("set-output name=x::y").and.include("| and this");
    for (const line of printed)
      expect(line)
        .to.match(/^ {2}\| [^\p{Cc}]*$/u)
        .and.not.include("##[");
    expect(context.said.errors).to.deep.equal([]);
  });

  it("ends within ten seconds of a cancel, whatever it waits for", async () => {
    const waits: [string, string][] = [
      ["itself", `${table} ${hang}`],
      ["an endless loop", `${table} for (;;);`],
      ["the database", `${table} await sql("SELECT pg_sleep(3600)");`],
    ];
    for (const [what, body] of waits) {
      await fixture.newDatabase();
      const job = new AbortController();
      const context = recordedContext({}, { signal: job.signal });
      const work = migrateSchema(await fixture.options({ users, bad: script(body) }, context));
      await until(() => context.said.lines.join("\n").includes("CREATE TABLE first"));
      const cancelled = performance.now();
      job.abort(new ActionError("Cancelled", "the job was cancelled"));
      expect((await failureOf(work)).code, what).to.equal("Cancelled");
      expect(performance.now() - cancelled, what).to.be.below(10_000);
      expect(await fixture.tables(), what).to.deep.equal(["users"]);
    }
  });

  it("lets a migration copy, use cursors, and speak on several connections at once", async () => {
    const many = script(`
      await sql("CREATE TABLE many (id int)");
      await Promise.all(Array.from({ length: 20 }, (_, id) => sql("INSERT INTO many VALUES (" + id + ")")));
      await sequelize.query("INSERT INTO many VALUES ($1)", { bind: [77] });
      const connection = await sequelize.connectionManager.getConnection({});
      await connection.query({ name: "again", text: "INSERT INTO many VALUES ($1)", values: [78] });
      await connection.query({ name: "again", text: "INSERT INTO many VALUES ($1)", values: [79] });
      sequelize.connectionManager.releaseConnection(connection);
      const [rows] = await sql("SELECT repeat('x', 1000) AS x FROM generate_series(1, 20000)");
      if (rows.length !== 20000) throw new Error("rows are lost: " + rows.length);`);
    const done = await migrateSchema(await fixture.options({ many }));
    expect(short(done.applied)).to.deep.equal(["many"]);
    expect(await fixture.query("SELECT count(*)::int FROM many")).to.deep.equal([23]);
  });
});
