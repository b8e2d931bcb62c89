import { expect } from "chai";
import { acceptedHealth, isAccepted } from "./health.ts";

describe("acceptedHealth", () => {
  const rows: [string, string, string, boolean][] = [
    ["green", "Green", "Ok", true],
    ["green", "Yellow", "Warning", false],
    ["yellow", "Yellow", "Warning", true],
    ["none", "Grey", "", true],
    ["Ok,Warning", "Yellow", "Warning", true],
    ["Ok, NoData", "Grey", "No Data", true],
    ["Ok", "Green", "Info", false],
  ];
  for (const [input, health, healthStatus, accepted] of rows) {
    it(`${input} ${accepted ? "accepts" : "does not accept"} ${health} ${healthStatus}`, () => {
      const reading = {
        status: "Ready",
        versionLabel: "",
        abortable: false,
        url: "",
        platform: "",
        tier: "",
        health,
        healthStatus,
      };
      expect(isAccepted(reading, acceptedHealth(input))).to.equal(accepted);
    });
  }
  it("refuses what it does not know", () =>
    expect(() => acceptedHealth("blue")).to.throw(/must be green, yellow/));
});
