import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { recordedContext } from "../../kit/context-fixture.ts";
import { failureOf } from "../../kit/failure-fixture.ts";
import { fullName, sqlModule } from "../bundle-fixture.ts";
import { migrateSchema } from "../migrate.ts";
import { MigrateFixture } from "../migrate-fixture.ts";
import { markBaseline } from "./baseline.ts";

describe("a schema that grew without records", () => {
  let fixture: MigrateFixture;
  before(async () => {
    fixture = await MigrateFixture.open();
  });
  after(() => fixture.close());
  beforeEach(() => fixture.newDatabase());

  const users = "CREATE TABLE users (id serial PRIMARY KEY, name varchar(50) NOT NULL, email text UNIQUE)";
  const posts =
    "CREATE TABLE posts (id int PRIMARY KEY, author int REFERENCES users); CREATE INDEX posts_author ON posts (author)";
  const modules = {
    "create-users": sqlModule(users, "DROP TABLE users"),
    "create-posts": sqlModule(posts, "DROP TABLE posts"),
    "add-note": sqlModule("ALTER TABLE posts ADD note text", "ALTER TABLE posts DROP note"),
  };
  const names = [fullName(0, "create-users"), fullName(1, "create-posts"), fullName(2, "add-note")] as const;

  async function mark(changes: Partial<Parameters<typeof markBaseline>[0]> = {}) {
    const context = recordedContext();
    const options = await fixture.options(modules, context);
    const given = { to: names[1], dump: "", accepted: [], isDryRun: false };
    const marked = await markBaseline({ ...options, ...given, ...changes });
    return { marked, lines: context.said.lines.join("\n"), options };
  }
  const records = () =>
    fixture
      .query(`SELECT coalesce(json_agg(name ORDER BY name), '[]') FROM "SequelizeMeta"`)
      .catch(() => [[]]);

  it("is marked as what it is, and only what comes later is applied then", async () => {
    await fixture.query(`${users}; ${posts}; INSERT INTO users (name) VALUES ('ana')`);
    const { marked, options } = await mark();
    expect(marked).to.deep.equal(names.slice(0, 2));
    expect(await records()).to.deep.equal([names.slice(0, 2)]);
    const { applied } = await migrateSchema(options);
    expect(applied.map(({ name }) => name)).to.deep.equal([names[2]]);
    expect(await fixture.query("SELECT name FROM users")).to.deep.equal(["ana"]);
  });

  it("is marked once: the second time nothing is left, and nothing is looked at", async () => {
    await fixture.query(`${users}; ${posts}`);
    await mark();
    const { marked, lines } = await mark({ to: names[1].replace(/\.js$/, "") });
    expect(marked).to.deep.equal([]);
    expect(lines).to.contain("nothing to mark").and.not.contain("made anew");
  });

  it("is only shown in a dry run", async () => {
    await fixture.query(`${users}; ${posts}`);
    expect((await mark({ isDryRun: true })).marked).to.deep.equal(names.slice(0, 2));
    expect(await records()).to.deep.equal([[]]);
  });

  it("is not marked where it differs: each difference has a name, and is accepted by it", async () => {
    const changes = [
      "ALTER TABLE users DROP email",
      "ALTER TABLE users ADD age int",
      "ALTER TABLE users ALTER name TYPE text",
      "ALTER TABLE users ALTER name DROP NOT NULL",
      "DROP INDEX posts_author; CREATE INDEX posts_author ON posts (id, author)",
      "CREATE INDEX of_somebody ON posts (author)",
      "ALTER TABLE posts DROP CONSTRAINT posts_author_fkey",
      "CREATE TABLE audit (id serial PRIMARY KEY, at timestamptz)",
    ];
    await fixture.query(`${users}; ${posts}; ${changes.join("; ")}`);
    const failure = await failureOf(mark());
    expect(failure.code).to.equal("BaselineDiffers");
    const named = failure.hint?.split("`accept-differences`: ")[1]?.split(", ") ?? [];
    expect(named).to.deep.equal([
      "column users.age",
      "column users.email",
      "column users.name",
      "constraint posts_author_fkey on posts",
      "constraint users_email_key on users",
      "index of_somebody",
      "index posts_author",
      "index users_email_key",
      "table audit",
    ]);
    expect(failure.message).to.contain(
      "column users.name: text in the live database, character varying(50) not null",
    );
    expect(await records()).to.deep.equal([[]]);
    expect((await failureOf(mark({ accepted: named.slice(1) }))).hint).to.match(/: column users\.age$/);
    expect((await mark({ accepted: named })).lines).to.contain("accepted  table audit");
    expect(await records()).to.deep.equal([names.slice(0, 2)]);
  });

  it("is compared with a dump of it, where the migrations do not make it", async () => {
    await fixture.query(`${users.replace("varchar(50)", "varchar(255)")}; ${posts}`);
    const dump = join(fixture.folder(), "schema.sql");
    writeFileSync(
      dump,
      `\\restrict x\nSET check_function_bodies = false;\nSELECT pg_catalog.set_config('search_path', '', false);\n${`${users.replace("varchar(50)", "varchar(255)")};\n${posts};`.replace(/(TABLE|REFERENCES|ON) (users|posts)/g, "$1 public.$2")}\n\\unrestrict x\n`,
    );
    expect((await failureOf(mark())).code).to.equal("BaselineDiffers");
    expect((await mark({ dump })).marked).to.deep.equal(names.slice(0, 2));
  });

  it("is not marked by a name, a difference or a dump that is not there, or by a migration that cannot be replayed", async () => {
    await fixture.query(`${users}; ${posts}`);
    expect((await failureOf(mark({ to: "20990101-later.js" }))).hint).to.contain(names[2]);
    expect((await failureOf(mark({ to: "" }))).message).to.contain('"to" is required');
    expect((await failureOf(mark({ accepted: ["table nothing"] }))).message).to.contain('"table nothing"');
    expect((await failureOf(mark({ dump: "nowhere.sql" }))).message).to.contain(
      '"nowhere.sql" cannot be read',
    );
    const broken = await fixture.options({ ...modules, "create-posts": sqlModule("SELECT 1/0", "") });
    const failure = await failureOf(mark({ migrations: broken.migrations }));
    expect(failure.code).to.equal("BaselineUnknown");
    expect(failure.message).to.contain("division by zero");
    expect(await records()).to.deep.equal([[]]);
  });
});
