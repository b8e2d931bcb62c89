import { expect } from "chai";
import { judge } from "../judge/judge.ts";
import { migration, ObserveFixture } from "./observe-fixture.ts";

/** Ways in which migrations are written, and what is seen of them: how many statements, and rules that are broken. */
const ways: Readonly<Record<string, readonly [up: string, seen: string]>> = {
  "makes its table": [
    'await q.createTable("users", { id: { type: S.INTEGER, primaryKey: true }, name: S.STRING, age: S.INTEGER });',
    "1",
  ],
  "opens a transaction of its own": [
    'const t = await q.sequelize.transaction(); await q.addColumn("users", "a", S.INTEGER, { transaction: t }); await t.commit();',
    "1",
  ],
  "does several things at once": [
    'await Promise.all([q.addColumn("users", "b", S.INTEGER), q.addIndex("users", ["age"])]);',
    "2 create-index:users",
  ],
  "undoes a part of itself": [
    'await q.sequelize.transaction(async (t) => { await q.addColumn("users", "z", S.INTEGER, { transaction: t }); throw new Error("no"); }).catch(() => {}); await q.addColumn("users", "y", S.INTEGER);',
    "2",
  ],
  "waits for nothing": ['q.addColumn("users", "floating", S.INTEGER);', "1"],
  "uses a model": [
    'const User = q.sequelize.define("user", { name: S.STRING }, { timestamps: false, tableName: "users" }); await User.update({ name: "x" }, { where: {} });',
    "1 all-rows:users",
  ],
  "inserts rows": ['await q.bulkInsert("users", [{ id: 7, name: "ada@example.org" }]);', "1"],
  "hides what it does in a function": [
    'await sql("CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN ALTER TABLE users DROP COLUMN age; END $$"); await sql("SELECT f()");',
    "2 drop-column:users",
  ],
  "hides what it does in a block": [
    'await sql("DO $$ BEGIN ALTER TABLE users RENAME name TO full_name; END $$");',
    "1 rename-column:users",
  ],
  "leaves its session changed": ['await q.createSchema("other"); await sql("SET search_path = other");', "2"],
  "finds its session as ever": ['await q.addColumn("users", "later", S.INTEGER);', "1"],
  "throws in a timer": [
    'setTimeout(() => { throw new Error("later"); }, 1); await new Promise(() => {});',
    "not checked: it could not be replayed: it ended its process with code 1: Error: later",
  ],
  "quotes a row where it fails": [
    'await q.bulkInsert("users", [{ id: 7, full_name: "ada@example.org" }]);',
    "not checked: it could not be replayed: Validation error",
  ],
  "goes on after one that failed": ['await q.addColumn("users", "last", S.INTEGER);', "1"],
};

describe("a replay", () => {
  let fixture: ObserveFixture;
  let seen: ReadonlyMap<string, string>;
  before(async () => {
    fixture = await ObserveFixture.open();
    const modules = Object.entries(ways).map(([what, [up]]) => [`${what}.mjs`, migration(up)] as const);
    const all = await fixture.replay(Object.fromEntries(modules));
    seen = new Map(
      all.map((one) => {
        if ("unseen" in one) return [one.name, `not checked: it could not be replayed: ${one.unseen}`];
        const observed = judge(one, { file: "", postgres: fixture.major });
        if ("notChecked" in observed)
          return [one.name, `not checked: ${observed.notChecked.replace(/ on PostgreSQL \d+/, "")}`];
        const errors = observed.findings.filter(({ severity }) => severity === "error");
        return [
          one.name,
          [observed.statements.length, ...errors.map(({ rule, on }) => `${rule}:${on.table}`)].join(" "),
        ];
      }),
    );
  });
  after(() => fixture.close());

  for (const [what, [, wanted]] of Object.entries(ways)) {
    it(`sees a migration that ${what}`, () => expect(seen.get(`${what}.mjs`)).to.equal(wanted));
  }
});
