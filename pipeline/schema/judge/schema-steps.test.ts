import { expect } from "chai";
import fc from "fast-check";
import type { MigrationEntry, Phase } from "../../bundle/manifest.ts";
import { refusedBy } from "../../releases/rollback/refused-fixture.ts";
import { planSchema } from "./schema-steps.ts";

function migration(name: string, phase: Phase, reversible = true): MigrationEntry {
  return { name, sha256: "0".repeat(64), phase, reversible, findings: [] };
}

describe("rollback: the schema", () => {
  const e1 = migration("20261101T000000Z-e", "expand");
  const e2 = migration("20261102T000000Z-e", "expand");
  const c3 = migration("20261103T000000Z-c", "contract");
  const e4 = migration("20261104T000000Z-e", "expand");

  it("keep leaves expand migrations applied and refuses a contract", () => {
    expect(planSchema([e1, e2], "keep")).to.deep.equal({ beforeApi: [], afterApi: [] });
    const refused = refusedBy(() => planSchema([e1, c3], "keep"));
    expect(refused.code).to.equal("RollbackRefused");
    expect(refused.hint).to.contain("schema: down");
  });

  it("down reverts newest first: contracts before the API, expands after it", () => {
    expect(planSchema([e1, e2, c3], "down")).to.deep.equal({
      beforeApi: [c3.name],
      afterApi: [e2.name, e1.name],
    });
  });

  it("down refuses what has no way back, and an expand newer than a contract", () => {
    expect(refusedBy(() => planSchema([migration(e1.name, "expand", false)], "down")).hint).to.contain(
      "schema: keep",
    );
    expect(refusedBy(() => planSchema([c3, e4], "down")).message).to.contain("expand migration came after");
  });

  it("never changes the order of the migrations' own history", () => {
    const phases = fc.array(fc.constantFrom<Phase>("expand", "contract"), { maxLength: 6 });
    fc.assert(
      fc.property(phases, (list) => {
        const between = list.map((phase, index) => migration(`2026110${index}T000000Z-x`, phase));
        let steps: ReturnType<typeof planSchema>;
        try {
          steps = planSchema(between, "down");
        } catch {
          return;
        }
        const order = [...steps.beforeApi, ...steps.afterApi];
        expect(order).to.deep.equal(between.map(({ name }) => name).reverse());
        const phaseOf = new Map(between.map(({ name, phase }) => [name, phase]));
        expect(steps.beforeApi.every((name) => phaseOf.get(name) === "contract")).to.equal(true);
        expect(steps.afterApi.every((name) => phaseOf.get(name) === "expand")).to.equal(true);
      }),
    );
  });
});
