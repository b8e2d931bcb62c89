import { expect } from "chai";
import { migrationExports } from "./migration-exports.ts";

describe("what a migration exports", () => {
  const up = () => {};
  const table: [string, object][] = [
    ["by name", { up }],
    ["by module.exports", { default: { up } }],
    ["by module.exports and by name", { default: { up }, up }],
    ["by exports.default of compiled TypeScript", { default: { default: { up } } }],
    ["by the prototype of an object", { default: Object.create({ up }) }],
  ];
  for (const [sentence, namespace] of table) {
    it(`is found ${sentence}`, () => expect(migrationExports(namespace).up).to.equal(up));
  }

  it("is found where the module is its own default, and where there is nothing", () => {
    const itself: Record<string, unknown> = { down: false };
    itself.default = itself;
    expect(migrationExports(itself)).to.deep.include({ up: undefined, down: false });
    expect(migrationExports({ default: null }).up).to.equal(undefined);
  });

  it("takes what is said beside the object that has up", () => {
    const found = migrationExports({ phase: "expand", transaction: false, default: { up, down: false } });
    expect(found).to.deep.include({ phase: "expand", transaction: false, down: false });
  });
});
