import { expect } from "chai";
import { declared } from "../kit/contract-fixture.ts";
import { inputs as verifyInputs } from "../verify/run.ts";
import { inputs as releaseInputs } from "./inputs.ts";
import { inputs as rollbackInputs } from "./rollback/inputs.ts";

describe("the actions of a release", () => {
  const specifications: [string, object][] = [
    ["release", releaseInputs],
    ["rollback", rollbackInputs],
    ["verify", verifyInputs],
  ];
  for (const [action, specification] of specifications) {
    it(`${action} reads the inputs that it declares`, () => {
      expect(Object.keys(specification)).to.have.members(declared(action).inputs);
    });
  }

  it("agree on what the API's path is where nobody says it", () => {
    const defaults = ["build", "release", "rollback", "verify"].map(
      (action) => declared(action).defaults["api-path"],
    );
    expect(new Set(defaults)).to.deep.equal(new Set(["/api"]));
  });
});
