import { expect } from "chai";
import type { InstanceReading } from "../environment/observation.ts";
import { fleetLine, highestDeployment, standingsOf } from "./fleet.ts";

const rows: readonly (readonly [said: InstanceReading["deployment"], standing: string])[] = [
  [undefined, "silent"],
  [{ versionLabel: "v1", id: 3, status: "Deployed" }, "previous"],
  [{ versionLabel: "v1", id: 4, status: "Failed" }, "previous"],
  [{ versionLabel: "v2", id: 3, status: "Deployed" }, "previous"],
  [{ versionLabel: "v2", id: 4, status: "Failed" }, "failed"],
  [{ versionLabel: "v2", id: 4, status: "Deployed" }, "wanted"],
  [{ versionLabel: "v2", id: undefined, status: "Deployed" }, "wanted"],
  [{ versionLabel: "v2", id: 4, status: "In Progress" }, "pending"],
  [{ versionLabel: "v2", id: 4, status: "" }, "pending"],
];
const reading = (deployment: InstanceReading["deployment"], id = "i-1"): InstanceReading => ({
  id,
  deployment,
  healthStatus: "Ok",
  causes: [],
});

describe("standingsOf", () => {
  for (const [said, standing] of rows) {
    it(`takes ${said ? JSON.stringify(said) : "silence"} for ${standing}, where "v2" is to follow deployment 3`, () => {
      const none = { wanted: 0, previous: 0, failed: 0, pending: 0, silent: 0 };
      const standings = standingsOf([reading(said)], { wanted: "v2", deploymentBefore: 3 });
      expect(standings).to.deep.equal({ ...none, [standing]: 1 });
    });
  }
});

describe("fleetLine", () => {
  it("says which instances run what", () => {
    const fleet = [
      reading({ versionLabel: "v2", id: 4, status: "Deployed" }, "i-1"),
      reading({ versionLabel: "v2", id: 4, status: "Failed" }, "i-2"),
      reading({ versionLabel: "v2", id: 5, status: "Deployed" }, "i-3"),
      reading({ versionLabel: "v3", id: 5, status: "In Progress" }, "i-4"),
      reading(undefined, "i-5"),
    ];
    expect(fleetLine(fleet)).to.equal(
      'i-1, i-3 run "v2"; i-2 failed to take "v2"; i-4 is still taking "v3"; i-5 has not said yet what it runs',
    );
    expect(highestDeployment(fleet)).to.equal(5);
  });
});
