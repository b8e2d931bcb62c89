import { expect } from "chai";
import type { EventReading } from "../environment/observation.ts";
import { Hints } from "./hints.ts";

const event = (message: string, severity = "INFO", requestId = "ours"): EventReading => ({
  at: new Date(0),
  severity,
  message,
  requestId,
});

/** How many looks at events alone precede the next look at the environment. */
function looksUntilCalled(hints: Hints): number {
  let looks = 0;
  while (!hints.callForLook()) looks += 1;
  return looks;
}

describe("Hints", () => {
  it("call for a look at the environment now and then while the update says nothing of an end", () => {
    const hints = new Hints("ours");
    expect(looksUntilCalled(hints)).to.equal(1);
    hints.looked(true);
    expect(looksUntilCalled(hints)).to.equal(1);
    hints.take([event("Environment update is starting.")]);
    hints.looked(false);
    expect(looksUntilCalled(hints)).to.equal(5);
  });

  it("call for one at an error of the update, and for each when it says that it is over", () => {
    const hints = new Hints("ours");
    hints.take([event("Environment update is starting."), event("Health is Red", "ERROR", "")]);
    expect([hints.callForLook(), hints.trouble]).to.deep.equal([false, false]);
    hints.take([event("Instance deployment failed.", "ERROR")]);
    expect([hints.callForLook(), hints.trouble]).to.deep.equal([true, true]);
    hints.looked(false);
    expect(hints.callForLook()).to.equal(false);
    hints.take([event("Failed to deploy application.", "ERROR")]);
    hints.looked(false);
    expect([hints.callForLook(), hints.isQuiet]).to.deep.equal([true, false]);
  });

  it("call for each where the update began and the environment is Ready", () => {
    const hints = new Hints("ours");
    hints.take([event("Environment update is starting.")]);
    hints.looked(true);
    expect(looksUntilCalled(hints)).to.equal(0);
  });
});
