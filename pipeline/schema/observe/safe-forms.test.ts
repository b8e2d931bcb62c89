import { readFileSync } from "node:fs";
import { expect } from "chai";
import { judge } from "../judge/judge.ts";
import { rules } from "../judge/rules.ts";
import { byRule } from "../judge/safe-forms.ts";
import { ObserveFixture } from "./observe-fixture.ts";
import type { Seen } from "./replay-in-process.ts";

const page = readFileSync(new URL("../../../docs/safe-migrations.md", import.meta.url), "utf8");

/** The headings of the page as links name them. */
const headings = [...page.matchAll(/^## (.*)$/gm)].map(([, title = ""]) =>
  title.toLowerCase().replaceAll(" ", "-"),
);

const given = `exports.up = async ({ sequelize }) => {
  await sequelize.query("CREATE TABLE teams (id int PRIMARY KEY)");
  await sequelize.query("CREATE TABLE users (id int PRIMARY KEY, name varchar(50), email text, age int, team int)");
  await sequelize.query("CREATE TYPE mood AS ENUM ('glad'); CREATE TABLE leftovers (id int)");
  await sequelize.query("INSERT INTO users SELECT n, 'x', n || '@example.org', 20 FROM generate_series(1, 2500) AS n");
};
exports.down = false;
`;

describe("docs/safe-migrations.md", () => {
  const blocks = [...page.matchAll(/^## (?<heading>.*)$|^```js\n(?<code>[\s\S]*?)^```$/gm)];
  let heading = "";
  const forms = blocks.flatMap(({ groups }) => {
    heading = groups?.heading ?? heading;
    return groups?.code === undefined ? [] : [{ heading, code: groups.code }];
  });
  let seen: readonly Seen[];
  let fixture: ObserveFixture;
  const nameOf = (index: number) => `${String(index).padStart(2, "0")}.cjs`;
  before(async () => {
    fixture = await ObserveFixture.open();
    const modules = forms.map(({ code }, index) => [nameOf(index + 1), code] as const);
    seen = await fixture.replay({ [nameOf(0)]: given, ...Object.fromEntries(modules) });
  });
  after(() => fixture.close());

  for (const [index, form] of forms.entries()) {
    it(`${form.heading}: migration ${index + 1} of the page runs, twice where it has no transaction, and hurts nobody`, () => {
      const facts = seen.find(({ name }) => name === nameOf(index + 1));
      if (facts === undefined || "unseen" in facts) throw new Error(facts?.unseen ?? "not replayed");
      const observed = judge(facts, { file: form.heading, postgres: fixture.major });
      if ("notChecked" in observed) throw new Error(observed.notChecked);
      const open = observed.findings.filter(
        ({ severity, accepted }) => severity !== "info" && accepted === undefined,
      );
      // The way back of a column or an index may cost what the way there does not.
      expect(open.map(({ rule, message }) => `${rule}: ${message}`)).to.deep.equal([]);
    });
  }

  it("has every heading that a rule names, and every rule that a safe form is for", () => {
    const known = rules.map(({ id }) => id);
    for (const [rule, { heading: wanted }] of byRule) {
      expect(known, rule).to.include(rule);
      expect(headings, rule).to.include(wanted);
    }
    for (const { id } of rules.filter(({ lock }) => lock !== undefined)) {
      expect(
        byRule.has(id) || /^(reference-of-new-table|refresh-view|detach-partition)$/.test(id),
        id,
      ).to.equal(true);
    }
  });

  it("gives code with the names of the schema", () => {
    const code = byRule.get("create-index")?.code({ table: "users", name: "users_age" });
    expect(code).to.include('addIndex("users", { fields: […], name: "users_age", concurrently: true })');
  });
});
