import { expect } from "chai";
import fc from "fast-check";
import type { Manifest, MigrationEntry, Phase } from "../bundle/manifest.ts";
import { checkPhases } from "./phases.ts";
import { describePlan, planMigrations, refuseMisnamed } from "./plan.ts";

const entry = (name: string, phase: Phase = "expand", sourceSha256 = name): MigrationEntry => ({
  name,
  phase,
  sha256: name,
  sourceSha256,
  reversible: true,
  findings: [],
});

const names = (list: readonly { readonly name: string }[]): string[] => list.map(({ name }) => name);

describe("the plan of a schema", () => {
  it("applies what is not on record, in the order of the names", () => {
    const plan = planMigrations([entry("3"), entry("1"), entry("2")], [{ name: "1" }]);
    expect(names(plan.pending)).to.deep.equal(["2", "3"]);
    expect(plan.applied).to.deep.equal(["1"]);
  });

  it("says of a migration that was merged late that it is out of order", () => {
    const plan = planMigrations([entry("1"), entry("2"), entry("3")], [{ name: "1" }, { name: "3" }]);
    expect(plan.pending).to.deep.equal([
      {
        name: "2",
        phase: "expand",
        reversible: true,
        outOfOrder: true,
        reason: 'not in the database, though "3" after it is: it was merged later',
      },
    ]);
  });

  it("does not call a migration late because another release's later one is on record", () => {
    const plan = planMigrations([entry("2")], [{ name: "9" }]);
    expect(plan.pending[0]?.outOfOrder).to.equal(false);
    expect(names(plan.unknown)).to.deep.equal(["9"]);
  });

  it("names what was changed after it was applied, and only that", () => {
    const bundle = [entry("1", "expand", "new"), entry("2", "expand", "same"), entry("3")];
    const plan = planMigrations(bundle, [
      { name: "1", sourceSha256: "old" },
      { name: "2", sourceSha256: "same" },
      { name: "3" },
    ]);
    expect(names(plan.changed)).to.deep.equal(["1"]);
    expect(plan.pending).to.deep.equal([]);
  });

  it("takes neither of two endings for the other, and says which one is on record", () => {
    const plan = planMigrations([entry("1.ts"), entry("2.js")], [{ name: "1.js" }, { name: "2.js" }]);
    expect(plan.misnamed).to.deep.equal([
      { name: "1.ts", recorded: "1.js", reason: 'the database has "1.js" on record' },
    ]);
    expect([plan.pending, plan.applied, plan.unknown]).to.deep.equal([[], ["2.js"], []]);
    expect(() => refuseMisnamed(plan)).to.throw('"1.ts" is on record as "1.js"');
  });

  it("plans nothing the second time, whatever was on record before", () => {
    const name = fc.string({ minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(fc.uniqueArray(name), fc.uniqueArray(name), (bundle, recorded) => {
        const entries = bundle.map((one) => entry(one));
        const before = recorded.map((one) => ({ name: one }));
        const { pending } = planMigrations(entries, before);
        expect(planMigrations(entries, [...before, ...pending]).pending).to.deep.equal([]);
      }),
    );
  });

  it("calls a migration that declares no phase unchecked", () => {
    const { phase: _, ...undeclared } = entry("1.js");
    expect(describePlan(planMigrations([undeclared], []))[0]).to.equal(
      "unchecked 1.js  (not in the database yet)",
    );
  });

  it("reads as one line per fact, each with its reason", () => {
    const plan = planMigrations([entry("1"), entry("2", "contract")], [{ name: "1" }, { name: "7" }]);
    expect(describePlan(plan)).to.deep.equal([
      "contract  2  (not in the database yet)",
      "unknown   7  (in the database, not in this release: another release applied it)",
      "1 to apply, 1 in the database",
    ]);
  });
});

describe("the phases of pending migrations", () => {
  const live = { id: "20260101T000000Z-aaaaaaa" } as Manifest;
  const { phase: _, ...undeclared } = entry("1.js");
  const table: [string, MigrationEntry[], Manifest | null, number][] = [
    ["anything goes where nothing is live", [entry("1"), entry("2", "contract")], null, 0],
    ["expand alone is safe", [entry("1"), entry("2")], live, 0],
    ["contract alone is safe", [entry("1", "contract")], live, 0],
    ["what declares no phase is not refused", [undeclared, entry("2", "contract"), undeclared], live, 0],
    [
      "contract together with expand is not",
      [entry("1"), entry("2", "contract"), entry("3", "contract")],
      live,
      2,
    ],
  ];
  for (const [sentence, pending, liveManifest, problems] of table) {
    it(sentence, () => expect(checkPhases(pending, liveManifest)).to.have.length(problems));
  }

  it("names the migrations and the live release", () => {
    expect(checkPhases([entry("1"), entry("2", "contract")], live)).to.deep.equal([
      'migration "2" (contract) is pending together with "1" (expand), which 20260101T000000Z-aaaaaaa does not have yet',
    ]);
  });
});
