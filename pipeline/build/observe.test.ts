import { join } from "node:path";
import { expect } from "chai";
import { migrationsOf, readManifest } from "../bundle/manifest.ts";
import type { Observation } from "../bundle/observation.ts";
import { BuildFixture } from "./build-fixture.ts";
import type { BuildInputs } from "./inputs.ts";

describe("build: what migrations do", () => {
  let fixture: BuildFixture;
  before(() => {
    fixture = new BuildFixture();
  });
  after(() => fixture.close());

  const alone = { "api-entry": "backend/src/main.ts", "site-directory": "" };
  const folder = "backend/migrations";

  async function observe(
    files: Readonly<Record<string, string>>,
    given: Partial<BuildInputs> = {},
  ): Promise<{
    readonly observed: readonly Observation[];
    readonly lines: readonly string[];
    readonly text: string;
  }> {
    const space = fixture.workspace();
    space.git("rm", "-r", "--quiet", folder);
    space.commit(
      Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text])),
    );
    const { said } = await fixture.build(space, { ...alone, "postgres-version": 0, ...given });
    const manifest = await readManifest(join(space.directory, "release"));
    const observed = migrationsOf(manifest).flatMap((one) => (one.observed ? [one.observed] : []));
    return { observed, lines: said.lines, text: JSON.stringify(manifest.migrations) };
  }

  const users = `module.exports = {
  up: (q, { INTEGER, STRING }) => q.createTable("users", { id: { type: INTEGER, primaryKey: true }, name: STRING }),
  down: (q) => q.dropTable("users"),
};
`;
  const drop = `import type { QueryInterface } from "sequelize";

type Nothing = undefined;
/** Lines of TypeScript that are not there when it runs. */
export async function up(
  q: QueryInterface,
): Promise<void> {
  const nothing: Nothing = undefined;
  await q.removeColumn("users", "name", nothing);
}
export const down = false;
`;

  it("is in the manifest, with the line of its source, and says the phase of those that declare none", async () => {
    const { observed, lines } = await observe({ "1-users.cjs": users, "2-drop.ts": drop });
    const [first, second] = observed;
    if (first === undefined || "notChecked" in first) throw new Error(JSON.stringify(first));
    if (second === undefined || "notChecked" in second) throw new Error(JSON.stringify(second));
    expect([first.derived, first.creates, first.findings]).to.deep.equal(["expand", ["users"], []]);
    expect([second.file, second.derived]).to.deep.equal(["backend/migrations/2-drop.ts", "contract"]);
    expect(second.statements.map(({ line, locks }) => [line, locks])).to.deep.equal([
      [9, ["AccessExclusive users"]],
    ]);
    expect(second.findings.map(({ rule, severity, line }) => [rule, severity, line])).to.deep.equal([
      ["drop-column", "error", 9],
    ]);
    const log = lines.join("\n");
    expect(log).to.match(/migrations are replayed on .*PostgreSQL \d+/);
    expect(log).to.match(/2-drop\.ts {2}contract, one way, 1 error/);
  });

  it("is the same for the same commit", async () => {
    const files = { "1-users.cjs": users, "2-drop.ts": drop };
    expect((await observe(files)).text).to.equal((await observe(files)).text);
  });

  it("is not checked, with the reason, where a migration fails, ends its process or has no server", async () => {
    const body = (text: string) =>
      `module.exports = { up: async (q) => { ${text} }, down: async () => {} };\n`;
    const { observed } = await observe({
      "1-exit.cjs": body("process.exit(0);"),
      "2-fails.cjs": body('await q.sequelize.query("INSERT INTO nowhere VALUES (1)");'),
      "3-users.cjs": users,
    });
    const reasons = observed.map((one) => ("notChecked" in one ? one.notChecked : "checked"));
    expect(reasons[0]).to.equal("it could not be replayed: it ended its process with code 0");
    expect(reasons[1]).to.match(/could not be replayed on PostgreSQL \d+: relation "nowhere" does not exist/);
    expect(reasons[2]).to.equal("checked");
    const none = await observe({ "1-users.cjs": users }, { "postgres-version": 99 });
    expect(JSON.stringify(none.observed)).to.match(/no PostgreSQL 99 to replay it on/);
    expect(none.lines.join("\n")).to.include("not checked: this machine has no PostgreSQL 99");
  });

  it("counts what a migration accepts with its reason, and nothing that it accepts without", async () => {
    const accepting = (reason: string) =>
      `${drop}export const accept = { "drop-column": ${JSON.stringify(reason)}, "drop-colum": "x" };\n`;
    const { observed } = await observe({
      "1-users.cjs": users,
      "2-a.ts": accepting("nobody reads it"),
      "3-b.cjs": body3,
    });
    const findings = observed.flatMap((one) => ("findings" in one ? one.findings : []));
    expect(findings.map(({ rule, accepted }) => [rule, accepted])).to.deep.equal([
      ["drop-column", "nobody reads it"],
      ["unknown-rule", undefined],
      ["create-index", undefined],
    ]);
  });
  const body3 = `module.exports = { up: (q) => q.addIndex("users", ["id"]), down: (q) => q.removeIndex("users", ["id"]), accept: { "create-index": " " } };\n`;
});
