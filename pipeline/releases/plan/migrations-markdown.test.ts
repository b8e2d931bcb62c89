import { expect } from "chai";
import type { MigrationEntry } from "../../bundle/manifest.ts";
import type { Finding } from "../../bundle/observation.ts";
import { judgePending } from "../../schema/judge/pending.ts";
import { migrationsMarkdown } from "./migrations-markdown.ts";

describe("plan: pending migrations", () => {
  const finding: Finding = {
    rule: "create-index",
    severity: "error",
    message: "builds the index `x`|@everyone",
    on: { table: 'us`ers"', name: "x\n```\n# y" },
    lock: "Share",
    line: 7,
  };
  const entry: MigrationEntry = {
    name: "2-index.js",
    sha256: "0".repeat(64),
    phase: "expand",
    reversible: true,
    findings: [],
    observed: {
      postgres: 16,
      file: "m/2-index.js",
      derived: "expand",
      creates: [],
      statements: [
        { sql: 'CREATE INDEX "x" ON "users" ("a|b")', line: 7, locks: ["Share users"], scans: ["users"] },
      ],
      findings: [finding, { ...finding, rule: "all-rows", accepted: "<b>at night</b>" }],
    },
  };
  const shown = (entries: readonly MigrationEntry[]) => migrationsMarkdown(judgePending(entries, undefined));

  it("show each statement with its locks, what hurts, and the safe form as code, opened", () => {
    const text = shown([entry]);
    expect(text).to.match(/^<details open><summary>1 pending migration<\/summary>/);
    expect(text).to.include("| `2-index.js` | expand | down | 1 error, 1 accepted |");
    expect(text).to.include("replayed on PostgreSQL 16");
    expect(text).to.include(
      '| `CREATE INDEX "x" ON "users" ("a\\|b")` (line 7) | Share users | reads all of users |',
    );
    expect(text).to.include("(line 7; lock Share). Safe form:\n\n```js\nexport const transaction = false;");
    expect(text).to.include("Accepted: &lt;b>at night&lt;/b>");
  });

  it("take names of the schema as text: no fence is closed, nobody is mentioned", () => {
    const text = shown([entry]);
    expect(text.match(/^```/gm)).to.have.length(2);
    expect(text).not.to.match(/@everyone|^# y/m);
  });

  it("say of one that nobody saw why", () => {
    const text = shown([{ ...entry, observed: { notChecked: "no extension <postgis>" } }]);
    expect(text).to.include("**`2-index.js`** is not checked: no extension &lt;postgis>");
    expect(text).to.match(/^<details><summary>/);
  });
});
